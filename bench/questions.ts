// Single questions to a model, one after the other on one thread: what `bench:lists` tells of them.
import { compileBuild } from "../src/kernel/builds.js";
import { BY_INDEX } from "../src/kernel/lists/arrange.js";
import { VectorIndex } from "../src/kernel/lists/vector-index.js";
import type { Model } from "../src/model/index.js";
import type { Id, Vocabulary } from "../src/ratings/index.js";
import { runNow, type Sliced } from "../src/ratings/slices.js";
import { fixed, printTable } from "./table.js";
import { type Quantiles, quantiles } from "./timing.js";

/** Questions of a round: half of the first one warm the compiler up, the rest count. */
const ASKED = 4000;
const ROUNDS = 3;
const COUNT = 10;

/** Milliseconds that half of the questions take at most, and 99 of 100. */
export interface QuestionRow extends Quantiles {
  readonly shape: string;
  readonly question: string;
  readonly factors: string;
  /** Milliseconds of the same kernel over all items, in turn with it; null where it was not asked. */
  readonly everyItemP50: number | null;
  readonly everyItemP99: number | null;
  /** Share of items whose bounds were made, and that were scored exactly. */
  readonly bounded: number | null;
  readonly exact: number | null;
}

/**
 * Times questions to a model.
 *
 * @param first whether no index was built in this process: then it is told too what answers take without one. After that a
 *   model's first question would build it.
 */
export async function timeQuestions(
  shape: string,
  factors: string,
  model: Model<Id, Id>,
  first: boolean,
): Promise<QuestionRow[]> {
  const row = (question: string, told: Partial<QuestionRow>): QuestionRow => ({
    ...{ shape, question, factors, p50: Number.NaN, p99: Number.NaN },
    ...{ everyItemP50: null, everyItemP99: null, bounded: null, exact: null },
    ...told,
  });
  const users = spread(model.users);
  const items = spread(model.items);
  const plain = first ? timed(users.slice(0, 200), [(user) => model.recommend(user, { count: COUNT })]) : [];
  await model.prepare();
  const { arranged, all } = await indexesOf(model);
  const rated = new Map(
    users.map((user) => [
      user,
      Int32Array.from(model.ratedItems(user), ({ item }) => model.items.index(item)!),
    ]),
  );
  const vectors = new Map(users.map((user) => [user, model.userVector(user)]));
  const ask = (index: VectorIndex) => (user: Id) =>
    index.rank({
      vector: vectors.get(user)!,
      by: { kind: "prediction", base: model.mean + model.userBias(user) },
      leftOut: rated.get(user)!,
      bits: undefined,
      depth: COUNT,
      minScore: -Infinity,
    });
  const [recommend, every] = timed(users, [(user) => model.recommend(user, { count: COUNT }), ask(all)]);
  const before = arranged.tally();
  for (const user of users) ask(arranged)(user);
  const after = arranged.tally();
  const pairs = users.length * model.itemCount;
  const filter = model.filter({ where: (item) => model.items.index(item)! % 50 === 0 });
  const more: Readonly<Record<string, () => Quantiles[]>> = {
    "recommend, a filter of 2 %": () =>
      timed(users, [(user) => model.recommend(user, { count: COUNT, filter })]),
    similarItems: () => timed(items, [(item) => model.similarItems(item, { count: COUNT })]),
    "similarItems by dot": () =>
      timed(items, [(item) => model.similarItems(item, { count: COUNT, measure: "dot" })]),
    audience: () => timed(items, [(item) => model.audience(item, { count: COUNT })]),
    similarUsers: () => timed(users.slice(0, 500), [(user) => model.similarUsers(user, { count: COUNT })]),
  };
  return [
    row("recommend", {
      ...recommend!,
      everyItemP50: every!.p50,
      everyItemP99: every!.p99,
      bounded: (after.bounded - before.bounded) / pairs,
      exact: (after.exact - before.exact) / pairs,
    }),
    ...plain.map((told) => row("recommend, plain TypeScript", told)),
    ...Object.entries(more).map(([question, run]) => row(question, run()[0]!)),
  ];
}

/** Asks each about the same ids in turn, round after round. */
function timed(ids: readonly Id[], asks: readonly ((id: Id) => unknown)[]): Quantiles[] {
  const milliseconds = asks.map((): number[] => []);
  for (let round = 0; round <= ROUNDS; round++)
    for (const id of round === 0 ? ids.slice(0, ids.length / 2) : ids)
      for (const [n, ask] of asks.entries()) {
        const began = performance.now();
        ask(id);
        if (round > 0) milliseconds[n]!.push(performance.now() - began);
      }
  return milliseconds.map(quantiles);
}

/** The index that a model has, and one whose bounds are all scores of all items: brute force by the same kernel. */
async function indexesOf(model: Model<Id, Id>): Promise<{ arranged: VectorIndex; all: VectorIndex }> {
  const { factors } = model;
  const itemFactors = model.copyFactors("items").values;
  const biases = Float64Array.from(model.items, (item) => model.itemBias(item));
  const source = {
    factors,
    userFactors: model.copyFactors("users").values,
    itemFactors,
    mean: 0,
    userBiases: undefined,
    itemBiases: biases.some((bias) => bias !== 0) ? biases : undefined,
    // Nobody asks for cosines here.
    lengths: new Float64Array(model.itemCount).fill(1),
  };
  const module = await compileBuild("simd");
  return {
    arranged: runNow(VectorIndex.build(source, module)),
    all: runNow(VectorIndex.build(source, module, byIndex())),
  };
}

function* byIndex(): Sliced<typeof BY_INDEX> {
  yield;
  return BY_INDEX;
}

/** Ids from all over a vocabulary, in an order that has nothing to do with it. */
function spread(ids: Vocabulary): Id[] {
  const count = Math.min(ASKED, ids.size);
  const step = Math.floor(ids.size / count);
  return Array.from({ length: count }, (_, n) => ids.id((((n * 1013) % count) * step) % ids.size));
}

export function printQuestions(rows: readonly QuestionRow[]): void {
  const share = (value: number | null): string | undefined =>
    value === null ? undefined : `${(value * 100).toFixed(2)} %`;
  printTable(
    `Single questions, ${COUNT} entries, one thread, default arithmetic (milliseconds, ${ROUNDS} rounds of up to ${ASKED} questions)`,
    rows,
    [
      { heading: "shape", align: "left", cell: (row) => row.shape },
      { heading: "question", align: "left", cell: (row) => row.question },
      { heading: "factors", align: "left", cell: (row) => row.factors },
      { heading: "p50", cell: (row) => fixed(3, row.p50) },
      { heading: "p99", cell: (row) => fixed(3, row.p99) },
      { heading: "every item p50", cell: (row) => fixed(3, row.everyItemP50) },
      { heading: "every item p99", cell: (row) => fixed(3, row.everyItemP99) },
      { heading: "bounded", cell: (row) => share(row.bounded) },
      { heading: "exact", cell: (row) => share(row.exact) },
    ],
  );
}
