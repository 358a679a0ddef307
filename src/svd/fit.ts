import { checkSignal, untilAborted } from "../abort.js";
import { log } from "../arithmetic.js";
import { AlternantError } from "../errors.js";
import { type Engine, engineFor } from "../kernel/index.js";
import { columnsOf, type Tall, TallMatrices, tallView } from "../kernel/tall/index.js";
import { eachRows, productSvd, readColumns, signsOf } from "../linear-algebra/index.js";
import { fitBiases } from "../metrics/fit-biases.js";
import { type Factors, type Model, trainedModel } from "../model/index.js";
import { checkCallback } from "../options.js";
import { checkContents, checkSource, type Id, type RatingsSource } from "../ratings/index.js";
import { createYielder, interruptible } from "../yield.js";
import { KrylovSubspace, type SubspaceState } from "./krylov.js";
import { type Centring, RatingsOperator } from "./operator.js";
import type { ResolvedSvdOptions } from "./options.js";
import { planSvd, type SvdPlan } from "./plan.js";
import type { SvdFitOptions } from "./svd.js";

const WHAT = "SVD.fit";
/** Roundings of σ₁/σ_K that a residual may hide. */
const CERTAIN = 100;

/** Decomposes ratings. */
export async function fitSvd<U extends Id, I extends Id>(
  ratings: RatingsSource<U, I>,
  options: ResolvedSvdOptions,
  { signal, engine: given, onProgress }: SvdFitOptions,
): Promise<Model<U, I>> {
  const began = performance.now();
  checkSource(WHAT, ratings);
  checkSignal(signal);
  checkCallback("onProgress", onProgress);
  checkShape(ratings, options);
  const engine = await engineFor(given, signal, WHAT);
  const check = (): void => engine.check(signal, WHAT);
  check();
  await checkContents(WHAT, ratings, interruptible(createYielder(), check));
  const centring = await centringOf(ratings, options, signal);
  const plan = planSvd(ratings, options, engine.threads);
  const lease = await engine.lend(plan.bytes, signal, WHAT);
  try {
    const shared = ratings.byUser.share() !== undefined && ratings.byItem.share() !== undefined;
    const { tall, operator } = await lease.work(async (place) => {
      const tall = await TallMatrices.open(lease.memory, plan.tall, place);
      const driver = await place.fit(plan.fit, shared);
      const operator = new RatingsOperator(tall, driver, plan, ratings, centring);
      return { tall, operator, close: (onLeft: () => void) => tall.close(onLeft) };
    });
    const tell = (state: SubspaceState): Promise<unknown> =>
      untilAborted(Promise.resolve(onProgress?.({ ...state })), signal, WHAT);
    const state = plan.whole
      ? await takeWholeSpace(tall, plan, tell)
      : await solveSubspace(tall, operator, plan, options, tell);
    const { factors } = options;
    await eachBlock(plan, plan.axes, (from, count) =>
      operator.forward(columnsOf(plan.basis, from, count), columnsOf(plan.images, from, count)),
    );
    const axes = columnsOf(plan.basis, 0, plan.axes);
    const svd = await productSvd(tall, plan.images, axes);
    const values = svd.values.subarray(0, factors);
    const residual = isCertain(state, values, options)
      ? state.residual
      : await residualOf(tall, operator, plan, values);
    const warning = warningFor(residual, state, options);
    if (warning !== undefined && options.strict) throw new AlternantError("not-converged", warning);
    const weights = (await signsOf(tall, plan.short === "items" ? axes : plan.images, factors)).map(
      (sign, k) => (sign * Math.sqrt(values[k]!)) / Math.sqrt(centring.scale),
    );
    const sides = {
      [plan.short]: await readFactors(tall, axes, weights, options),
      [plan.long]: await readFactors(tall, plan.images, weights, options),
    } as { users: Factors; items: Factors };
    const explained = values.reduce((sum, value) => sum + value * value, 0);
    const loss = Math.max(0, operator.squares - explained) / centring.scale ** 2;
    return trainedModel(ratings, {
      factors,
      userFactors: sides.users,
      itemFactors: sides.items,
      mean: centring.mean,
      userBiases: centring.userBiases,
      itemBiases: centring.itemBiases,
      history: options.history,
      options: { algorithm: "svd", ...options },
      run: {
        ...runOf(engine, options, shared),
        solver: plan.whole
          ? { name: "dense", why: `so few ${plan.short} (${axes.rows}) that all their space is taken` }
          : { name: "krylov", why: `blocks of ${plan.block} vectors over ${axes.rows} ${plan.short}` },
        epochs: state.iteration,
        loss,
        seconds: (performance.now() - began) / 1000,
        svd: { tolerance: options.tolerance, residual, ...(warning !== undefined && { warning }) },
      },
    });
  } finally {
    lease.release();
  }
}

/** @throws RangeError, AlternantError for ratings that cannot be decomposed so */
function checkShape({ userCount, itemCount, byUser }: RatingsSource, { factors }: ResolvedSvdOptions): void {
  if (factors > Math.min(userCount, itemCount))
    throw new RangeError(
      `${WHAT}: factors must be at most ${Math.min(userCount, itemCount)}, not ${factors}: a matrix of ${userCount} users × ${itemCount} items has no more axes.`,
    );
  if (byUser.weightBytes !== undefined)
    throw new AlternantError(
      "invalid-rating",
      `${WHAT}: the ratings have weights, which a singular value decomposition has no place for: make ratings without them, or use ALS.`,
    );
}

async function centringOf(
  ratings: RatingsSource,
  { center, biasRegularization }: ResolvedSvdOptions,
  signal: AbortSignal | undefined,
): Promise<Centring> {
  const mean = center === "none" ? 0 : ratings.mean;
  const biases = center === "biases" ? await fitBiases(WHAT, ratings, biasRegularization, signal) : undefined;
  const greatest = Math.max(Math.abs(ratings.min), Math.abs(ratings.max));
  const exponent = greatest > 0 ? Math.round(log(greatest) / log(2)) : 0;
  const scale = 2 ** -Math.max(-1000, Math.min(1000, exponent));
  return { center, mean, userBiases: biases?.users, itemBiases: biases?.items, scale };
}

/** All unit vectors of the short side: then the product with the ratings is the whole matrix. */
async function takeWholeSpace(
  tall: TallMatrices,
  { basis }: SvdPlan,
  tell: (state: SubspaceState) => Promise<unknown>,
): Promise<SubspaceState> {
  const numbers = tallView(tall.memory, basis);
  for (let row = 0; row < basis.rows; row++) numbers[row * basis.columns + row] = 1;
  const state = { iteration: 0, converged: 0, residual: Number.NaN };
  await tell(state);
  return state;
}

async function solveSubspace(
  tall: TallMatrices,
  operator: RatingsOperator,
  plan: SvdPlan,
  options: ResolvedSvdOptions,
  tell: (state: SubspaceState) => Promise<unknown>,
): Promise<SubspaceState> {
  const subspace = new KrylovSubspace(tall, operator, plan, options);
  await subspace.begin();
  return subspace.solve(options, tell);
}

/** Goes through the first `count` columns in blocks. */
async function eachBlock(
  { block }: SvdPlan,
  count: number,
  take: (from: number, count: number) => Promise<void>,
): Promise<void> {
  for (let from = 0; from < count; from += block) await take(from, Math.min(block, count - from));
}

/**
 * Whether the residual that the subspace tells is that of the axes, and needs no product with Rᵀ to be measured: rounding, which
 * it does not know of, is far below the tolerance.
 */
function isCertain(
  { converged, residual }: SubspaceState,
  values: Float64Array,
  { factors, tolerance, precision }: ResolvedSvdOptions,
): boolean {
  const rounding = precision === "float64" ? Number.EPSILON : 2 ** -23;
  const least = values[factors - 1]!;
  return converged === factors && residual > 0 && tolerance * least >= CERTAIN * rounding * values[0]!;
}

/** The largest ‖Rᵀp − σq‖ of all axes, as a share of σ₁. */
async function residualOf(
  tall: TallMatrices,
  operator: RatingsOperator,
  plan: SvdPlan,
  values: Float64Array,
): Promise<number> {
  const { basis, images, next, axes } = plan;
  const squares = new Float64Array(values.length);
  await eachBlock(plan, axes, async (from, count) => {
    const wanted = Math.min(count, values.length - from);
    const back = columnsOf(next, 0, count);
    await operator.backward(columnsOf(images, from, count), back);
    await eachRows(tall, back, (numbers, step, first, end) => {
      const q = tallView(tall.memory, basis);
      const stride = basis.stride / 8;
      for (let row = first; row < end; row++)
        for (let k = 0; k < wanted; k++)
          squares[from + k]! +=
            (numbers[row * step + k]! - values[from + k]! * q[row * stride + from + k]!) ** 2;
    });
  });
  return Math.sqrt(squares.reduce((most, sum) => Math.max(most, sum), 0)) / values[0]!;
}

function warningFor(
  residual: number,
  { iteration, converged }: SubspaceState,
  { factors, tolerance, precision, maxIterations }: ResolvedSvdOptions,
): string | undefined {
  if (residual <= tolerance) return undefined;
  const remedies = [
    ...(iteration >= maxIterations && converged < factors
      ? [`more than maxIterations: ${maxIterations}`]
      : []),
    ...(precision === "float32" ? ['precision: "float64"'] : []),
    "a larger tolerance",
  ];
  return `${WHAT}: the axes are within ${residual.toExponential(1)} of σ₁, not ${tolerance.toExponential(1)} as asked for. Use ${remedies.join(", or ")}.`;
}

function readFactors(
  tall: TallMatrices,
  matrix: Tall,
  weights: Float64Array,
  { precision }: ResolvedSvdOptions,
): Promise<Factors> {
  const length = matrix.rows * weights.length;
  return readColumns<Factors>(
    tall,
    matrix,
    weights,
    precision === "float64" ? new Float64Array(length) : new Float32Array(length),
  );
}

function runOf(
  { build, threads, threadsWhy }: Engine,
  { precision }: ResolvedSvdOptions,
  shared: boolean,
): Pick<Model["info"]["run"], "build" | "why" | "precision" | "arithmetic" | "threads" | "threadsWhy"> {
  return {
    build: build.name,
    why: build.why,
    precision,
    arithmetic: build.arithmetic,
    ...(shared
      ? { threads, threadsWhy }
      : { threads: 1, threadsWhy: "one thread: others cannot read these ratings" }),
  };
}
