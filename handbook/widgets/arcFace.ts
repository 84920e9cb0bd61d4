/** ArcFace on a circle: a margin in the angle. */
import { arcFaceLoss } from "lossary";
import { classDirections } from "./shared/classDirections.ts";

export default classDirections(
  arcFaceLoss,
  { en: "Three classes with a margin in the angle", zh: "三个类，间隔加在角上" },
  { initial: 0.5, max: 1.5, label: { en: "margin m, radians", zh: "间隔m（弧度）" } },
);
