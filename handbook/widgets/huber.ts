/** What an outlier does to the line of Huber, beside its neighbours. */
import { outlierWidget } from "./shared/outlier.ts";

export default outlierWidget("huber");
