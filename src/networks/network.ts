import { plain, readCall } from "../contract/call.ts";
import { type FunctionSpec, frozen, type ValueOption } from "../contract/spec.ts";
import { LossaryRangeError, LossaryTypeError } from "../lossaryError.ts";
import { describe } from "../tensor/read.ts";
import { showShape } from "../tensor/tensor.ts";
import type { Image } from "./image.ts";
import { outputSize, preprocessInto, type ResolvedPreprocessing, resolvePreprocessing } from "./preprocess.ts";
import type { Preprocessing } from "./preprocessing.ts";
import { type PresetName, presets } from "./presets.ts";
import { findRuntime, type OnnxRuntime, type OnnxSession } from "./runtime.ts";

export interface NetworkOptions {
  /** How images are prepared: a preset's name, or the steps. */
  readonly preprocessing: Preprocessing | PresetName;
  /** The output to read; may be left out where the model has one alone. */
  readonly output?: string;
  /** `onnxruntime-web` or `onnxruntime-node`, as imported. Default: onnxruntime-node under Node where it is installed, else onnxruntime-web. */
  readonly runtime?: OnnxRuntime;
}

/** A network that turns images into features. Made by `loadNetwork`. */
export interface FeatureNetwork {
  readonly input: string;
  readonly output: string;
  /** All outputs of the model. */
  readonly outputs: readonly string[];
  readonly preprocessing: ResolvedPreprocessing;
  /**
   * Features of a batch of images, a row each: f32 [N, D]. An output [N, C, H, W] (or [N, H, W, C] in layout NHWC) is
   * averaged over its positions.
   *
   * @throws RangeError where there are no images, or they differ in size after the preprocessing.
   */
  features(images: readonly Image[]): Promise<{ data: Float32Array; shape: [count: number, dimension: number] }>;
  dispose(): Promise<void>;
}

interface InputInfo {
  readonly name: string;
  readonly type: "float32" | "uint8";
  /** Images the model takes at once, where that is fixed. */
  readonly batch: number | null;
}

/** The specification of an option that is an object, or a text. */
const handed = (type: "object" | "string", expected: string, doc: string, required = false): ValueOption => ({
  type: "value",
  default: undefined,
  required,
  expected,
  check(where, value) {
    if (typeof value !== type || value === null)
      throw new LossaryTypeError(where, `is ${describe(value)}, expected ${expected}`);
  },
  doc,
});

const spec: FunctionSpec = frozen({
  name: "loadNetwork",
  family: "image",
  title: { en: "Feature network", zh: "特征网络" },
  summary: "Loads an ONNX model as feature extractor.",
  arguments: [
    {
      name: "model",
      shape: "",
      kind: "value",
      doc: "The bytes of an .onnx file.",
      check: (where: string, model: unknown): void => {
        if (!(model instanceof Uint8Array))
          throw new LossaryTypeError(where, `is ${describe(model)}, expected the bytes of an .onnx file (Uint8Array)`);
      },
    },
  ],
  options: {
    preprocessing: {
      type: "value",
      default: undefined,
      required: true,
      expected: "a preset's name or an object",
      // What is wrong with the steps is said before the model is read.
      check: (where: string, given: unknown): void => void resolvePreprocessing(where, given as Preprocessing),
      doc: "How images are prepared.",
    },
    output: handed("string", "the name of an output", "The output to read."),
    runtime: handed("object", "onnxruntime-web or onnxruntime-node, as imported", "What runs the model."),
  },
});

/**
 * Loads an ONNX model as feature extractor.
 *
 *     import { loadNetwork } from "lossary/networks";
 *     const network = await loadNetwork(bytes, { preprocessing: "fid-inception", output: "features" });
 *     const { data, shape } = await network.features([{ data: pixels, width, height }]);   // [1, 2048]
 *
 * @param model The bytes of an .onnx file. Nothing is ever fetched.
 * @throws TypeError, RangeError where the model cannot be read, has several inputs, takes no images, or has no such output.
 */
export async function loadNetwork(model: Uint8Array, options: NetworkOptions): Promise<FeatureNetwork>;
export async function loadNetwork(...args: unknown[]): Promise<FeatureNetwork> {
  const { options: read } = readCall(spec, args, plain);
  const [model, options] = [args[0] as Uint8Array, read as unknown as NetworkOptions];
  const runtime = options.runtime ?? (await findRuntime()).runtime;
  const session = await open(runtime, model);
  try {
    const info = inputOf(session);
    const output = chooseOutput(session.outputNames, options.output);
    const preprocessing = preprocessingOf(info, options.preprocessing);
    return new Network(runtime, session, info, output, preprocessing);
  } catch (error) {
    await session.release();
    throw error;
  }
}
loadNetwork.spec = spec;

async function open(runtime: OnnxRuntime, model: Uint8Array): Promise<OnnxSession> {
  // Warnings about a model's graph are nobody's business here.
  runtime.env.logLevel = "error";
  try {
    return (await runtime.InferenceSession.create(model, { logSeverityLevel: 3 })) as OnnxSession;
  } catch (error) {
    const reason = reasonOf(error);
    if (/external data|MountedFiles/i.test(reason))
      throw new LossaryRangeError(
        "loadNetwork: model",
        "keeps its weights in another file (external data), expected all in one: export it with external_data=False, or join them in Python by onnx.save(onnx.load('model.onnx'), 'one.onnx')",
        { cause: error },
      );
    throw new LossaryRangeError("loadNetwork: model", `cannot be read (${reason})`, { cause: error });
  }
}

const reasonOf = (error: unknown) =>
  (error instanceof Error ? error.message : String(error)).replace(/^.*ERROR_MESSAGE:\s*/s, "").replace(/\s+/g, " ");

function inputOf({ inputNames, inputMetadata }: OnnxSession): InputInfo {
  if (inputNames.length !== 1)
    throw new LossaryRangeError(
      "loadNetwork: model",
      `has ${inputNames.length} inputs (${inputNames.join(", ")}), expected one, the images`,
    );
  const { type = "float32", shape } = (inputMetadata?.[0] ?? {}) as { type?: string; shape?: unknown[] };
  if (type !== "float32" && type !== "uint8")
    throw new LossaryRangeError("loadNetwork", `input ${inputNames[0]} holds ${type}, expected float32 or uint8`);
  if (shape && shape.length !== 4)
    throw new LossaryRangeError(
      "loadNetwork",
      `input ${inputNames[0]} has ${shape.length} axes, expected 4 (a batch of images)`,
    );
  const batch = shape?.[0];
  return { name: inputNames[0] as string, type, batch: typeof batch === "number" && batch > 0 ? batch : null };
}

/** The steps for a model's input. One that takes bytes gets the pixels as they are: it scales them itself. */
function preprocessingOf({ name, type }: InputInfo, given: NetworkOptions["preprocessing"]): ResolvedPreprocessing {
  const what = "loadNetwork: preprocessing";
  if (type !== "uint8") return resolvePreprocessing(what, given);
  const steps = typeof given === "string" ? presets[given] : given;
  const bytes = { divide: 1, mean: [0, 0, 0], std: [1, 1, 1] } as const;
  for (const [step, value] of Object.entries(bytes)) {
    const own = steps[step as keyof typeof bytes];
    if (own !== undefined && String(own) !== String(value))
      throw new LossaryRangeError(
        what,
        `has ${step} ${show(own)}, but input ${name} takes bytes (uint8), expected pixels of 0…255; leave out divide, mean and std`,
      );
  }
  return resolvePreprocessing(what, { ...steps, ...bytes });
}

const show = (value: number | readonly number[]) => (typeof value === "number" ? value : showShape(value));

function chooseOutput(names: readonly string[], wanted: string | undefined): string {
  const list = names.join(", ");
  if (wanted === undefined) {
    if (names.length === 1) return names[0] as string;
    throw new LossaryRangeError("loadNetwork: model", `has several outputs, name one of them: ${list}`);
  }
  if (names.includes(wanted)) return wanted;
  throw new LossaryRangeError("loadNetwork: model", `has no output "${wanted}"; it has ${list}`);
}

class Network implements FeatureNetwork {
  readonly input: string;
  readonly outputs: readonly string[];
  readonly output: string;
  readonly preprocessing: ResolvedPreprocessing;
  readonly #runtime: OnnxRuntime;
  readonly #session: OnnxSession;
  readonly #info: InputInfo;

  constructor(
    runtime: OnnxRuntime,
    session: OnnxSession,
    info: InputInfo,
    output: string,
    preprocessing: ResolvedPreprocessing,
  ) {
    this.#runtime = runtime;
    this.#session = session;
    this.#info = info;
    this.input = session.inputNames[0] as string;
    this.outputs = session.outputNames;
    this.output = output;
    this.preprocessing = preprocessing;
  }

  async features(images: readonly Image[]): Promise<{ data: Float32Array; shape: [number, number] }> {
    if (images.length === 0) throw new LossaryRangeError("features: images", "is empty, expected at least one");
    const step = this.#info.batch ?? images.length;
    const parts: { data: Float32Array; dimension: number }[] = [];
    for (let first = 0; first < images.length; first += step)
      parts.push(await this.#run(images.slice(first, first + step), first, step));
    const { dimension } = parts[0] as { dimension: number };
    const data = new Float32Array(images.length * dimension);
    for (const [i, part] of parts.entries()) data.set(part.data, i * step * dimension);
    return { data, shape: [images.length, dimension] };
  }

  /** Features of up to `batch` images; a model of fixed batch size sees zeros after the last one. */
  async #run(
    images: readonly Image[],
    offset: number,
    batch: number,
  ): Promise<{ data: Float32Array; dimension: number }> {
    const { data, size } = this.#prepare(images, offset, batch);
    const { type } = this.#info;
    const shape = this.preprocessing.layout === "NHWC" ? [batch, ...size, 3] : [batch, 3, ...size];
    const values =
      type === "uint8" ? Uint8Array.from(data, (value) => Math.min(255, Math.max(0, Math.round(value)))) : data;
    const feed = new this.#runtime.Tensor(type as never, values as never, shape);
    const { dims, data: out } = await this.#execute({ [this.input]: feed as never }, shape);
    if (dims[0] !== batch)
      throw new LossaryRangeError(
        "features",
        `output ${this.output} is ${showShape(dims)} for ${batch} images, expected one row per image`,
      );
    return pool(this.output, out as Float32Array, dims, images.length, this.preprocessing.layout);
  }

  #prepare(images: readonly Image[], offset: number, batch: number): { data: Float32Array; size: readonly number[] } {
    const sizes = images.map(({ height, width }) => outputSize(this.preprocessing, [height, width]));
    const size = sizes[0] as readonly [number, number];
    const odd = sizes.findIndex(([height, width]) => height !== size[0] || width !== size[1]);
    if (odd > 0) {
      const [height, width] = sizes[odd] as readonly [number, number];
      throw new LossaryRangeError(
        `features: images[${offset + odd}]`,
        `is ${width}x${height}, images[${offset}] ${size[1]}x${size[0]}; expected one size (preprocessing with resize or crop makes it)`,
      );
    }
    const length = 3 * size[0] * size[1];
    const data = new Float32Array(batch * length);
    for (const [i, image] of images.entries())
      preprocessInto(
        `features: images[${offset + i}]`,
        data.subarray(i * length, (i + 1) * length),
        image,
        this.preprocessing,
      );
    return { data, size };
  }

  async #execute(feeds: Record<string, never>, shape: readonly number[]) {
    try {
      const results = await this.#session.run(feeds, [this.output]);
      return results[this.output] as { dims: readonly number[]; data: unknown };
    } catch (error) {
      throw new LossaryRangeError("features", `the network does not take ${showShape(shape)} (${reasonOf(error)})`, {
        cause: error,
      });
    }
  }

  dispose(): Promise<void> {
    return this.#session.release();
  }
}

/** One row per image: positions of a feature map are averaged. */
function pool(
  output: string,
  data: Float32Array,
  dims: readonly number[],
  count: number,
  layout: "NCHW" | "NHWC",
): { data: Float32Array; dimension: number } {
  if (!(data instanceof Float32Array))
    throw new LossaryRangeError("features", `output ${output} holds ${describe(data)}, expected float32`);
  if (dims.length !== 2 && dims.length !== 4)
    throw new LossaryRangeError(
      "features",
      `output ${output} is ${showShape(dims)}, expected [N, D] or a batch of feature maps`,
    );
  if (dims.length === 2) return { data: data.slice(0, count * (dims[1] as number)), dimension: dims[1] as number };
  const [, second, third, fourth] = dims as [number, number, number, number];
  const dimension = layout === "NCHW" ? second : fourth;
  const positions = layout === "NCHW" ? third * fourth : second * third;
  const [step, next] = layout === "NCHW" ? [1, positions] : [dimension, 1];
  const rows = new Float32Array(count * dimension);
  for (let n = 0; n < count; n++)
    for (let c = 0; c < dimension; c++) {
      let sum = 0;
      for (let p = 0; p < positions; p++) sum += data[n * dimension * positions + c * next + p * step] as number;
      rows[n * dimension + c] = sum / positions;
    }
  return { data: rows, dimension };
}
