import { crc32, hex } from "../../model/file/checksum.js";
import type { Model, ModelOptions } from "../../model/index.js";
import { contentHash, hashIds } from "../../ratings/content-hash.js";
import { Ratings, type RatingsSource } from "../../ratings/index.js";
import { Murmur3 } from "../../ratings/murmur3.js";
import type { ResolvedAlsOptions } from "../options.js";
import type { Solver } from "../solver.js";
import type { EarlyStopping, Judging } from "../validation.js";

/** All that decides the bits of a training's epochs. */
export interface TrainingIdentity {
  readonly ratings: {
    readonly users: number;
    readonly items: number;
    readonly count: number;
    readonly hash: string;
  };
  readonly options: ModelOptions;
  readonly arithmetic: string;
  /** What ends training; null where nothing does. */
  readonly validation: (Judging & { readonly hash: string }) | null;
  /** A hash of the model that it started from; null where it started from random factors. */
  readonly initial: string | null;
}

/** A training as its caller has described it. */
export interface TrainingCall {
  readonly options: ResolvedAlsOptions;
  readonly ratings: RatingsSource;
  readonly arithmetic: string;
  readonly stopping: EarlyStopping | undefined;
  readonly initial: Model | undefined;
}

/** Options that change nothing of an epoch: a training may go on with others. */
const FREE: readonly string[] = ["epochs", "tolerance", "finish", "history"];
/** Options that do so with some solvers alone. */
const OF_SOLVERS: Readonly<Record<string, readonly Solver[]>> = {
  cgSteps: ["cg", "auto"],
  preconditioner: ["cg", "auto"],
  blockSize: ["ials++"],
};

/** What a training is told apart by. Hashes the ratings, which takes a look at each. */
export async function identityOf(call: TrainingCall): Promise<TrainingIdentity> {
  const { options, ratings, arithmetic, stopping, initial } = call;
  return {
    ratings: { ...sizesOf(ratings), hash: await hashOf(ratings) },
    options: decisive(options),
    arithmetic,
    validation: stopping ? { ...stopping.judging, hash: await hashOf(stopping.ratings) } : null,
    initial: initial ? await modelHash(initial) : null,
  };
}

/** Hashes of ratings that cannot change: one look at each rating is enough, whoever asks. */
const known: WeakMap<Ratings, Promise<string>> = new WeakMap();

function hashOf(ratings: RatingsSource): Promise<string> {
  if (!(ratings instanceof Ratings)) return contentHash(ratings);
  const hash = known.get(ratings) ?? contentHash(ratings);
  known.set(ratings, hash);
  return hash;
}

/** The options that decide bits. */
export function decisive(options: ResolvedAlsOptions): ModelOptions {
  const decides = ([name, value]: readonly [string, unknown]): boolean =>
    value !== undefined && !FREE.includes(name) && (OF_SOLVERS[name]?.includes(options.solver) ?? true);
  return Object.fromEntries(Object.entries(options).filter(decides));
}

export function sizesOf({ userCount, itemCount, count }: RatingsSource): {
  readonly users: number;
  readonly items: number;
  readonly count: number;
} {
  return { users: userCount, items: itemCount, count };
}

/** Eight digits that tell trainings in one folder apart. */
export function shortName(identity: TrainingIdentity): string {
  return hex(crc32(new TextEncoder().encode(JSON.stringify(identity))));
}

/** A hash of what a training takes from a model that it starts from: ids, factors and biases. */
export async function modelHash(model: Model): Promise<string> {
  const hash = new Murmur3();
  for (const side of ["users", "items"] as const) {
    hash.update(await hashIds(model[side]));
    hash.update(model.copyFactors(side).values);
  }
  hash.update(Float64Array.from(model.users, (id) => model.userBias(id)));
  hash.update(Float64Array.from(model.items, (id) => model.itemBias(id)));
  return hash.hex();
}
