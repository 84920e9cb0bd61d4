/** What an outlier does to the line of L1, beside its neighbours. */
import { outlierWidget } from "./shared/outlier.ts";

export default outlierWidget("l1");
