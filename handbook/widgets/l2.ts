/** What an outlier does to the line of L2, beside its neighbours. */
import { outlierWidget } from "./shared/outlier.ts";

export default outlierWidget("l2");
