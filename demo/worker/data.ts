import { type Ratings, syntheticWorld } from "alternant";
import { parseRatings, previewRatings, type RatingsPreview } from "alternant/io";
import type { Calls, DataFacts, FilePreview, ModelPreview, ReadNews, ReadPlan } from "../protocol.js";
import { Catalogue } from "./catalogue.js";
import type { Context } from "./handler.js";
import { Refusal } from "./refusal.js";
import { setData } from "./session.js";
import { type RatingsSource, sourceOf } from "./source.js";
import { turn } from "./turn.js";

/** More different values than this are told in ranges. */
const MOST_BARS = 12;

export async function generate(
  size: Calls["world"]["params"],
  { signal, tell }: Context<ReadNews>,
): Promise<DataFacts> {
  const started = performance.now();
  const world = await syntheticWorld({
    ...size,
    signal,
    onProgress: ({ fraction }) => tell({ share: fraction, rows: undefined }),
  });
  const catalogue = Catalogue.ofWorld(world);
  await turn(signal);
  return settle("Generated world", { ratings: world.ratings, rows: world.ratings.count }, catalogue, started);
}

export async function preview(
  { files, plan = {} }: Calls["preview"]["params"],
  { signal }: Context<never>,
): Promise<FilePreview | ModelPreview> {
  const source = await sourceOf(files, signal);
  await turn(signal);
  const titles = source.titles?.name;
  if (source.kind === "model") return { kind: "model", name: source.name, bytes: source.file.size, titles };
  const { plan: seen, quotes } = await looked(source, plan, signal);
  const width = Math.max(seen.names?.length ?? 0, ...seen.rows.map((row) => row.length));
  return {
    kind: "ratings",
    name: source.name,
    bytes: source.bytes,
    header: seen.header,
    delimiter: seen.delimiter,
    quotes,
    columns: seen.columns,
    names: Array.from({ length: width }, (_, at) => seen.names?.[at] || `Column ${at + 1}`),
    rows: seen.rows,
    titles,
  };
}

export async function read(
  { files, plan }: Calls["read"]["params"],
  { signal, tell }: Context<ReadNews>,
): Promise<DataFacts> {
  const started = performance.now();
  const source = await sourceOf(files, signal);
  if (source.kind === "model")
    throw new Refusal("stranger", `${source.name} is a model, not a file of ratings.`);
  const titles = await source.titles?.read(signal);
  const parsed = await parse(source, plan, signal, tell);
  await turn(signal);
  return settle(source.name, parsed, new Catalogue(titles ?? new Map()), started);
}

/** Looks at the beginning of a file; where quotation marks are not of a kind that holds fields together, as if they meant nothing. */
async function looked(
  source: RatingsSource,
  { header, delimiter, quotes, columns }: Partial<ReadPlan>,
  signal: AbortSignal,
): Promise<{ plan: RatingsPreview; quotes: boolean }> {
  const { user, item, value, timestamp } = columns ?? {};
  const look = async (quotes: boolean): Promise<{ plan: RatingsPreview; quotes: boolean }> => ({
    quotes,
    plan: await previewRatings(source.open(signal), {
      signal,
      name: source.name,
      rows: 6,
      quotes,
      ...(header !== undefined && { header }),
      ...(delimiter !== undefined && { delimiter }),
      ...(columns !== undefined && {
        columns: { user: user!, item: item!, value: value!, timestamp: timestamp! },
      }),
    }),
  });
  if (quotes !== undefined) return look(quotes);
  try {
    return await look(true);
  } catch (error) {
    signal.throwIfAborted();
    return look(false).catch(() => {
      throw error;
    });
  }
}

/** Ratings, and of how many rows they came. */
interface Parsed {
  readonly ratings: Ratings<string, string>;
  readonly rows: number;
}

async function parse(
  source: RatingsSource,
  { header, delimiter, quotes, columns }: Calls["read"]["params"]["plan"],
  signal: AbortSignal,
  tell: (news: ReadNews) => void,
): Promise<Parsed> {
  let last = 0;
  let count = 0;
  const ratings = await parseRatings(source.open(signal), {
    name: source.name,
    header,
    delimiter,
    quotes,
    columns: { ...columns, weight: null },
    // Whoever rated twice thought better of it.
    duplicates: "last",
    signal,
    onProgress: ({ bytes, totalBytes = source.bytes, rows }) => {
      count = rows;
      const now = performance.now();
      if (now - last < 100) return;
      last = now;
      tell({ share: Math.min(1, bytes / totalBytes), rows });
    },
  });
  return { ratings, rows: count };
}

function settle(name: string, { ratings, rows }: Parsed, catalogue: Catalogue, started: number): DataFacts {
  setData({ name, ratings, catalogue });
  const { users, items, count, density, mean, min, max } = ratings;
  let titled = 0;
  for (const id of items) if (catalogue.has(id)) titled++;
  return {
    name,
    users: users.size,
    items: items.size,
    ratings: count,
    density,
    mean,
    min,
    max,
    histogram: histogramOf(ratings),
    repeated: rows - count,
    titled,
    seconds: (performance.now() - started) / 1000,
  };
}

function histogramOf({ byUser, min, max }: Ratings<string, string>): DataFacts["histogram"] {
  const counts = new Map<number, number>();
  for (const value of byUser.values) {
    counts.set(value, (counts.get(value) ?? 0) + 1);
    if (counts.size > MOST_BARS) return rangesOf(byUser.values, min, max);
  }
  return [...counts].sort(([a], [b]) => a - b).map(([value, count]) => ({ label: label(value), count }));
}

/** Without the digits that come of computing in binary. */
function label(value: number): string {
  return String(Number(value.toPrecision(6)));
}

function rangesOf(values: ArrayLike<number>, min: number, max: number): DataFacts["histogram"] {
  const counts = new Float64Array(MOST_BARS);
  const width = (max - min) / MOST_BARS;
  for (let at = 0; at < values.length; at++)
    counts[Math.min(MOST_BARS - 1, Math.floor((values[at]! - min) / width))]!++;
  const short = (value: number): string => String(Number(value.toPrecision(3)));
  return Array.from(counts, (count, at) => ({
    label: `${short(min + at * width)} – ${short(min + (at + 1) * width)}`,
    count,
  }));
}
