import { AlternantError, describe } from "../../errors.js";
import { decisive, sizesOf, type TrainingCall, type TrainingIdentity } from "./identity.js";

/**
 * Refuses a checkpoint of another training, by what can be told without a look at every rating.
 *
 * @throws AlternantError "checkpoint-mismatch" naming what differs
 */
export function checkDescription(found: TrainingIdentity, epochs: number, call: TrainingCall): void {
  const { options, ratings, arithmetic, stopping } = call;
  const there = sizesOf(ratings);
  const { users, items, count } = found.ratings;
  if (users !== there.users || items !== there.items || count !== there.count)
    throw mismatch(
      `it was made of other ratings: ${count} of ${users} users and ${items} items there, ${there.count} of ${there.users} and ${there.items} here. Give the same ratings`,
    );
  const differing = [
    ...differences(found.options, decisive(options)),
    ...differences({ arithmetic: found.arithmetic }, { arithmetic }),
    ...(found.validation && stopping
      ? differences(withoutHash(found.validation), { ...stopping.judging }, "validation.")
      : differences({ validation: given(found.validation) }, { validation: given(stopping) })),
  ];
  if (differing.length > 0)
    throw mismatch(`it was made with other options: ${differing.join("; ")}. Give the same options`);
  if (epochs > options.epochs)
    throw mismatch(
      `it has ${epochs} epochs behind it, and training is to end after ${options.epochs}. Set epochs to ${epochs} or more`,
    );
}

/**
 * The same by hashes of all ratings, and of a model to start from where there is one: who goes on needs none.
 *
 * @throws AlternantError "checkpoint-mismatch"
 */
export function checkContent(found: TrainingIdentity, own: TrainingIdentity): void {
  const told = differentContent(found, own);
  if (told !== undefined) throw mismatch(told);
}

/** In words, what tells two trainings apart, the first "there" and the other "here". */
export function whatDiffers(found: TrainingIdentity, own: TrainingIdentity): string {
  const flat = ({ ratings, options, arithmetic, validation, initial }: TrainingIdentity) => ({
    ratings: ratings.hash,
    ...options,
    arithmetic,
    validation: validation && JSON.stringify(validation),
    initial,
  });
  return differences(flat(found), flat(own)).join("; ");
}

function differentContent(found: TrainingIdentity, own: TrainingIdentity): string | undefined {
  const { ratings, validation, initial } = own;
  if (found.ratings.hash !== ratings.hash)
    return `it was made of other ratings: as many, but their content hash is ${found.ratings.hash} there, ${ratings.hash} here. Give the same ratings, in the same order`;
  if (found.validation?.hash !== validation?.hash)
    return `it was made with other validation.ratings: their content hash is ${found.validation?.hash} there, ${validation?.hash} here. Give the same ratings, in the same order`;
  if (initial !== null && found.initial !== initial)
    return `it was made from ${found.initial === null ? "random factors" : "another model"}, not from the initial model that is given. Leave initial out, or give the one that it was made from`;
  return undefined;
}

function differences(
  there: Readonly<Record<string, unknown>>,
  here: Readonly<Record<string, unknown>>,
  prefix: string = "",
): string[] {
  return [...new Set([...Object.keys(there), ...Object.keys(here)])]
    .filter((name) => JSON.stringify(there[name]) !== JSON.stringify(here[name]))
    .map((name) => `${prefix}${name} ${told(there[name])} there, ${told(here[name])} here`);
}

function told(value: unknown): string {
  if (value === undefined || value === null) return "none";
  return typeof value === "object" ? JSON.stringify(value) : describe(value);
}

function given(validation: unknown): "given" | undefined {
  return validation === undefined || validation === null ? undefined : "given";
}

function withoutHash({
  hash: _,
  ...judging
}: NonNullable<TrainingIdentity["validation"]>): Readonly<Record<string, unknown>> {
  return judging;
}

function mismatch(why: string): AlternantError {
  return new AlternantError(
    "checkpoint-mismatch",
    `resume: the checkpoint is of another training: ${why}, or start without resume.`,
  );
}
