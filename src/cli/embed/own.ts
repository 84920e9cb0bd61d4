/** Losses from the user's modules: what their arguments say of the rows they judge. */
import type { ArgumentSpec } from "../../contract/spec.ts";
import { Bindings, showSymbolic } from "../../tensor/shapes.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { type UserError, usageError } from "../errors.ts";
import type { OwnLoss } from "../modules/load.ts";
import { listed } from "../terminal/text.ts";
import { drawPairs, drawTuples } from "./batches.ts";
import { type BatchLoss, type Objective, objective, onBatch, onColumns, onPartners, PAIRS } from "./objectives.ts";

type Columns = { readonly value: number; readonly grads: Readonly<Record<string, Tensor>> };

const refusal = ({ from, spec }: OwnLoss, why: string): UserError => usageError(`--loss: ${from}: ${spec.name} ${why}`);

const isRows = (argument: ArgumentSpec): boolean => argument.kind === "float" && argument.differentiable;

/** How a loss is trained on embeddings and labels; throws where its arguments are other things. */
export function ownObjective(loss: OwnLoss): Objective {
  const { arguments: specs, options } = loss.spec;
  const required = Object.keys(options).find((key) => options[key]?.required);
  if (required) throw refusal(loss, `needs the option ${required}, which cannot be given here`);
  const rows = specs.filter(isRows).length;
  const [label, ...others] = specs.slice(rows);
  const leading = specs.slice(0, rows).every(isRows) && others.length === 0;
  if (leading && rows === 1 && label?.kind === "index") return checked(loss, onWholeBatch(loss));
  if (leading && rows === 2 && label) return checked(loss, onPairs(loss, label));
  if (leading && rows === 2 && loss.spec.unreduced?.acrossRows) return checked(loss, onOthers(loss));
  if (leading && (rows === 3 || rows === 4) && !label) return checked(loss, onTuples(loss, rows));
  throw refusal(
    loss,
    `takes ${listed(specs.map(({ name, kind }) => `${name} (${kind})`))}; embeddings go with labels (index), as pairs with what tells them apart, or come as triplets or quadruplets`,
  );
}

/** Two lengths that are not the same. */
const [ROWS, DIMENSION] = [7, 3];

function checked(loss: OwnLoss, made: Objective): Objective {
  const bindings = new Bindings();
  const wrong = loss.spec.arguments.find(
    (argument) => bindings.bind(argument.shape, isRows(argument) ? [ROWS, DIMENSION] : [ROWS]) !== null,
  );
  if (!wrong) return made;
  const wanted = isRows(wrong) ? "embeddings are [N, D]" : "there is one a row, [N]";
  throw refusal(loss, `takes ${wrong.name} ${showSymbolic(wrong.shape)}; ${wanted}`);
}

const namesOf = ({ spec }: OwnLoss): string[] => spec.arguments.filter(isRows).map(({ name }) => name);

const onWholeBatch = (loss: OwnLoss): Objective => {
  const [name] = namesOf(loss) as [string];
  const valueAndGrad: BatchLoss["valueAndGrad"] = (x, y) => {
    const { value, grads } = loss.valueAndGrad(x, y, { wrt: [name] }) as Columns;
    return { value, grads: { embeddings: grads[name] as Tensor } };
  };
  return onBatch({ spec: loss.spec, valueAndGrad });
};

/** The other rows of the batch are what a pair is told from. */
const onOthers = (loss: OwnLoss): Objective =>
  onPartners(
    { spec: loss.spec, valueAndGrad: (a, b) => loss.valueAndGrad(a, b, {}) as Columns },
    namesOf(loss) as [string, string],
    {},
  );

/** What a pair is told by: a sign is 1 where the rows are of one class; other numbers say what they mean by their name. */
function pairValue(loss: OwnLoss, { name, kind }: ArgumentSpec): (different: number) => number {
  if (kind === "sign") return (different) => 1 - 2 * different;
  if (kind !== "list" && kind !== "state" && name === "same") return (different) => 1 - different;
  if (kind !== "list" && kind !== "state" && name === "different") return (different) => different;
  throw refusal(
    loss,
    `takes ${name} of a pair; call it same or different, which is then 1, or declare it of the kind "sign"`,
  );
}

function onPairs(loss: OwnLoss, label: ArgumentSpec): Objective {
  const value = pairValue(loss, label);
  return objective(loss, PAIRS, {}, ({ random }) => ({
    evaluate: (batch, into) => {
      const { columns, different } = drawPairs(batch.labels, random);
      const told = different.map(value);
      return onColumns(batch, columns, namesOf(loss), (a, b) => loss.valueAndGrad(a, b, told, {}) as Columns, into)
        .value;
    },
  }));
}

const onTuples = (loss: OwnLoss, width: 3 | 4): Objective =>
  objective(
    loss,
    `one random ${width === 3 ? "triplet" : "quadruplet"} a row`,
    {},
    ({ random }) => ({
      evaluate: (batch, into) => {
        const { columns } = drawTuples(batch.labels, width, random);
        return onColumns(batch, columns, namesOf(loss), (...rows) => loss.valueAndGrad(...rows, {}) as Columns, into)
          .value;
      },
    }),
    width - 1,
  );
