import { describe } from "../errors.js";
import { type FitLayout, factorView } from "../kernel/index.js";
import { Model, noUsers } from "../model/index.js";
import type { Id, RatingsSource, Vocabulary } from "../ratings/index.js";
import type { Yielder } from "../yield.js";

/** Rows copied between two looks at the clock. */
const SLICE = 1024;

/**
 * Checks the model that a fit is to start from.
 *
 * @throws TypeError for what is no model, RangeError for one of another size or with ids of another kind, AlternantError "no-users"
 */
export function checkInitial(initial: unknown, { users, items }: RatingsSource, factors: number): void {
  if (!(initial instanceof Model)) throw new TypeError(`initial must be a Model, not ${describe(initial)}`);
  if (initial.userCount === 0) throw noUsers();
  if (initial.factors !== factors)
    throw new RangeError(
      `initial must have as many factors as the fit, ${factors}, not ${initial.factors}: set factors: ${initial.factors}, or start without it.`,
    );
  for (const [side, own, theirs] of [
    ["user", users, initial.users],
    ["item", items, initial.items],
  ] as const)
    if (own.kind !== theirs.kind)
      throw new RangeError(
        `initial must have ${side} ids that are ${own.kind}s, as the ratings have, not ${theirs.kind}s: none would match.`,
      );
}

/**
 * Puts a model's factors and biases in place for the ids that it shares with the ratings, by name; other users keep their
 * random factors, other items their zeros.
 */
export async function warmStart(
  model: Model,
  { users, items }: RatingsSource,
  memory: WebAssembly.Memory,
  layout: FitLayout,
  yielder: Yielder,
): Promise<void> {
  const { padded } = layout;
  for (const [side, own, theirs, vectorOf, biasOf] of [
    ["users", users, model.users, (id: Id) => model.userVector(id), (id: Id) => model.userBias(id)],
    ["items", items, model.items, (id: Id) => model.itemVector(id), (id: Id) => model.itemBias(id)],
  ] as const) {
    const view = factorView(memory, layout, layout[side]);
    const { biases, rowCount } = layout[side];
    for (let row = 0; row < rowCount; row++) {
      const id = own.id(row);
      if ((theirs as Vocabulary<Id>).index(id) !== undefined) {
        view.set(vectorOf(id), row * padded);
        if (biases !== 0) new Float64Array(memory.buffer, biases, rowCount)[row] = biasOf(id);
      }
      if (row % SLICE === 0 && yielder.due()) await yielder.pause();
    }
  }
}
