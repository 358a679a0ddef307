import { runWithPauses, type Sliced, slices } from "../../ratings/slices.js";
import { createYielder, interruptible } from "../../yield.js";
import { canRun, compileBuild } from "../builds.js";
import { arrange } from "./arrange.js";
import { allocateIndex, type IndexSource, layOutIndex } from "./index-memory.js";
import type { IndexTask } from "./index-task.js";
import { chunkPlaces, chunksOf, numberBytes } from "./layout.js";
import { boundingOf, greatestNorm, numbersAt, placeItems } from "./pack.js";
import type { ListRun } from "./session.js";
import type { Numbers } from "./source.js";
import { VectorIndex } from "./vector-index.js";

/** Items that a lane packs at a time, at least. */
const LANE_PLACES = 1024;
/** Bytes that the row of panels begins on. */
const LINE = 64;

/** Builds indexes: the same bits, wherever. */
export interface IndexBuilder {
  /** On the calling thread. @throws AlternantError "too-large" */
  build(source: IndexSource): Sliced<VectorIndex>;
  /**
   * On an engine's lanes, as far as they are worth it: they pack. The order and the axes are found on the calling thread,
   * with pauses.
   *
   * @throws AlternantError "aborted", "disposed", "lane-failed", "too-large"
   */
  buildOn(source: IndexSource, run: ListRun): Promise<VectorIndex>;
}

/** What builds indexes, its kernels compiled; undefined where the host has no WebAssembly SIMD, or compiles nothing. */
export async function indexBuilder(): Promise<IndexBuilder | undefined> {
  let module: WebAssembly.Module;
  try {
    if (!(await canRun("simd"))) return undefined;
    module = await compileBuild("simd");
  } catch {
    return undefined;
  }
  return {
    build: (source) => VectorIndex.build(source, module),
    buildOn: (source, run) => buildOn(source, module, run),
  };
}

async function buildOn(
  source: IndexSource,
  module: WebAssembly.Module,
  { engine, signal, what }: ListRun,
): Promise<VectorIndex> {
  const yielder = interruptible(createYielder(), () => engine.check(signal, what));
  const run = <T>(work: Sliced<T>): Promise<T> => runWithPauses(work, yielder, signal, what);
  engine.check(signal, what);
  if (engine.threads === 1) return run(VectorIndex.build(source, module));
  const { itemFactors, lengths } = source;
  const arrangement = await run(arrange(source, undefined, lengths.length, Infinity));
  const layout = layOutIndex(source, arrangement);
  const rows = Math.ceil(layout.packed / LINE) * LINE;
  const lease = await engine.lend(rows + itemFactors.length * numberBytes(layout.precision), signal, what);
  try {
    const { memory } = lease;
    const others = await run(placeItems(memory, layout, source, arrangement));
    await run(copied(itemFactors, numbersAt(memory, layout, rows, itemFactors.length)));
    const lanes = await lease.work(async (place) => place.lanes!);
    const task: IndexTask = { kind: "index", layout, rows, bounding: boundingOf(arrangement) };
    await lanes.run(task, placesOf(layout));
    const own = allocateIndex(layout);
    const words = (of: WebAssembly.Memory): Float64Array => new Float64Array(of.buffer, 0, layout.packed / 8);
    await run(copied(words(memory), words(own)));
    const sizes = { ...others, norm: greatestNorm(own, layout) };
    return new VectorIndex(own, module, { layout, arrangement, sizes });
  } finally {
    lease.release();
  }
}

/** `[from, to)` places of each chunk that a lane claims: whole chunks of the layout. */
function placesOf(layout: IndexTask["layout"]): Int32Array {
  const size = chunkPlaces(layout) * Math.ceil(LANE_PLACES / chunkPlaces(layout));
  const count = Math.ceil((chunksOf(layout) * chunkPlaces(layout)) / size);
  return Int32Array.from({ length: 2 * count }, (_, i) => Math.min(layout.itemCount, ((i + 1) >> 1) * size));
}

function* copied(from: Numbers, to: Numbers): Sliced<void> {
  for (const [first, end] of slices(from.length)) {
    to.set(from.subarray(first, end), first);
    yield;
  }
}
