/** A line between two sides, pulled by the hinge loss. */
import { separatorWidget } from "./shared/separator.ts";

export default separatorWidget("hinge");
