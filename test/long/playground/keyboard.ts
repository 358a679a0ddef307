import type { FileChooser, Page } from "playwright-core";
import { expect } from "vitest";

/** A page in the hands of somebody without a mouse. Whatever is pressed, the focus has to be somewhere afterwards. */
export class Keyboard {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  /** What has the focus, by its name. */
  async focused(): Promise<string> {
    return this.#page.evaluate(() => {
      const element = document.activeElement as HTMLInputElement;
      if (element === document.body) return "BODY";
      const name =
        element.getAttribute("aria-label") ?? element.labels?.[0]?.innerText ?? element.innerText ?? "";
      return name.trim();
    });
  }

  async press(...keys: readonly string[]): Promise<void> {
    let before = await this.focused();
    for (const key of keys) {
      await this.#page.keyboard.press(key);
      const now = await this.focused();
      expect(now, `what has the focus after ${key}, before it ${before}`).not.toBe("BODY");
      before = now;
    }
  }

  async type(text: string): Promise<void> {
    await this.press("ControlOrMeta+A");
    await this.#page.keyboard.type(text);
  }

  /** Presses Tab until what begins so has the focus; never more often than there are controls. */
  async to(name: string, key: "Tab" | "Shift+Tab" = "Tab"): Promise<void> {
    const most = await this.controls();
    const seen: string[] = [];
    while (seen.length < most) {
      await this.press(key);
      seen.push(await this.focused());
      if (seen.at(-1)!.startsWith(name)) return;
    }
    throw new Error(`${key} never reaches ${name} among ${most} controls: ${seen.join(", ")}`);
  }

  /** Goes to a field for files and opens it. Listened for before the way there: the browser hears of it late. */
  async chooser(name: string, key: "Tab" | "Shift+Tab" = "Tab"): Promise<FileChooser> {
    const [chooser] = await Promise.all([
      this.#page.waitForEvent("filechooser"),
      this.to(name, key).then(() => this.#page.keyboard.press("Enter")),
    ]);
    return chooser;
  }

  /** As many stops as Tab should make: what can be operated, radio buttons of a group as one. */
  async controls(): Promise<number> {
    return this.#page.evaluate(() => {
      const within = document.querySelector("dialog[open]") ?? document;
      const all = within.querySelectorAll<HTMLElement>("a[href], button, input, select, summary, [tabindex]");
      const stops = [...all].filter(
        (one) => one.tabIndex >= 0 && !one.matches(":disabled") && one.checkVisibility(),
      );
      return new Set(
        stops.map((one) => (one instanceof HTMLInputElement && one.type === "radio" ? one.name : one)),
      ).size;
    });
  }

  /** Waits until the focus is on what begins so, without a key. */
  async isOn(name: string): Promise<void> {
    await expect.poll(async () => (await this.focused()).slice(0, name.length)).toBe(name);
  }
}
