/** A line between two sides, pulled by the logistic loss. */
import { separatorWidget } from "./shared/separator.ts";

export default separatorWidget("logistic");
