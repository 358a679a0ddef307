import { AlternantError, throwIfAborted } from "../../errors.js";
import { csvField } from "../../io/csv.js";
import { Engine } from "../../kernel/index.js";
import type { Model } from "../../model/index.js";
import { writeFileAtomically } from "../../node/index.js";
import type { Id } from "../../ratings/index.js";
import { createYielder } from "../../yield.js";
import { type Context, thousands, UsageError } from "../context.js";
import { checkWritable } from "../output.js";
import { type Progress, startProgress } from "../progress.js";

/** Characters of text that are written at a time. */
const CHUNK_CHARACTERS = 1 << 16;

/** One user's or item's list, best first. */
interface Listed {
  readonly id: Id;
  readonly entries: readonly { readonly id: Id; readonly score: number }[];
}

/** What lists are lists of. */
interface Columns {
  /** Whose they are, and what is in them. */
  readonly of: "user" | "item";
  readonly entry: "user" | "item";
  /** The name of the entries' column in CSV, where no two have the same. */
  readonly column: string;
}

/** How a list is written. */
interface Format {
  readonly head: (columns: Columns) => string;
  readonly list: (columns: Columns, list: Listed) => string;
}

const FORMATS: Readonly<Record<"csv" | "ndjson", Format>> = {
  csv: {
    head: ({ of, column }) => `${of},rank,${column},score\n`,
    list: (_, { id, entries }) => {
      const own = csvField(id);
      return entries.map((entry, n) => `${own},${n + 1},${csvField(entry.id)},${entry.score}\n`).join("");
    },
  },
  ndjson: {
    head: () => "",
    list: ({ of, entry }, { id, entries }) =>
      `${JSON.stringify({ [of]: id, [`${entry}s`]: entries.map((one) => ({ [entry]: one.id, score: one.score })) })}\n`,
  },
};

/** Where all lists go, checked before anything is worked out. @throws UsageError; AlternantError "output-failed" */
export async function formatOf(out: string | undefined): Promise<{ out: string; format: Format }> {
  const ending = /\.(csv|ndjson)$/i.exec(out ?? "")?.[1];
  if (out === undefined || ending === undefined)
    throw new UsageError(
      `--all needs --out with the name of a .csv or .ndjson file${out === undefined ? "" : `, not ${JSON.stringify(out)}`}`,
    );
  await checkWritable(out);
  return { out, format: FORMATS[ending.toLowerCase() as keyof typeof FORMATS] };
}

/** Writes the lists of all users: a line an entry (CSV) or a user (NDJSON), scores as they are. */
export async function recommendToAll(
  model: Model<Id, Id>,
  options: { readonly count: number; readonly exclude: "rated" | "none" },
  { out, format }: Awaited<ReturnType<typeof formatOf>>,
  context: Context,
): Promise<void> {
  const { signal } = context;
  const engine = await Engine.create();
  try {
    const lists = async function* (): AsyncGenerator<Listed> {
      for await (const block of model.recommendAll({ ...options, engine, signal }))
        for (let user = block.from; user < block.to; user++) {
          const from = (user - block.from) * block.count;
          const row = block.items.subarray(from, from + block.count);
          const length = row.indexOf(-1);
          yield {
            id: model.users.id(user),
            entries: Array.from(row.subarray(0, length < 0 ? row.length : length), (item, n) => ({
              id: model.items.id(item),
              score: block.scores[from + n]!,
            })),
          };
        }
    };
    await writeLists(
      lists(),
      model.userCount,
      { of: "user", entry: "item", column: "item" },
      { out, format },
      context,
    );
  } finally {
    await engine.dispose();
  }
}

/** Writes what is most like each item, or each user. */
export async function similarToAll(
  model: Model<Id, Id>,
  side: "items" | "users",
  count: number,
  { out, format }: Awaited<ReturnType<typeof formatOf>>,
  context: Context,
): Promise<void> {
  await model.prepare({ side }).catch((error: unknown) => {
    // Without room for an index it takes longer.
    if (!(error instanceof AlternantError && error.code === "too-large")) throw error;
  });
  const lists = async function* (): AsyncGenerator<Listed> {
    const yielder = createYielder();
    for (const id of model[side]) {
      yield {
        id,
        entries:
          side === "items"
            ? model.similarItems(id, { count }).map(({ item, score }) => ({ id: item, score }))
            : model.similarUsers(id, { count }).map(({ user, score }) => ({ id: user, score })),
      };
      if (yielder.due()) await yielder.pause();
    }
  };
  const name = side === "items" ? "item" : "user";
  await writeLists(
    lists(),
    model[side].size,
    { of: name, entry: name, column: "similar" },
    { out, format },
    context,
  );
}

async function writeLists(
  lists: AsyncIterable<Listed>,
  total: number,
  columns: Columns,
  { out, format }: Awaited<ReturnType<typeof formatOf>>,
  context: Context,
): Promise<void> {
  const progress = startProgress("listing", total);
  try {
    const text = asText(lists, columns, format, progress, context.signal);
    await writeFileAtomically(out, text, { signal: context.signal });
  } finally {
    progress.stop();
  }
  context.print(`Wrote the lists of ${thousands(total)} ${columns.of}s to ${out}.`);
}

async function* asText(
  lists: AsyncIterable<Listed>,
  columns: Columns,
  format: Format,
  progress: Progress,
  signal: AbortSignal,
): AsyncGenerator<string> {
  let text = format.head(columns);
  let done = 0;
  for await (const list of lists) {
    text += format.list(columns, list);
    done++;
    if (text.length < CHUNK_CHARACTERS) continue;
    throwIfAborted(signal, "writing lists");
    yield text;
    text = "";
    progress.update(done, `${thousands(done)} lists`);
  }
  yield text;
}
