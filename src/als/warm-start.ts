import { type FitLayout, factorView } from "../kernel/index.js";
import type { Model } from "../model/index.js";
import type { Id, RatingsSource, Vocabulary } from "../ratings/index.js";
import type { Yielder } from "../yield.js";

/** Rows copied between two looks at the clock. */
const SLICE = 1024;

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
