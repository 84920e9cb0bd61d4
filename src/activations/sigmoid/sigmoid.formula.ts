import { portable } from "../../formula/define.ts";
import { asLoss } from "../activation.ts";
import { sigmoid } from "./sigmoid.ts";

export const sigmoidPortable = portable(asLoss(sigmoid), (m, [x]) => m.sigmoid(x));
