import type { Id, SyntheticWorld } from "alternant";
import type { Title } from "alternant/io";
import type { ItemLabel } from "../protocol.js";

/** Titles and genres of items, by their ids. */
export class Catalogue {
  static readonly EMPTY: Catalogue = new Catalogue(new Map());
  readonly #titles: ReadonlyMap<string, Title>;

  constructor(titles: ReadonlyMap<string, Title>) {
    this.#titles = titles;
  }

  /** The generated world's items are called by their titles; their genres are known because they were made of them. */
  static ofWorld({ ratings, truth }: SyntheticWorld): Catalogue {
    const { genres, values } = truth.items;
    const titles = new Map<string, Title>();
    let row = 0;
    for (const title of ratings.items) {
      const main = truth.mainGenres[row]!;
      const second = truth.genres.findIndex((_, g) => g !== main && values[row * genres + g]! > 0);
      const names = second < 0 ? [main] : [main, second];
      titles.set(title, { title, genres: names.map((g) => truth.genres[g]!) });
      row++;
    }
    return new Catalogue(titles);
  }

  get size(): number {
    return this.#titles.size;
  }

  has(id: Id): boolean {
    return this.#titles.has(String(id));
  }

  title(id: Id): string {
    return this.#titles.get(String(id))?.title ?? String(id);
  }

  genres(id: Id): readonly string[] {
    return (this.#titles.get(String(id))?.genres ?? []).filter((genre) => genre !== "(no genres listed)");
  }

  label(item: number, id: Id): ItemLabel {
    return { item, title: this.title(id), genres: this.genres(id) };
  }
}
