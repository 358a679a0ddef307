import { describe } from "./errors.js";

/** Bounds of {@link checkNumber}: `min` and `max` are allowed values, `above` and `below` are not. */
export interface NumberBounds {
  min?: number;
  max?: number;
  above?: number;
  below?: number;
}

/**
 * Refuses options whose names are unknown, with the nearest known name: a misspelt option would otherwise train
 * with the default in silence. A key whose value is `undefined` counts as given.
 *
 * @param what whose options they are, as it stands in the message: "ALS", "Ratings.from"
 * @param noun what the names are names of, where they are not options: "column"
 * @throws TypeError when `options` is not an object, RangeError for an unknown name
 */
export function checkOptions(
  what: string,
  options: object,
  known: readonly string[],
  noun: string = "option",
): void {
  if (typeof options !== "object" || options === null || Array.isArray(options))
    throw new TypeError(`${what}: ${noun}s must be an object, not ${describe(options)}`);
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue;
    const near = nearest(name, known);
    const hint = near === undefined ? "." : `; did you mean ${describe(near)}?`;
    const list = known.length === 0 ? `It takes no ${noun}s.` : `Known ${noun}s: ${known.join(", ")}.`;
    throw new RangeError(`${what}: unknown ${noun} ${describe(name)}${hint} ${list}`);
  }
}

/**
 * Returns `value` when it is an integer in min … max.
 *
 * @throws TypeError when it is not a number, RangeError when it is another number
 */
export function checkInteger(
  name: string,
  value: unknown,
  min: number,
  max: number = Number.MAX_SAFE_INTEGER,
): number {
  const range =
    min === max
      ? String(min)
      : max < Number.MAX_SAFE_INTEGER
        ? `an integer from ${min} to ${max}`
        : `an integer of at least ${min}${typeof value === "number" && value > max ? " and below 2^53" : ""}`;
  if (typeof value !== "number") throw new TypeError(`${name} must be ${range}, not ${typed(value)}`);
  if (!Number.isInteger(value) || value < min || value > max)
    throw new RangeError(`${name} must be ${range}, not ${describe(value)}`);
  return value;
}

/**
 * Returns `value` when it is a finite number within the bounds.
 *
 * @throws TypeError when it is not a number, RangeError when it is NaN, infinite or out of bounds
 */
export function checkNumber(name: string, value: unknown, bounds: NumberBounds = {}): number {
  if (typeof value !== "number")
    throw new TypeError(`${name} must be ${wanted(bounds)}, not ${typed(value)}`);
  const { min = -Infinity, max = Infinity, above = -Infinity, below = Infinity } = bounds;
  if (!Number.isFinite(value) || value < min || value > max || value <= above || value >= below)
    throw new RangeError(`${name} must be ${wanted(bounds)}, not ${describe(value)}`);
  return value;
}

/**
 * Returns `value` when it is one of the choices.
 *
 * @throws TypeError when it has the type of none of them, RangeError when it is another value of such a type
 */
export function checkOneOf<const T extends string | number | boolean>(
  name: string,
  value: unknown,
  choices: readonly T[],
): T {
  for (const choice of choices) if (Object.is(choice, value)) return choice;
  const message = `${name} must be ${either(choices.map(describe))}, not ${typed(value)}`;
  if (!choices.some((choice) => typeof choice === typeof value)) throw new TypeError(message);
  const near =
    typeof value === "string"
      ? nearest(
          value,
          choices.filter((choice) => typeof choice === "string"),
        )
      : undefined;
  throw new RangeError(near === undefined ? message : `${message}; did you mean ${describe(near)}?`);
}

/** @throws TypeError for what is neither a function nor undefined */
export function checkCallback(name: string, callback: unknown): void {
  if (callback !== undefined && typeof callback !== "function")
    throw new TypeError(`${name} must be a function, not ${describe(callback)}`);
}

function wanted({ min, max, above, below }: NumberBounds): string {
  const low = above !== undefined ? `above ${above}` : min !== undefined ? `of at least ${min}` : "";
  const high = below !== undefined ? `below ${below}` : max !== undefined ? `of at most ${max}` : "";
  return ["a finite number", low, low && high && "and", high].filter(Boolean).join(" ");
}

/** A string of digits reads like a number in a message unless its type stands beside it. */
function typed(value: unknown): string {
  return typeof value === "string" ? `the string ${describe(value)}` : describe(value);
}

function either(choices: readonly string[]): string {
  return choices.length < 2
    ? choices.join()
    : `${choices.slice(0, -1).join(", ")} or ${choices[choices.length - 1]}`;
}

/** The candidate with the least edit distance, if it is near enough to be a slip of the finger. */
function nearest(name: string, candidates: readonly string[]): string | undefined {
  // Only a short prefix is compared: an option name of a megabyte must not cost a megabyte squared.
  const typedName = name.slice(0, 64).toLowerCase();
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(typedName.length / 3)) + 1;
  for (const candidate of candidates) {
    const other = candidate.toLowerCase();
    // "regularisation" for "regularization" is a slip, and so is "lambda" cut short; a shared prefix counts as near.
    const distance = isPrefix(typedName, other) ? 1 : editDistance(typedName, other);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

function isPrefix(a: string, b: string): boolean {
  return Math.min(a.length, b.length) >= 3 && (a.startsWith(b) || b.startsWith(a));
}

/** Levenshtein's distance with one row of memory. */
function editDistance(a: string, b: string): number {
  const row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    let diagonal = row[0]!;
    row[0] = i;
    for (let j = 1; j <= b.length; j++) {
      const above = row[j]!;
      const substituted = diagonal + (a[i - 1] === b[j - 1] ? 0 : 1);
      row[j] = Math.min(substituted, above + 1, row[j - 1]! + 1);
      diagonal = above;
    }
  }
  return row[b.length]!;
}
