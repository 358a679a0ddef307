// Runs in a page: works with the built library on the main thread, and tells how long that thread was held.
import { ALS, Engine, Ratings } from "/lib/index.js";

const USERS = 6_040;
const ITEMS = 3_706;
const COUNT = 1_000_000;
const EVERY_MS = 5;

/** A million rows, no pair twice: 165 or 166 a user, at a stride that lets every item be rated. */
function* rows() {
  let state = 1;
  for (let n = 0; n < COUNT; n++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const user = n % USERS;
    yield [user, (Math.floor(n / USERS) * 22 + user) % ITEMS, (1 + ((state >>> 16) % 10)) / 2];
  }
}

/**
 * Runs `work` and tells how it held the thread, in milliseconds: the longest task that the browser reports (it reports
 * those above 50), and how late the latest of the page's timers was.
 */
export async function watched(work) {
  const tasks = [0];
  const note = (list) => tasks.push(...list.getEntries().map(({ duration }) => duration));
  const observer = new PerformanceObserver((list) => note(list));
  observer.observe({ type: "longtask" });
  let latest = 0;
  let due = performance.now() + EVERY_MS;
  let timer;
  const tick = () => {
    latest = Math.max(latest, performance.now() - due);
    due = performance.now() + EVERY_MS;
    timer = setTimeout(tick, EVERY_MS);
  };
  timer = setTimeout(tick, EVERY_MS);
  const result = await work();
  // A task is reported after its end.
  await new Promise((resolve) => setTimeout(resolve, 50));
  clearTimeout(timer);
  note({ getEntries: () => observer.takeRecords() });
  observer.disconnect();
  return { result, longestTask: Math.max(...tasks), latestTimer: latest };
}

export function block(milliseconds) {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

export const idle = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

let ratings;
export async function readRatings() {
  ratings = await Ratings.fromAsync(rows());
  return ratings.count;
}

export async function startEngine() {
  const engine = await Engine.create();
  const { threads } = engine;
  await engine.dispose();
  return threads;
}

/** Trains the ratings; tells the threads and the seconds that it took. */
export async function train(options) {
  const model = await new ALS(options).fit(ratings);
  const { threads, seconds } = model.info.run;
  return { threads, seconds };
}

/** Milliseconds from an abort, so long after the start of a fit, to its rejection. */
export async function abortAfter(delay, options) {
  const controller = new AbortController();
  let aborted = 0;
  setTimeout(() => {
    aborted = performance.now();
    controller.abort("enough");
  }, delay);
  try {
    await new ALS(options).fit(ratings, { signal: controller.signal });
  } catch (error) {
    if (error.code !== "aborted" || error.cause !== "enough") throw error;
    return performance.now() - aborted;
  }
  throw new Error("the fit ended before it was aborted");
}
