/** What generated parts of a page say, and the names of the families. */
import { type settingsOf, told } from "../../bench/results.ts";
import type { Language } from "../kit/widget.ts";

interface Words {
  readonly argument: string;
  readonly shape: string;
  readonly kind: string;
  readonly meaning: string;
  readonly option: string;
  readonly initial: string;
  readonly range: string;
  readonly differentiable: string;
  readonly required: string;
  /** What is said of a function that takes neither arguments nor options. */
  readonly nothing: string;
  /** What stands for an argument that is left out. */
  readonly otherwise: (value: string) => string;
  /** What an option takes that is neither number, choice, flag nor array; in English the specification says it. */
  readonly expected: Readonly<Record<string, string>>;
  readonly reduction: (mean: string) => string;
  /** What is said of sample weights, after the shape of the unreduced value. */
  readonly weights: string;
  readonly unreduced: string;
  readonly scalar: string;
  readonly kinds: Readonly<Record<string, string>>;
  readonly row: string;
  readonly ours: string;
  readonly peers: string;
  readonly notMeasured: string;
  readonly measuredBy: (runs: ReturnType<typeof settingsOf>) => string;
  readonly families: Readonly<Record<string, string>>;
  readonly all: string;
  readonly alias: string;
  readonly colon: string;
  readonly comma: string;
}

export const words: Readonly<Record<Language, Words>> = {
  en: {
    argument: "argument",
    shape: "shape",
    kind: "kind",
    meaning: "meaning",
    option: "option",
    initial: "default",
    range: "range",
    differentiable: "∂",
    required: "required",
    nothing: "No arguments and no options.",
    otherwise: (value) => ` (default: ${value})`,
    expected: {},
    reduction: (mean) => `“mean” (the default) divides by ${mean}; “sum” adds up; “none” keeps`,
    weights: "`sampleWeight` weighs these values, and the mean divides by the weights of those that count.",
    unreduced: "one value each",
    scalar: "One number by nature: no `reduction`.",
    kinds: {
      float: "float",
      probability: "in [0, 1]",
      sign: "−1 or 1",
      box: "four coordinates",
      index: "index",
      list: "list of float tensors",
      state: "state",
      value: "not an array",
    },
    row: "value and gradient",
    ours: "ms",
    peers: "times slower",
    notMeasured: "No row of the benchmark measures this one.",
    measuredBy: (runs) =>
      `One thread, float32, resident tensors; the others' time over ours. ${runs.length > 1 ? "Not all of one run, so that only rows of one are to be compared. Most: " : ""}${told(runs, "; ")}. Reproduce it with \`npm run bench\`.`,
    families: {
      classification: "Classification",
      regression: "Regression",
      embedding: "Embedding",
      engines: "Networks",
      detection: "Detection",
      segmentation: "Segmentation",
      image: "Images",
      distribution: "Distributions",
      multimodal: "Multimodal",
      reinforcement: "Reinforcement",
      metrics: "Scores",
    },
    all: "All losses",
    alias: "Also known as",
    colon: ": ",
    comma: ", ",
  },
  zh: {
    argument: "参数",
    shape: "形状",
    kind: "类型",
    meaning: "含义",
    option: "选项",
    initial: "默认值",
    range: "范围",
    differentiable: "∂",
    required: "必填",
    nothing: "没有参数，也没有选项。",
    otherwise: (value) => `（默认值：${value}）`,
    expected: { "a function": "函数", "a list of names": "一列名字" },
    reduction: (mean) => `“mean”（默认）除以${mean}；“sum”求和；“none”保留`,
    weights: "`sampleWeight` 给这些值加权，平均值除以计入的各值权重之和。",
    unreduced: "逐项的值",
    scalar: "本身就是一个数，没有 `reduction`。",
    kinds: {
      float: "浮点数",
      probability: "[0, 1] 内",
      sign: "−1 或 1",
      box: "四个坐标",
      index: "序号",
      list: "若干浮点张量",
      state: "状态",
      value: "不是数组",
    },
    row: "值与梯度",
    ours: "毫秒",
    peers: "慢几倍",
    notMeasured: "基准测试没有它的一行。",
    measuredBy: (runs) =>
      `单线程、float32、常驻张量；表中为对方用时与我们用时之比。${runs.length > 1 ? "各行并非出自同一次运行，只有同一次的才可相比。大多数行：" : ""}${told(runs, "；")}。可用 \`npm run bench\` 重现。`,
    families: {
      classification: "分类",
      regression: "回归",
      embedding: "嵌入",
      engines: "网络",
      detection: "检测",
      segmentation: "分割",
      image: "图像",
      distribution: "分布",
      multimodal: "多模态",
      reinforcement: "强化学习",
      metrics: "评分",
    },
    all: "全部损失",
    alias: "又称",
    colon: "：",
    comma: "、",
  },
};

/** The order in which families are shown. */
export const families = Object.keys(words.en.families);
