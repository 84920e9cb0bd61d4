import {
  type CommonOptions,
  defineScalarLoss,
  type Pass,
  type StagedInputs,
  type StagedOptions,
} from "../../../contract/loss.ts";
import { type FunctionSpecOf, frozen, type SpecOf, withoutGradients } from "../../../contract/spec.ts";
import { withPass } from "../../../contract/withPass.ts";
import { matrix, multiplier, transpose } from "../../../linear/matrix.ts";
import { LossaryRangeError } from "../../../lossaryError.ts";
import { type Operand, viewOf } from "../../../tensor/stage.ts";
import { type FloatInput, type IndexInput, showShape } from "../../../tensor/tensor.ts";
import { directions, finishDirections } from "../../embedding/contrast.ts";
import { rank } from "./ranking.ts";
import { matchWords } from "./words.ts";

export interface DamsmOptions {
  /** Sharpness of the attention over regions; > 0. Default 4. */
  gamma1?: number;
  /** How much the best matching words count; > 0. Default 5. */
  gamma2?: number;
  /** Factor on the similarities in the softmax over the batch; > 0. Default 10. */
  gamma3?: number;
  /** Class of each sample, [N]: other samples of its class are left out of a sample's rivals. Default: none are. */
  classIds?: IndexInput;
  /** Whether the log of the words' sum is divided by gamma2 (as in the paper) or not (as in the public code). Default "paper". */
  form?: "paper" | "code";
}

/** The four cross entropies of damsmLoss, each a mean over the batch: who looks for whom. */
export interface DamsmTerms {
  /** Each image's caption among all captions, by words and regions. */
  readonly imageToWords: number;
  /** Each caption's image among all images, by words and regions. */
  readonly wordsToImage: number;
  /** Each image's caption among all captions, by their global vectors. */
  readonly imageToSentence: number;
  /** Each caption's image among all images, by their global vectors. */
  readonly sentenceToImage: number;
}

type Inputs = [regions: FloatInput, words: FloatInput, lengths: IndexInput, images: FloatInput, sentences: FloatInput];
type Differentiable = "regions" | "words" | "images" | "sentences";

const spec: SpecOf<Inputs, DamsmOptions> & { readonly unreduced: null } = {
  name: "damsmLoss",
  family: "multimodal",
  title: { en: "DAMSM loss", zh: "DAMSM损失" },
  aliases: {
    en: ["DAMSM", "deep attentional multimodal similarity model", "AttnGAN loss"],
    zh: ["深度注意力多模态相似度模型", "深度注意力多模态相似度损失"],
  },
  summary: "Makes images and captions find each other, word by region and as a whole.",
  arguments: [
    { name: "regions", shape: "N R D", kind: "float", differentiable: true, doc: "Vectors of image regions." },
    { name: "words", shape: "N T D", kind: "float", differentiable: true, doc: "Vectors of the captions' words." },
    { name: "lengths", shape: "N", kind: "index", doc: "Words of each caption, 1…T; those beyond are ignored." },
    { name: "images", shape: "N D", kind: "float", differentiable: true, doc: "Vectors of whole images." },
    { name: "sentences", shape: "N D", kind: "float", differentiable: true, doc: "Vectors of whole captions." },
  ],
  options: {
    gamma1: { type: "number", default: 4, range: "(0, ∞)", doc: "Sharpness of the attention over regions." },
    gamma2: { type: "number", default: 5, range: "(0, ∞)", doc: "How much the best matching words count." },
    gamma3: {
      type: "number",
      default: 10,
      range: "(0, ∞)",
      doc: "Factor on the similarities in the softmax over the batch.",
    },
    classIds: {
      type: "tensor",
      shape: "N",
      default: undefined,
      range: "[−16777216, 16777216]",
      doc: "Class of each sample; others of its class are not its rivals.",
    },
    form: {
      type: "choice",
      default: "paper",
      choices: ["paper", "code"],
      doc: "Whether the log of the words' sum is divided by gamma2 (as in the paper) or not (as in the public code).",
    },
  },
  unreduced: null,
  formula: String.raw`-\sum_i \log \frac{e^{\gamma_3 R(Q_i, D_i)}}{\sum_j e^{\gamma_3 R(Q_i, D_j)}} - \dots,\quad R = \frac{1}{\gamma_2} \log \sum_t e^{\gamma_2 \cos(c_t, e_t)}`,
  traps: [
    'the public code leaves out the division by gamma2, which makes its softmax gamma2 times as sharp: form "code".',
    "two samples of one class in a batch are rivals unless classIds says so.",
  ],
  references: [
    {
      text: "Xu et al., AttnGAN: Fine-Grained Text to Image Generation with Attentional Generative Adversarial Networks, CVPR 2018",
      url: "https://arxiv.org/abs/1711.10485",
    },
  ],
};

/**
 * DAMSM loss: images and captions of a batch must find each other, by words and regions and by their global vectors.
 *
 *     s = e_t · v_r,  s̄ = softmax over words t,  α = softmax over regions r of γ1 s̄,  c_t = Σ_r α_tr v_r
 *     R(image, caption) = log(Σ_t exp(γ2 cos(c_t, e_t))) / γ2
 *     L = cross entropies of γ3 R, image to caption and caption to image, and the same of γ3 cos(image, sentence)
 *
 * Shapes     regions: [N, R, D]; words: [N, T, D]; lengths: [N], 1…T; images, sentences: [N, D]. One number, the sum of four
 *            means over the batch; damsmTerms gives the four.
 * Gradient   regions, words, images, sentences, through the attention; 0 for words beyond a caption's length.
 * Errors     A length outside 1…T; gammas ≤ 0; classIds that are not whole numbers of at most 2^24; shapes that differ.
 * Edges      A batch of one: 0 with gradient 0. A caption of one word has s̄ = 1, so it attends to all regions alike. A zero
 *            vector has cosine 0 and gradient 0. What lies beyond a caption's length is not read.
 * Relation   `form: "code"` is what the public code computes. matchingRPrecision scores what it trains.
 * Source     T. Xu et al., AttnGAN: Fine-Grained Text to Image Generation with Attentional GANs, 2018, section 3.2.
 */
export const damsmLoss = defineScalarLoss<Inputs, DamsmOptions, Differentiable>(
  spec,
  (inputs, options, pass) => {
    const { imageToWords, wordsToImage, imageToSentence, sentenceToImage } = terms(inputs, options, pass);
    return imageToWords + wordsToImage + imageToSentence + sentenceToImage;
  },
  checkTerms,
);

const termsSpec = frozen<FunctionSpecOf<Inputs, DamsmOptions>>({
  name: "damsmTerms",
  family: "score",
  title: { en: "DAMSM terms", zh: "DAMSM 各项" },
  summary: "How well images and captions find each other, as the four terms of damsmLoss.",
  arguments: withoutGradients(spec.arguments),
  options: spec.options,
});

/** The four terms of damsmLoss, whose arguments and options it takes. */
export function damsmTerms(
  regions: FloatInput,
  words: FloatInput,
  lengths: IndexInput,
  images: FloatInput,
  sentences: FloatInput,
  options?: DamsmOptions & CommonOptions,
): DamsmTerms;
export function damsmTerms(...args: unknown[]): DamsmTerms {
  return withPass<Inputs, DamsmOptions, DamsmTerms, Differentiable>(termsSpec, args, (inputs, options, pass) => {
    checkTerms(inputs, options, pass);
    return terms(inputs, options, pass);
  });
}
damsmTerms.spec = termsSpec;

/** Throws where lengths and classes are none. */
function checkTerms(
  [, words, lengths]: StagedInputs<Inputs>,
  { classIds }: StagedOptions<DamsmOptions>,
  pass: Pick<Pass, "dtype">,
): void {
  checkLengths(lengths, words);
  if (classIds) readClasses(classIds, pass);
}

function terms(
  [regions, words, lengths, images, sentences]: StagedInputs<Inputs>,
  { gamma1, gamma2, gamma3, classIds, form }: StagedOptions<DamsmOptions>,
  pass: Pass<Differentiable>,
): DamsmTerms {
  const { dims, dtype, grads, scale } = pass;
  const n = dims.N;
  const classes = classIds ? readClasses(classIds, pass) : null;
  const matched = matchWords(pass, {
    regions: regions.pointer,
    words: words.pointer,
    lengths: lengths.pointer,
    gamma1,
    gamma2,
  });
  const sharpness = form === "paper" ? gamma3 / gamma2 : gamma3;
  const byWords = rank(matched.matches, n, sharpness, classes);
  if (grads.regions || grads.words)
    matched.back(
      byWords.gradient.map((g) => scale * g),
      grads.regions,
      grads.words,
    );

  const [u, v] = [directions(pass, images.pointer, n, dims.D), directions(pass, sentences.pointer, n, dims.D)];
  const cosines = pass.take(pass.dtype, n * n);
  const multiply = multiplier(pass);
  multiply(u, transpose(v), cosines);
  const bySentences = rank(Float64Array.from(viewOf(cosines, n * n, dtype)), n, gamma3, classes);
  viewOf(cosines, n * n, dtype).set(bySentences.gradient);
  const slopes = matrix(cosines, n, n);
  if (grads.images) multiply(slopes, v, grads.images);
  if (grads.sentences) multiply(transpose(slopes), u, grads.sentences);
  finishDirections(pass, u, grads.images, scale);
  finishDirections(pass, v, grads.sentences, scale);
  return {
    imageToWords: byWords.byRows,
    wordsToImage: byWords.byColumns,
    imageToSentence: bySentences.byRows,
    sentenceToImage: bySentences.byColumns,
  };
}

function checkLengths(lengths: Operand, words: Operand): void {
  const most = words.shape[1] as number;
  const list = viewOf(lengths.pointer, lengths.size, "int32");
  const index = list.findIndex((length) => length < 1 || length > most);
  if (index >= 0)
    throw new LossaryRangeError(
      `${lengths.what}[${index}]`,
      `is ${list[index]}, outside 1…${most} (words are ${showShape(words.shape)})`,
    );
}

function readClasses({ pointer, size, what }: Operand, { dtype }: Pick<Pass, "dtype">): Float64Array {
  const classes = Float64Array.from(viewOf(pointer, size, dtype));
  const index = classes.findIndex((id) => !Number.isInteger(id));
  if (index >= 0) throw new LossaryRangeError(`${what}[${index}]`, `is ${classes[index]}, expected a whole number`);
  return classes;
}
