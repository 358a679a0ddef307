import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CDPSession } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Playground } from "../../demo/playground.js";
import { playgrounds, ratingText } from "./support.js";

const open = playgrounds();
let folder: string;
let file: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "playground-"));
  file = join(folder, "dragged.csv");
  writeFileSync(file, ratingText(",", "user,item,rating"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A drag as the browser gets it from the desktop. */
class Drag {
  readonly #session: CDPSession;
  readonly #files: string[];

  private constructor(session: CDPSession, files: string[]) {
    this.#session = session;
    this.#files = files;
  }

  static async of({ page }: Playground, ...files: string[]): Promise<Drag> {
    return new Drag(await page.context().newCDPSession(page), files);
  }

  async send(type: "dragEnter" | "dragOver" | "drop", x: number, y: number): Promise<void> {
    const data = { items: [], files: this.#files, dragOperationsMask: 1 };
    await this.#session.send("Input.dispatchDragEvent", { type, x, y, data });
  }
}

async function training(): Promise<{ playground: Playground; x: number; y: number }> {
  const playground = await open();
  const { page } = playground;
  await playground.ready();
  await playground.set("Epochs", 1000);
  await playground.train.click();
  await page.locator(".tile").first().waitFor();
  // A tile itself may be another by the time that it is measured.
  const { x, y } = (await page.locator(".tiles").boundingBox())!;
  return { playground, x: x + 25, y: y + 25 };
}

test("a file that is dragged over what epochs make anew, and away again, leaves nothing over the page", async () => {
  const { playground, x, y } = await training();
  const { page } = playground;
  const overlay = page.locator(".drop-overlay");
  const drag = await Drag.of(playground, file);
  for (let round = 0; round < 3; round++) {
    await drag.send("dragEnter", x, y);
    await drag.send("dragOver", x, y);
    await overlay.waitFor({ state: "visible" });
    const epoch = () => page.locator(".tiles").innerText();
    const before = await epoch();
    await expect.poll(epoch).not.toBe(before);
    await drag.send("dragOver", x + 3, y + 2);
    expect(await overlay.isVisible()).toBe(true);
    // The browser says no more of it.
    await overlay.waitFor({ state: "hidden" });
  }
});

test.each<[string, (playground: Playground) => Promise<void>]>([
  ["leaving it", ({ page }) => page.dispatchEvent(".drop-overlay", "dragleave")],
  ["Escape", ({ page }) => page.keyboard.press("Escape")],
  ["the mouse, which moves nothing during a drag,", ({ page }) => page.mouse.move(300, 300)],
])("before the drag falls silent, %s takes the overlay away", async (_, act) => {
  const playground = await open();
  await playground.ready();
  await (await Drag.of(playground, file)).send("dragEnter", 400, 400);
  const overlay = playground.page.locator(".drop-overlay");
  await overlay.waitFor({ state: "visible" });
  await act(playground);
  // At once, and not for want of word of the drag.
  expect(await overlay.isVisible()).toBe(false);
});

test("a file that is dropped on the overlay is looked at; beside the dialog that asks, no overlay comes", async () => {
  const playground = await open();
  const { page } = playground;
  await playground.ready();
  const drag = await Drag.of(playground, file);
  await drag.send("dragEnter", 400, 400);
  await drag.send("dragOver", 420, 400);
  await drag.send("drop", 420, 400);
  const dialog = page.getByRole("dialog");
  await dialog.waitFor();
  expect(await dialog.innerText()).toContain("dragged.csv");
  await drag.send("dragEnter", 30, 300);
  await drag.send("dragOver", 40, 300);
  expect(await page.locator(".drop-overlay").isVisible()).toBe(false);
});
