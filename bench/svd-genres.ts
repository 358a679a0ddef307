// How well raw features of ALS, canonical axes and the axes of a singular value decomposition of the ratings match the hidden
// genres of generated worlds.
import { ALS } from "../src/als/index.js";
import { type FactorCopy, type Model, trainedModel } from "../src/model/index.js";
import { seededRandom } from "../src/random.js";
import { SVD } from "../src/svd/index.js";
import { type SyntheticWorld, syntheticWorld } from "../src/synthetic/index.js";
import { Normals } from "../src/synthetic/normal.js";
import { type GenreMatch, LEADING, largestFirst, matchGenres } from "./genres.js";
import { fixed, type Report, tableOf } from "./table.js";
import { mean } from "./timing.js";

export const WORLD_SEEDS: readonly number[] = [1, 2, 3];
const FACTOR_COUNTS = [8, 12, 32, 64];

export interface GenreRow {
  readonly features: string;
  readonly factors: number;
  /** One for each world. */
  readonly matches: readonly GenreMatch[];
}

/** The hidden tastes and genres as a model: what all others seek. `like` lends it the facts of a run. */
export function modelOfTruth(
  { ratings, truth }: SyntheticWorld,
  like: Model<string, string>,
): Model<string, string> {
  return trainedModel(ratings, {
    factors: truth.genres.length,
    userFactors: truth.users.values as Float64Array<ArrayBuffer>,
    itemFactors: truth.items.values as Float64Array<ArrayBuffer>,
    mean: truth.mean,
    userBiases: truth.userBiases,
    itemBiases: truth.itemBiases,
    history: "none",
    options: {},
    run: like.info.run,
  });
}

function normalFeatures(rows: number, factors: number, seed: number): FactorCopy {
  const normals = new Normals(seededRandom(seed, "benchmark"));
  return { rows, factors, values: Float64Array.from({ length: rows * factors }, () => normals.next()) };
}

async function matchesOf(
  world: SyntheticWorld,
  seed: number,
  factors: number,
): Promise<readonly (readonly [features: string, match: GenreMatch])[]> {
  const { ratings, truth } = world;
  const als = await new ALS({ factors, seed }).fit(ratings);
  const canonical = await als.canonical();
  const svd = await new SVD({ factors, seed }).fit(ratings);
  const raw = largestFirst(als.copyFactors("users"), als.copyFactors("items"));
  return [
    ["random numbers", matchGenres(normalFeatures(raw.rows, factors, seed), truth)],
    ["ALS, raw features", matchGenres(raw, truth)],
    ["ALS, canonical()", matchGenres(canonical.copyFactors("items"), truth)],
    ['SVD, center: "biases"', matchGenres(svd.copyFactors("items"), truth)],
  ];
}

/** Every kind of features in every world. */
export async function genreRows(): Promise<GenreRow[]> {
  const found = new Map<string, { features: string; factors: number; matches: GenreMatch[] }>();
  const add = (features: string, factors: number, match: GenreMatch): void => {
    const key = `${features} ${factors}`;
    const row = found.get(key) ?? { features, factors, matches: [] };
    row.matches.push(match);
    found.set(key, row);
  };
  for (const seed of WORLD_SEEDS) {
    const world = await syntheticWorld({ seed });
    for (const factors of FACTOR_COUNTS)
      for (const [features, match] of await matchesOf(world, seed, factors)) add(features, factors, match);
    const like = await new ALS({ factors: 1, epochs: 1 }).fit(world.ratings);
    const best = await modelOfTruth(world, like).canonical();
    add("the hidden tastes themselves, canonical()", 12, matchGenres(best.copyFactors("items"), world.truth));
  }
  return [...found.values()];
}

export function genreTable(rows: readonly GenreRow[]): Report {
  const all = ({ matches }: GenreRow): number[] => matches.map(({ all }) => mean(all));
  const leading = ({ matches }: GenreRow): number[] => matches.map(({ leading }) => mean(leading));
  const together = ({ matches }: GenreRow): number[] => matches.map(({ together }) => together);
  const range = (values: readonly number[]): string =>
    `${fixed(3, Math.min(...values))}–${fixed(3, Math.max(...values))}`;
  return tableOf("Generated worlds: how features match hidden genres", rows, [
    { heading: "features", align: "left", cell: (row) => row.features },
    { heading: "K", cell: (row) => row.factors },
    { heading: `leading ${LEADING}`, cell: (row) => fixed(3, mean(leading(row))) },
    { heading: "worlds", cell: (row) => range(leading(row)) },
    { heading: "all K", cell: (row) => fixed(3, mean(all(row))) },
    { heading: "worlds", cell: (row) => range(all(row)) },
    { heading: `leading ${LEADING} together: R²`, cell: (row) => fixed(3, mean(together(row))) },
    { heading: "worlds", cell: (row) => range(together(row)) },
  ]);
}
