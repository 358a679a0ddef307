import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { AlternantError } from "../../src/errors.js";
import { parseRatings, parseTitles, type TextInput } from "../../src/io/index.js";

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const failure = (promise: Promise<unknown>): Promise<AlternantError> =>
  promise.then(
    () => expect.fail("it was read"),
    (error) => error,
  );

/** Rows without end; tells whether it was closed. */
function endlessRows(onChunk: (chunk: number) => void) {
  const state = { closed: false, rows: 0 };
  async function* chunks(): AsyncGenerator<Uint8Array> {
    try {
      for (let chunk = 0; ; chunk++) {
        onChunk(chunk);
        let text = "";
        for (let i = 0; i < 1000; i++) text += `u${state.rows++},x,1\n`;
        yield utf8(text);
      }
    } finally {
      state.closed = true;
    }
  }
  return { state, chunks: chunks() };
}

/** A stream that never sends anything after its first chunk; tells whether it was closed. */
function stalled(first: Uint8Array) {
  const state = { closed: false };
  const stream = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(first),
    cancel: () => {
      state.closed = true;
    },
  });
  return { state, stream };
}

describe("signal", () => {
  it("stops before the first byte", async () => {
    const reason = new Error("changed my mind");
    const { state, chunks } = endlessRows(() => expect.fail("it was read"));
    const error = await failure(parseRatings(chunks, { signal: AbortSignal.abort(reason), name: "r.csv" }));
    expect(error).toMatchObject({
      name: "AbortError",
      code: "aborted",
      message: "reading r.csv was aborted",
      cause: reason,
    });
    expect(state.rows).toBe(0);
  });

  it("stops amid rows, and the input is closed", async () => {
    const controller = new AbortController();
    const { state, chunks } = endlessRows((chunk) => chunk === 50 && controller.abort());
    const error = await failure(parseRatings(chunks, { signal: controller.signal }));
    expect(error).toMatchObject({ name: "AbortError", code: "aborted" });
    expect(state.closed).toBe(true);
    expect(state.rows).toBeLessThan(60_000);
  });

  it.each<[string, (input: TextInput, signal: AbortSignal) => Promise<unknown>, Uint8Array]>([
    ["ratings", (input, signal) => parseRatings(input, { signal }), utf8("a,x,1\n")],
    [
      "ratings in gzip",
      (input, signal) => parseRatings(input, { signal }),
      gzipSync("a,x,1\n").subarray(0, 15),
    ],
    ["titles", (input, signal) => parseTitles(input, { signal }), utf8("1,Alien\n")],
  ])("stops waiting for a stalled stream of %s, and cancels it", async (_, read, first) => {
    const controller = new AbortController();
    const { state, stream } = stalled(first);
    const error = failure(read(stream, controller.signal));
    setTimeout(() => controller.abort(), 20);
    expect(await error).toMatchObject({ name: "AbortError", code: "aborted" });
    expect(state.closed).toBe(true);
  });

  it("stops after the last byte, while the ratings are put in order", async () => {
    const controller = new AbortController();
    let text = "";
    for (let i = 0; i < 100_000; i++) text += `u${i % 1000},m${(i * 7) % 1013},3\n`;
    const error = await failure(
      parseRatings(text, {
        signal: controller.signal,
        duplicates: "last",
        onProgress: ({ rows }) => {
          if (rows === 100_000) controller.abort();
        },
      }),
    );
    expect(error.code).toBe("aborted");
  });

  it("leaves no listener behind", async () => {
    const { signal } = new AbortController();
    let listeners = 0;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      listeners++;
      add(...args);
    };
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      listeners--;
      remove(...args);
    };
    await parseRatings([utf8("a,x,1\n"), utf8("b,x,1\n")], { signal });
    expect(listeners).toBe(0);
  });
});

describe("the input is closed", () => {
  it("when a line is bad", async () => {
    const { state, chunks } = endlessRows(() => {});
    async function* withBadLine(): AsyncGenerator<Uint8Array> {
      yield utf8("a,x,1\nb,x\n");
      yield* chunks;
    }
    expect((await failure(parseRatings(withBadLine()))).code).toBe("invalid-file");
    expect(state.closed).toBe(true);
  });

  it("when onProgress throws, with its error", async () => {
    const { state, chunks } = endlessRows(() => {});
    const error = await failure(
      parseRatings(chunks, {
        onProgress: () => {
          throw new Error("not now");
        },
      }),
    );
    expect(error.message).toBe("not now");
    expect(state.closed).toBe(true);
  });

  it("when a stream of gzip stalls after a bad line", async () => {
    // Much more than one block of rows, so that the bad line is seen before the stream ends.
    let text = "a,x,1\nb,x\n";
    for (let i = 0; i < 60_000; i++) text += `${(i * 2654435761) % 4294967296},y,1\n`;
    const packed = gzipSync(text);
    const { state, stream } = stalled(packed.subarray(0, packed.length - 100));
    const error = await failure(parseRatings(stream));
    expect(error.message).toMatch(/line 2: expected 3 fields/);
    expect(state.closed).toBe(true);
  }, 5_000);
});
