import type { AlsOptions } from "../als/index.js";
import { AlternantError, describe } from "../errors.js";
import { checkNumber, checkOneOf, checkOptions } from "../options.js";

/** What another library's parameters come to. */
export interface Translation {
  /** Options of `ALS` for the same objective and solver. */
  readonly options: AlsOptions;
  /** A factor of ours = scale × theirs, on either side, for the same model: 1 where both minimize the same function. */
  readonly scale: { readonly users: number; readonly items: number };
  /** What still differs, a sentence each. */
  readonly notes: readonly string[];
}

/** Some of a library's parameters, under its own names; what is left out has its default. */
export type Given<Defaults> = { readonly [Name in keyof Defaults]?: Defaults[Name] | undefined };

/** A library's way to say things. */
export interface Dialect<Defaults extends object> {
  /** As it stands in messages. */
  readonly name: string;
  /** Its defaults of every parameter that decides on the model. */
  readonly defaults: Defaults;
  /** Names of parameters, divided by spaces, that don't change what is minimized: threads, file names, progress. */
  readonly ignored: string;
  translate(params: Defaults): Translation;
}

export const SAME = { users: 1, items: 1 } as const;

/** The dialect's parameters with what was given; what is null by default may be anything. @throws TypeError, RangeError */
export function fillIn<Defaults extends object>(
  { name, defaults, ignored }: Dialect<Defaults>,
  given: Readonly<Record<string, unknown>>,
): Defaults {
  checkOptions(`optionsFrom(${name})`, given, [...Object.keys(defaults), ...ignored.split(" ")], "parameter");
  const filled = { ...defaults } as Record<string, unknown>;
  for (const [key, byDefault] of Object.entries(defaults)) {
    const value = given[key];
    if (value === undefined) continue;
    if (typeof byDefault === "number") checkNumber(`${name}'s ${key}`, value);
    if (typeof byDefault === "boolean") checkOneOf(`${name}'s ${key}`, value, [true, false]);
    filled[key] = value;
  }
  return filled as Defaults;
}

/** Refuses a parameter that has no counterpart: says what it does there, and what to do here. */
export function refuse(library: string, name: string, value: unknown, why: string): never {
  throw new AlternantError("not-supported", `${library}'s ${name} ${describe(value)}: ${why}.`);
}

/** Their seed as ours: it makes a run repeatable, but other numbers. */
export function seedOf(seed: unknown): Pick<AlsOptions, "seed"> {
  return typeof seed === "number" ? { seed } : {};
}
