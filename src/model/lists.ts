import { checkSignal } from "../abort.js";
import { describe } from "../errors.js";
import { type Engine, engineFor } from "../kernel/index.js";
import {
  bestItems,
  type ItemLists,
  type Listing,
  type ListRun,
  rankTargets as rank,
} from "../kernel/lists/index.js";
import { type RankedTargets, type RankQuery, withoutLeftOut } from "../metrics/ranker.js";
import { checkOneOf, checkOptions } from "../options.js";
import type { Id } from "../ratings/vocabulary.js";
import { createYielder } from "../yield.js";
import { filterBits } from "./filter.js";
import { isId, notId, unknownIds } from "./lookup.js";
import type { ModelParts } from "./parts.js";
import type { RecommendationBlock, RecommendManyOptions, ScoredItem } from "./results.js";
import { pageOf } from "./selection.js";

const OPTIONS = ["count", "minScore", "exclude", "filter", "engine", "signal"];
/** Entries of lists between two looks at the clock. */
const STRIDE = 640;

/** Options of lists, checked, and the engine that they run on. */
interface Lists {
  readonly listing: Listing;
  readonly leftOut: ItemLists | undefined;
  readonly run: ListRun;
}

/**
 * Checks options and finds what to run on.
 *
 * @param rated what each user rated; throws where the model does not hold it
 */
async function prepare<U extends Id, I extends Id>(
  what: string,
  options: RecommendManyOptions<I>,
  { items }: ModelParts<U, I>,
  rated: () => ItemLists,
): Promise<Lists> {
  checkOptions(what, options, OPTIONS);
  const { exclude = "rated", filter, engine, signal } = options;
  const { depth, minScore } = pageOf(what, options, items.size, OPTIONS);
  const bits = filterBits(filter, items);
  const listed = filter?.size ?? items.size;
  const leftOut = checkOneOf("exclude", exclude, ["rated", "none"]) === "rated" ? rated() : undefined;
  return {
    listing: { count: Math.min(depth, listed), bits, items: listed, minScore },
    leftOut,
    run: await listRun(what, engine, signal),
  };
}

/** The engine given, or the shared one. @throws TypeError for what is none; AlternantError "aborted" */
async function listRun(
  what: string,
  engine: Engine | undefined,
  signal: AbortSignal | undefined,
): Promise<ListRun> {
  checkSignal(signal);
  return { engine: await engineFor(engine, signal, what), signal, what };
}

/** The lists of some users, in the order given. */
export async function recommendMany<U extends Id, I extends Id>(
  parts: ModelParts<U, I>,
  users: readonly U[],
  options: RecommendManyOptions<I>,
  rated: () => ItemLists,
): Promise<ScoredItem<I>[][]> {
  const what = "recommendMany";
  if (!Array.isArray(users))
    throw new TypeError(`${what} needs an array of user ids, not ${describe(users)}`);
  const yielder = createYielder();
  const { items } = parts;
  const { listing, leftOut, run } = await prepare(what, options, parts, rated);
  const { count } = listing;
  const stride = Math.max(1, Math.floor(STRIDE / Math.max(1, count)));
  const breathe = async (row: number): Promise<void> => {
    if (row % stride > 0 || !yielder.due()) return;
    await yielder.pause();
    run.engine.check(run.signal, what);
  };
  const rows = new Int32Array(users.length);
  const unknown: U[] = [];
  for (let row = 0; row < rows.length; row++) {
    const user = users[row]!;
    if (!isId(user)) throw notId(`${what}: users[${row}]`, user);
    const index = parts.users.index(user);
    if (index === undefined) unknown.push(user);
    else rows[row] = index;
    await breathe(row);
  }
  if (unknown.length > 0) throw unknownIds(`${what}: this`, "user", unknown, parts.users, REMEDY);
  const lists: ScoredItem<I>[][] = [];
  for await (const block of bestItems(parts, rows, leftOut, listing, run))
    for (let row = 0; row < block.counts.length; row++) {
      lists.push(
        Array.from({ length: block.counts[row]! }, (_, n) => ({
          item: items.id(block.items[row * count + n]!),
          score: block.scores[row * count + n]!,
        })),
      );
      await breathe(row);
    }
  return lists;
}

/** The lists of all users, some thousand at a time. */
export async function* recommendAll<U extends Id, I extends Id>(
  parts: ModelParts<U, I>,
  options: RecommendManyOptions<I>,
  rated: () => ItemLists,
): AsyncGenerator<RecommendationBlock, void, undefined> {
  const { listing, leftOut, run } = await prepare("recommendAll", options, parts, rated);
  const { count } = listing;
  const users = new Int32Array(parts.users.size);
  for (let user = 0; user < users.length; user++) users[user] = user;
  for await (const { from, to, items, scores } of bestItems(parts, users, leftOut, listing, run))
    yield { from, to, count, items, scores };
}

const REMEDY = "Leave them out, or ask for popular() in their place; the ids it knows are in model.users.";

/** Where targets stand in users' lists. */
export async function rankTargets<U extends Id, I extends Id>(
  parts: ModelParts<U, I>,
  query: RankQuery,
  leftOut: ItemLists | undefined,
): Promise<RankedTargets> {
  const { users, targets, limit, what, engine, signal } = query;
  const run = await listRun(what, engine, signal);
  return withoutLeftOut(
    await rank(parts, users, targets, leftOut, limit, run),
    query,
    leftOut,
    parts.items.size,
  );
}
