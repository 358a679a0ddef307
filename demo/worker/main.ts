// The dedicated worker: files, ratings, training and answers live here, and the page only draws.
import type { FromWorker, Request, ToldError, ToWorker } from "../protocol.js";
import { LIFE_LOCK } from "../protocol.js";
import { handlers } from "./handlers.js";
import { inPageWords } from "./page-words.js";

const running: Map<number, AbortController> = new Map();

function answer(message: FromWorker): void {
  self.postMessage(message, { transfer: buffersOf(message) });
}

/** Arrays of numbers go over without a copy; nobody here keeps what was answered. */
function buffersOf(message: FromWorker): ArrayBuffer[] {
  if (!("result" in message) || typeof message.result !== "object" || message.result === null) return [];
  return Object.values(message.result).flatMap((value: unknown) =>
    ArrayBuffer.isView(value) && value.buffer instanceof ArrayBuffer ? [value.buffer] : [],
  );
}

function told(error: unknown): ToldError {
  if (!(error instanceof Error)) return { message: String(error), code: undefined };
  if (error.name === "QuotaExceededError")
    return {
      code: "storage-full",
      message: "The browser has no room left for this site. Free some storage, or download the file instead.",
    };
  if (error.name === "NotReadableError" || error.name === "NotFoundError")
    return {
      code: "unreadable",
      message:
        "The file can no longer be read: it was moved, changed or deleted after it was chosen. Choose it again.",
    };
  if (error.name === "AbortError") return { message: "Stopped.", code: "aborted" };
  const code = "code" in error && typeof error.code === "string" ? error.code : undefined;
  return { message: code === "invalid-file" ? inPageWords(error.message) : error.message, code };
}

async function run(request: Request): Promise<void> {
  const controller = new AbortController();
  running.set(request.id, controller);
  const context = {
    signal: controller.signal,
    tell: (news: unknown): void => {
      if (!controller.signal.aborted) answer({ id: request.id, news });
    },
  };
  try {
    const result = await call(request, context);
    answer({ id: request.id, result });
  } catch (error) {
    answer({ id: request.id, error: told(error) });
  } finally {
    running.delete(request.id);
  }
}

async function call(
  { call: name, params }: Request,
  context: { signal: AbortSignal; tell(news: unknown): void },
): Promise<unknown> {
  // The request's type pairs each name with its parameters; a table looked up by name loses the pair.
  const handler = handlers[name] as (params: unknown, context: unknown) => unknown;
  return handler(params, context);
}

self.addEventListener("message", ({ data }: MessageEvent<ToWorker>) => {
  if ("cancel" in data) running.get(data.cancel)?.abort();
  else void run(data);
});

// Held until the worker ends, however it ends: the page waits for it, and so learns of a worker that was killed.
const life = new URL(self.location.href).searchParams.get("life");
if (life !== null && "locks" in navigator)
  void navigator.locks.request(LIFE_LOCK + life, () => new Promise<never>(() => undefined));
