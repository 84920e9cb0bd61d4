/** The losses that a module of the user's exports. Nothing runs but the file that was named. */
import { basename, extname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { nearest } from "../../contract/options.ts";
import { type ArgumentSpec, type FunctionSpec, isLossSpec, type LossSpec } from "../../contract/spec.ts";
import { LossaryError } from "../../lossaryError.ts";
import { dataError, usageError } from "../errors.ts";
import { openFile } from "../files/open.ts";
import { type AnyLoss, findLoss } from "../registry.ts";
import { listed } from "../terminal/text.ts";
import { addressOf, namesModule } from "./address.ts";
import { moduleFault } from "./fault.ts";
import { lendPackage } from "./resolve.ts";

/** A loss from a module. Its copy of the package may be another, so that it is known by its specification alone. */
export interface OwnLoss extends AnyLoss {
  /** As the user named it. */
  readonly from: string;
  /** Whether it adds up several losses. */
  readonly combined: boolean;
}

export const isOwn = (loss: AnyLoss): loss is OwnLoss => "from" in loss;

/** The loss of a name, or of a module. */
export const lossOf = async (named: string): Promise<AnyLoss> =>
  namesModule(named) ? loadLoss(named) : findLoss(named);

/** What a loss is called on the command line. */
export const calledAs = (loss: AnyLoss): string => (isOwn(loss) ? loss.from : loss.spec.name);

/** The losses of those names that are modules. */
export async function loadLosses(named: readonly string[]): Promise<readonly OwnLoss[]> {
  const loaded: OwnLoss[] = [];
  for (const from of new Set(named.filter(namesModule))) loaded.push(await loadLoss(from));
  return loaded;
}

interface Export {
  readonly name: string;
  readonly value: Callable;
}

type Callable = Omit<AnyLoss, "spec"> & ((...args: unknown[]) => unknown) & { readonly spec: FunctionSpec };

/** A loss, or a combination of losses, whichever copy of the package made it. */
const isLoss = (value: unknown): value is Callable =>
  typeof value === "function" &&
  "spec" in value &&
  Array.isArray((value.spec as Partial<FunctionSpec> | null)?.arguments) &&
  "valueAndGrad" in value;

export async function loadLoss(from: string): Promise<OwnLoss> {
  const { path, name } = addressOf(from);
  const exported = await importModule(path);
  const isItsName = ({ name: key, value }: Export) => key === value.spec.name;
  // Of several names of one loss its own comes first.
  const found = Object.entries(exported)
    .flatMap(([key, value]): Export[] => (isLoss(value) ? [{ name: key, value }] : []))
    .sort((a, b) => Number(isItsName(b)) - Number(isItsName(a)));
  const losses = found.filter(({ value }, i) => found.findIndex((other) => other.value === value) === i);
  if (losses.length === 0) throw noLoss(path, Object.keys(exported));
  if (name !== undefined) return own(named(name, path, found), path, from);
  const [only, ...others] = losses;
  if (others.length > 0)
    throw usageError(
      `${path} exports ${losses.length} losses: name one of them, ${listed(
        losses.map((loss) => `${path}#${loss.name}`),
        10,
        "or",
      )}`,
    );
  return own(only as Export, path, from);
}

/** What it exports by name; of CommonJS also what it assigned to `module.exports`. */
async function importModule(path: string): Promise<Readonly<Record<string, unknown>>> {
  await openFile(path);
  lendPackage();
  try {
    const { "module.exports": _, ...exported } = await import(pathToFileURL(resolve(path)).href);
    const { default: whole } = exported;
    return typeof whole === "object" ? { ...whole, ...exported } : exported;
  } catch (error) {
    throw moduleFault(path, error);
  }
}

function noLoss(path: string, names: readonly string[]) {
  const exports = names.length > 0 ? `exports no loss, but ${listed(names)}` : "exports nothing";
  return dataError(
    `${path}: ${exports}; a loss is made by defineFormula({ name, arguments, formula }) or combine({ … }) of lossary`,
  );
}

/** The export of a name, which may also be the loss's own. */
function named(name: string, path: string, found: readonly Export[]): Export {
  const match = found.find((loss) => loss.name === name) ?? found.find(({ value }) => value.spec.name === name);
  if (match) return match;
  const names = found.map((loss) => loss.name);
  const close = nearest(name, names);
  throw usageError(
    `${path} exports no loss "${name}"; ${close ? `did you mean ${path}#${close}?` : `it has ${listed(names, 10)}`}`,
  );
}

/** A loss whose faults beyond those of its arguments are the module's. */
function own({ name, value }: Export, path: string, from: string): OwnLoss {
  const guarded = <T>(run: () => T): T => {
    try {
      return run();
    } catch (error) {
      throw error instanceof LossaryError ? error : moduleFault(path, error);
    }
  };
  const { spec } = value;
  const single = isLossSpec(spec);
  const valueAndGrad = (...args: unknown[]) =>
    guarded(() => value.valueAndGrad(...(single ? args : withoutWrt(args)))) as ReturnType<AnyLoss["valueAndGrad"]>;
  return Object.assign((...args: unknown[]) => guarded(() => value(...args)) as ReturnType<AnyLoss>, {
    valueAndGrad,
    spec: single ? spec : lossSpec(spec, name === "default" ? basename(path, extname(path)) : name),
    from,
    combined: !single,
  });
}

/** A combination has one gradient, which need not be asked for. */
function withoutWrt(args: readonly unknown[]): unknown[] {
  const { wrt: _, ...options } = args.at(-1) as { wrt?: unknown };
  return [...args.slice(0, -1), options];
}

/** A combination as a loss that is one number by nature; what its targets are made of is read as it is in its file. */
function lossSpec(spec: FunctionSpec, name: string): LossSpec {
  return {
    ...spec,
    name,
    arguments: spec.arguments.map(
      (argument): ArgumentSpec =>
        argument.kind === "value" ? { ...argument, kind: "float", differentiable: false } : argument,
    ),
    options: spec.options as LossSpec["options"],
    aliases: { en: [], zh: [] },
    unreduced: null,
    formula: "",
    traps: [],
    references: [],
  };
}
