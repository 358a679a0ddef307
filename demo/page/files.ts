import type { ModelPreview, ReadPlan } from "../protocol.js";
import type { App } from "./app.js";
import type { ColumnsDialog } from "./columns-dialog.js";
import { h } from "./dom.js";
import { carriesFiles } from "./drop-overlay.js";
import { bytes, short } from "./format.js";

/** The name of a folder among what is dropped: as a file it could not be read. */
function folderOf({ dataTransfer }: DragEvent): string | undefined {
  return [...(dataTransfer?.items ?? [])]
    .map((item) => item.webkitGetAsEntry())
    .find((entry) => entry?.isDirectory === true)?.name;
}

/** What brings files in: chosen or dropped, looked at, asked about, read. */
export class FileIntake {
  readonly #app: App;
  readonly #dialog: ColumnsDialog;

  constructor(app: App, dialog: ColumnsDialog) {
    this.#app = app;
    this.#dialog = dialog;
  }

  /** Takes files that are dropped anywhere on the page. */
  listen(): void {
    addEventListener("dragover", (event) => {
      if (carriesFiles(event)) event.preventDefault();
    });
    addEventListener("drop", (event) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      const folder = folderOf(event);
      if (folder === undefined) void this.take([...(event.dataTransfer?.files ?? [])]);
      else
        this.#app.notices.fail(
          new Error(`${folder} is a folder. Drop the files that are in it, or a zip of them.`),
        );
    });
  }

  /** A button that opens the browser's own dialog. */
  button(text: string, kind: string): HTMLElement {
    const input = h("input", {
      type: "file",
      multiple: true,
      class: "visually-hidden",
      "aria-label": text,
      onchange: () => {
        const files = [...(input.files ?? [])];
        // The same file chosen once more is news, too.
        input.value = "";
        void this.take(files);
      },
    });
    return h("label", { class: `button file-button ${kind}` }, input, text);
  }

  async take(files: readonly File[]): Promise<void> {
    if (files.length === 0) return;
    const { job, notices } = this.#app;
    if (job !== undefined) {
      const name = files[0]!.name;
      notices.say(
        `${job.label} is still going on. Stop it and open ${name}? What runs would be lost; what is here already stays.`,
        {
          label: "Stop it and open",
          act: () => {
            void this.#app.stop().then(() => this.take(files));
          },
        },
        { label: "Keep going", act: () => notices.clear() },
      );
      return;
    }
    const preview = await this.#app.run(
      "open",
      `Looking at ${files[0]!.name}`,
      async ({ controller: { signal } }) => {
        const seen = await this.#app.call("preview", { files }, { signal });
        // The answer may have been on its way already.
        signal.throwIfAborted();
        return seen;
      },
    );
    if (preview === undefined) return;
    if (preview.kind === "model") await this.#open(files, preview);
    else {
      const plan = await this.#dialog.ask(files, preview);
      if (plan !== undefined) await this.#read(files, preview.name, plan);
    }
  }

  async #read(files: readonly File[], name: string, plan: ReadPlan): Promise<void> {
    const data = await this.#app.run("read", `Reading ${name}`, (job) =>
      this.#app.call(
        "read",
        { files, plan },
        {
          signal: job.controller.signal,
          onNews: ({ share, rows }) =>
            this.#app.progress(job, share, rows === undefined ? "" : `${short(rows)} ratings`),
        },
      ),
    );
    if (data !== undefined) this.#app.setData(data);
  }

  async #open(files: readonly File[], { name, bytes: size, titles }: ModelPreview): Promise<void> {
    const model = await this.#app.run("open", `Opening ${name} (${bytes(size)})`, ({ controller }) =>
      this.#app.call("open", { files }, { signal: controller.signal }),
    );
    if (model === undefined) return;
    this.#app.setModel(model);
    const named = titles === undefined ? "" : `, with titles from ${titles}`;
    this.#app.notices.say(`${name} is open: it answers now${named}.`);
  }
}
