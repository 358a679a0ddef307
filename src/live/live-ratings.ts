import { complete } from "../ratings/finish.js";
import { csrOf, type Id, Ratings, type RatingsSource, type Vocabulary } from "../ratings/index.js";
import { runNow, type Sliced } from "../ratings/slices.js";
import { EditedRows, type RatingValue } from "./edited-rows.js";
import { GrowingVocabulary } from "./growing-vocabulary.js";

/** Both orientations of the ratings, which are edited together. */
interface Layer {
  readonly byUser: EditedRows;
  readonly byItem: EditedRows;
}

/** Ratings as they were at one moment, whatever is edited since. */
export interface FrozenRatings<U extends Id, I extends Id> {
  readonly users: Vocabulary<U>;
  readonly items: Vocabulary<I>;
  merged(): Sliced<Ratings<U, I>>;
}

/** Ratings that can be added, replaced and removed, of users and items old and new. */
export class LiveRatings<U extends Id, I extends Id> {
  readonly users: GrowingVocabulary<U>;
  readonly items: GrowingVocabulary<I>;
  #count: number;
  #top: Layer;
  /** What is beneath `#top` between {@link LiveRatings.freeze} and its end. */
  #frozen: Layer | undefined;
  /** All of it, until it is edited. */
  #merged: Ratings<U, I> | undefined;

  constructor(base: RatingsSource<U, I>) {
    this.users = new GrowingVocabulary("user", base.users);
    this.items = new GrowingVocabulary("item", base.items);
    this.#count = base.count;
    this.#top = layerOver(base);
  }

  get count(): number {
    return this.#count;
  }

  get byUser(): EditedRows {
    return this.#top.byUser;
  }

  get byItem(): EditedRows {
    return this.#top.byItem;
  }

  get(user: number, item: number): RatingValue | undefined {
    return this.#top.byUser.get(user, item);
  }

  /**
   * Adds or replaces a rating; undefined removes it.
   *
   * @returns what takes it back, as if it had never been, if called before anything else is put
   */
  put(user: number, item: number, rating: RatingValue | undefined): () => void {
    const had = this.get(user, item) !== undefined;
    const undone = [this.#top.byUser.put(user, item, rating), this.#top.byItem.put(item, user, rating)];
    const more = (rating === undefined ? 0 : 1) - (had ? 1 : 0);
    const merged = this.#merged;
    this.#count += more;
    this.#merged = undefined;
    return () => {
      for (const undo of undone) undo();
      this.#count -= more;
      this.#merged = merged;
    };
  }

  /** All ratings as they are now. */
  merged(): Ratings<U, I> {
    this.#merged ??= runNow(mergedOf(this.#top, this.users.whole(), this.items.whole()));
    return this.#merged;
  }

  /** Keeps the ratings as they are now for whoever takes long over them; edits go on above. */
  freeze(): FrozenRatings<U, I> {
    const frozen = this.#top;
    this.#frozen = frozen;
    this.#top = { byUser: new EditedRows(frozen.byUser), byItem: new EditedRows(frozen.byItem) };
    const [users, items] = [this.users.whole(), this.items.whole()];
    return { users, items, merged: () => mergedOf(frozen, users, items) };
  }

  /** Ends it: what was merged meanwhile takes the place of what it was merged of, and edits since then stay above. */
  rebase(merged: Ratings<U, I>): void {
    const base = layerOver(merged);
    base.byUser.takeOver(this.#top.byUser);
    base.byItem.takeOver(this.#top.byItem);
    this.#top = base;
    this.#frozen = undefined;
  }

  /** Ends it without that. */
  thaw(): void {
    const frozen = this.#frozen!;
    frozen.byUser.takeOver(this.#top.byUser);
    frozen.byItem.takeOver(this.#top.byItem);
    this.#top = frozen;
    this.#frozen = undefined;
  }
}

function layerOver({ byUser, byItem }: RatingsSource): Layer {
  return { byUser: new EditedRows(csrOf(byUser)), byItem: new EditedRows(csrOf(byItem)) };
}

function* mergedOf<U extends Id, I extends Id>(
  { byUser, byItem }: Layer,
  users: Vocabulary<U>,
  items: Vocabulary<I>,
): Sliced<Ratings<U, I>> {
  const orientations = { byUser: yield* byUser.merged(users.size), byItem: yield* byItem.merged(items.size) };
  return new Ratings(yield* complete(users, items, orientations));
}
