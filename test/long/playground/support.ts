import { afterAll, afterEach, beforeAll, expect } from "vitest";
import { type Playground, type PlaygroundOptions, type Stage, stage } from "../../demo/playground.js";

/** A playground for each test, which has to end without a word on the console and without a request to anybody else. */
export function playgrounds(): (options?: PlaygroundOptions) => Promise<Playground> {
  let theStage: Stage;
  const opened: Playground[] = [];
  beforeAll(async () => {
    theStage = await stage();
  });
  afterAll(() => theStage?.close());
  afterEach(async () => {
    for (const playground of opened.splice(0)) {
      const { problems } = playground;
      await playground.close();
      expect(problems).toEqual([]);
    }
  });
  return async (options) => {
    const playground = await theStage.open(options);
    opened.push(playground);
    return playground;
  };
}

/** Ratings of 60 people and 40 items, each pair at most once; three of four pairs are rated. */
export function ratingRows(): { user: number; item: number; value: number }[] {
  const rows: { user: number; item: number; value: number }[] = [];
  for (let user = 1; user <= 60; user++)
    for (let item = 1; item <= 40; item++)
      if ((user * 7 + item * 3) % 4 !== 0)
        rows.push({ user, item: item + 100, value: (((user % 5) * (item % 4)) % 5) + 1 });
  return rows;
}

/** The same as text. */
export function ratingText(delimiter: string, header: string = ""): string {
  const lines = ratingRows().map(({ user, item, value }) => [user, item, value].join(delimiter));
  return `${header === "" ? "" : `${header}\n`}${lines.join("\n")}\n`;
}

/** What each tab shows last, once all of it is there. */
const LAST: Readonly<Record<string, string>> = {
  Training: ".runs tbody tr",
  People: "#panel-people .reason",
  Items: "#panel-items section[aria-label=Item] .row",
  Features: ".axis",
  Matrix: ".heat-scale",
  "Rate and see": "section[aria-label='Recommended to you'] .row",
  Save: "#panel-save button:text('Keep this model')",
};
export const TABS: readonly string[] = Object.keys(LAST);

/** Waits until a tab that was just opened shows what the model answers. */
export async function shown({ page }: Playground, tab: string): Promise<void> {
  await page.locator(LAST[tab]!).first().waitFor();
}
