import "./language.js";
import { App } from "./app.js";
import { ColumnsDialog } from "./columns-dialog.js";
import { DataPanel } from "./data-panel.js";
import { h } from "./dom.js";
import { dropOverlay } from "./drop-overlay.js";
import { FileIntake } from "./files.js";
import { header } from "./header.js";
import { JobBar } from "./job-bar.js";
import { modelLine } from "./model-line.js";
import { ModelPanel } from "./model-panel.js";
import { Notices } from "./notices.js";
import { panels } from "./panels.js";
import { Tabs } from "./tabs.js";
import { BlockView } from "./views/block.js";
import { FeaturesView } from "./views/features.js";
import { ItemsView } from "./views/items.js";
import { PeopleView } from "./views/people.js";
import { RateView } from "./views/rate.js";
import { SaveView } from "./views/save.js";
import { TrainingView } from "./views/training.js";

const app = new App(new Notices());
const dialog = new ColumnsDialog(app);
const files = new FileIntake(app, dialog);
const training = new TrainingView(app);
const people = new PeopleView(app);
const items = new ItemsView(app);
const features = new FeaturesView(app);
const block = new BlockView(app);
const rate = new RateView(app);
const save = new SaveView(app, files);

const tab = (name: string, text: string, view: { element: HTMLElement; look?(): void; hide?(): void }) => ({
  name,
  text,
  element: view.element,
  look: () => view.look?.(),
  hide: () => view.hide?.(),
});
const tabs = new Tabs("Results", [
  tab("train", "Training", training),
  tab("people", "People", people),
  tab("items", "Items", items),
  tab("features", "Features", features),
  tab("matrix", "Matrix", block),
  tab("rate", "Rate and see", rate),
  tab("save", "Save", save),
]);
const data = new DataPanel(app, files);
const model = new ModelPanel(app, (choice) => {
  tabs.openNamed("train");
  // On a phone the curves are below what was just pressed.
  if (tabs.element.getBoundingClientRect().top > innerHeight / 2) tabs.element.scrollIntoView();
  return training.train(choice);
});

document.body.replaceChildren(
  header(app),
  new JobBar(app).element,
  app.notices.element,
  h(
    "div",
    { class: "page" },
    panels(app, data.element, model.element),
    h("main", { id: "main", tabindex: -1 }, modelLine(app), tabs.element),
  ),
  dialog.element,
  dropOverlay(),
);
files.listen();

/** A world that is there in a moment, so that there is something to train on. */
async function begin(): Promise<void> {
  await app.start();
  await data.generate();
}
// What it failed of has been said.
begin().catch(() => undefined);
