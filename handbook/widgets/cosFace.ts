/** CosFace on a circle: a margin in the cosine. */
import { cosFaceLoss } from "lossary";
import { classDirections } from "./shared/classDirections.ts";

export default classDirections(
  cosFaceLoss,
  { en: "Three classes with a margin in the cosine", zh: "三个类，间隔加在余弦上" },
  { initial: 0.35, max: 1, label: { en: "margin m, a cosine", zh: "间隔m（余弦）" } },
);
