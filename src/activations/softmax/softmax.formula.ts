import { portable } from "../../formula/define.ts";
import { asLoss } from "../activation.ts";
import { logSoftmax, softmax } from "./softmax.ts";

export const softmaxPortable = portable(asLoss(softmax), (m, [x]) => m.softmax(x, 1));

export const logSoftmaxPortable = portable(asLoss(logSoftmax), (m, [x]) => m.logSoftmax(x, 1));
