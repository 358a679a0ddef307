import { h } from "./dom.js";

/** Milliseconds without word of a drag after which it is over: browsers tell of one every 50 to 350, moved or not. */
const SILENCE = 1500;

/** Whether a drag brings files, and not text or a link of the page. */
export function carriesFiles({ dataTransfer }: DragEvent): boolean {
  return dataTransfer?.types.includes("Files") ?? false;
}

/**
 * Lies over the page while files are dragged over it. Once it is shown, all events of the drag are its own: elements below are
 * made anew while training goes on, and of one that is gone no `dragleave` comes.
 */
export function dropOverlay(): HTMLElement {
  const overlay = h(
    "div",
    { class: "drop-overlay", hidden: true, "aria-hidden": "true" },
    h("p", {}, "Drop ratings or a model"),
    h("p", { class: "muted" }, "CSV, TSV, ::, .gz, a MovieLens .zip, or model.safetensors"),
  );
  let silence: ReturnType<typeof setTimeout> | undefined;
  const hide = (): void => {
    clearTimeout(silence);
    overlay.hidden = true;
  };
  const show = (event: DragEvent): void => {
    // Under a dialog it could not be dropped on.
    if (!carriesFiles(event) || document.querySelector("dialog[open]") !== null) return;
    overlay.hidden = false;
    clearTimeout(silence);
    silence = setTimeout(hide, SILENCE);
  };
  addEventListener("dragenter", show);
  addEventListener("dragover", show);
  // Where the browser keeps the end of a drag to itself: as long as one goes on, the mouse moves nothing.
  for (const end of ["drop", "dragend", "mousemove", "blur"]) addEventListener(end, hide);
  addEventListener("keydown", ({ key }) => {
    if (key === "Escape") hide();
  });
  overlay.addEventListener("dragleave", hide);
  return overlay;
}
