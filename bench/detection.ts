import { ciouLoss, diouLoss, drLoss, giouLoss, iouLoss } from "lossary";
import { type Input, type Inputs, type Row, row, sizeOf, uniform } from "./row.ts";

/** Corners of boxes in an image of 150 pixels. */
function boxes(count: number, random: () => number): Input {
  const data = new Float32Array(4 * count);
  for (let i = 0; i < data.length; i += 4) {
    const [x, y] = [100 * random(), 100 * random()];
    data.set([x, y, x + 5 + 45 * random(), y + 5 + 45 * random()], i);
  }
  return { data, shape: [count, 4] };
}

const hundredThousand = (): Inputs<"predictions" | "targets"> => {
  const random = uniform(1);
  return { predictions: boxes(100_000, random), targets: boxes(100_000, random) };
};

/** One object in thirty anchors, a tenth of the others ignored. */
function anchors(): Inputs<"logits" | "targets"> {
  const random = uniform(2);
  const shape = [8732, 80];
  const targets = Int32Array.from({ length: 8732 }, () =>
    random() < 1 / 30 ? 1 + Math.floor(80 * random()) : random() < 0.1 ? -1 : 0,
  );
  return {
    logits: { data: Float32Array.from({ length: sizeOf(shape) }, () => 6 * random() - 5), shape },
    targets: { data: targets, shape: [8732] },
  };
}

export const detection: readonly Row[] = [
  row({
    name: "IoU 100k",
    inputs: hundredThousand,
    loss: iouLoss,
    wrt: ["predictions"],
    torch: "iou_loss(predictions, targets)",
  }),
  row({
    name: "GIoU 100k",
    inputs: hundredThousand,
    loss: giouLoss,
    wrt: ["predictions"],
    torch: "ops.generalized_box_iou_loss(predictions, targets, reduction='mean')",
  }),
  row({
    name: "DIoU 100k",
    inputs: hundredThousand,
    loss: diouLoss,
    wrt: ["predictions"],
    torch: "ops.distance_box_iou_loss(predictions, targets, reduction='mean')",
  }),
  row({
    name: "CIoU 100k",
    inputs: hundredThousand,
    loss: ciouLoss,
    wrt: ["predictions"],
    torch: "ops.complete_box_iou_loss(predictions, targets, reduction='mean')",
  }),
  row({
    name: "DR 8732x80",
    inputs: anchors,
    loss: drLoss,
    wrt: ["logits"],
    torch: "ranking(logits, targets, posLambda, negLambda, slope, tau, margin)",
  }),
];
