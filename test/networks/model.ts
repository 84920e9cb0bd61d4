/** Small ONNX networks, built from nodes and weights. */
import onnxProto from "onnx-proto";

const { onnx } = onnxProto;
const FLOAT = 1;

export type Weights = Readonly<Record<string, { readonly shape: readonly number[]; readonly data: readonly number[] }>>;

export interface Node {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly output: string;
  readonly attributes?: Readonly<Record<string, number | readonly number[]>>;
}

export interface Model {
  /** The input "images"; a text or null is a free length. */
  readonly input: readonly (number | null)[];
  readonly type?: "float32" | "uint8";
  readonly nodes: readonly Node[];
  readonly outputs: readonly string[];
  readonly weights?: Weights;
  /** Says that the weights lie in this file beside the model. */
  readonly weightsIn?: string;
}

const valueInfo = (name: string, elemType: number, dims?: readonly (number | null)[]) => ({
  name,
  type: {
    tensorType: {
      elemType,
      ...(dims && { shape: { dim: dims.map((d, i) => (d === null ? { dimParam: `d${i}` } : { dimValue: d })) } }),
    },
  },
});

/** The bytes of an .onnx file. */
export function onnxModel({ input, type, nodes, outputs, weights = {}, weightsIn }: Model): Uint8Array {
  const { AttributeProto, ModelProto, TensorProto } = onnx;
  const graph = {
    name: "test",
    input: [valueInfo("images", type === "uint8" ? 2 : FLOAT, input)],
    output: outputs.map((name) => valueInfo(name, FLOAT)),
    initializer: Object.entries(weights).map(([name, { shape, data }]) => ({
      name,
      dims: [...shape],
      dataType: FLOAT,
      ...(weightsIn
        ? { dataLocation: TensorProto.DataLocation.EXTERNAL, externalData: [{ key: "location", value: weightsIn }] }
        : { floatData: [...data] }),
    })),
    node: nodes.map(({ op, inputs, output, attributes = {} }) => ({
      name: output,
      opType: op,
      input: [...inputs],
      output: [output],
      attribute: Object.entries(attributes).map(([name, value]) =>
        typeof value === "number"
          ? { name, type: AttributeProto.AttributeType.INT, i: value }
          : { name, type: AttributeProto.AttributeType.INTS, ints: [...value] },
      ),
    })),
  };
  return ModelProto.encode(
    ModelProto.create({ irVersion: 8, opsetImport: [{ domain: "", version: 13 }], graph }),
  ).finish();
}

/** Mean colour of an image: features [N, 3], and the images themselves as a second output, "same". */
export const meanColour = (overrides: Partial<Model> = {}): Uint8Array =>
  onnxModel({
    input: [null, 3, null, null],
    nodes: [
      { op: "GlobalAveragePool", inputs: ["images"], output: "pooled" },
      { op: "Flatten", inputs: ["pooled"], output: "colour" },
      { op: "Identity", inputs: ["images"], output: "same" },
    ],
    outputs: ["colour", "same"],
    ...overrides,
  });
