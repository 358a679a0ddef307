import type { TrainingChoice, TrainingNews } from "../../protocol.js";
import type { App, Job } from "../app.js";
import { Curves, type Line } from "../curves.js";
import { type Child, fill, h } from "../dom.js";
import { keepingFocus } from "../focus.js";
import { counted, duration, fixed, short, signed } from "../format.js";
import { scrollRegion } from "../overflow.js";
import { empty } from "../parts.js";
import { described, METRIC_NAMES, outcome, previousOf, type Run, secondsOf } from "../runs.js";

/** Runs that the table tells of. */
const MOST_RUNS = 6;

/** Trains, and shows how it goes. */
export class TrainingView {
  readonly element: HTMLElement = h("div", { class: "view" });
  readonly #app: App;
  readonly #runs: Run[] = [];
  readonly #quality: Curves = new Curves("Error", (value) => fixed(value, 3));
  readonly #loss: Curves = new Curves("Loss", short);
  readonly #tiles: HTMLElement = h("dl", { class: "tiles" });
  readonly #table: HTMLElement = h("div", {});
  #shown = false;
  #left: number | undefined;

  constructor(app: App) {
    this.#app = app;
    app.on("data", () => {
      if (this.#runs.length === 0) this.#showEmpty();
    });
    this.#showEmpty();
  }

  async train(choice: TrainingChoice): Promise<void> {
    const data = this.#app.data;
    if (data === undefined) return;
    let run: Run | undefined;
    let started = performance.now();
    const onNews = (news: TrainingNews, job: Job): void => {
      if (news.kind === "start") {
        started = performance.now();
        run = {
          number: (this.#runs.at(-1)?.number ?? 0) + 1,
          data: `${data.name} ${data.ratings}`,
          choice,
          start: news,
          epochs: [],
          state: "running",
        };
        this.#runs.push(run);
        this.#left = undefined;
        this.#show(run);
        return;
      }
      if (run === undefined) return;
      if (news.kind === "share") {
        const spent = (performance.now() - started) / 1000;
        this.#left = news.share > 0.02 ? (spent / news.share) * (1 - news.share) : undefined;
        const left = this.#left === undefined ? "" : `, ${duration(this.#left)} left`;
        this.#app.progress(job, news.share, `epoch ${news.epoch} of ${choice.epochs}${left}`);
        return;
      }
      run.epochs.push(news);
      this.#show(run);
    };
    const model = await this.#app.run("train", "Training", (job) =>
      this.#app.call("train", choice, { signal: job.controller.signal, onNews: (news) => onNews(news, job) }),
    );
    if (run !== undefined) {
      const finished: Run = run;
      finished.state = model === undefined ? "stopped" : "done";
      this.#show(finished);
    }
    if (model !== undefined) this.#app.setModel(model);
  }

  #showEmpty(): void {
    const { data } = this.#app;
    fill(
      this.element,
      data === undefined
        ? empty(
            "Ratings first",
            "Generate a world or open a file of your own; it is read in this page and goes nowhere.",
          )
        : empty(
            "Ready to train",
            `${counted(data.ratings, "rating")} of ${counted(data.items, "item")} by ${counted(data.users, "person", "people")}. Training finds a few numbers for each of them, from which every other rating follows.`,
            h("p", {}, "Press ", h("strong", {}, "Train"), ": the curves appear here as it goes."),
          ),
    );
  }

  #show(run: Run): void {
    if (!this.#shown) {
      this.#shown = true;
      fill(
        this.element,
        this.#tiles,
        h("div", { class: "charts" }, this.#quality.element, this.#loss.element),
        this.#table,
      );
    }
    const previous = previousOf(this.#runs, run);
    this.#showCurves(run, previous);
    this.#showTiles(run, previous);
    keepingFocus(this.#table, () => this.#showRuns());
  }

  #showCurves({ choice, start, epochs }: Run, previous: Run | undefined): void {
    const count = Math.max(choice.epochs, 2);
    const lines: Line[] = [];
    if (start.test > 0)
      lines.push({
        label: METRIC_NAMES[start.metric],
        colour: "--accent",
        values: epochs.map(({ test }) => test),
      });
    if (start.metric === "rmse")
      lines.push({ label: "Training RMSE", colour: "--line-train", values: epochs.map(({ rmse }) => rmse) });
    for (const { name, value } of start.baselines)
      lines.push({
        label: name,
        colour: name === "Mean" ? "--line-mean" : "--line-biases",
        dashed: true,
        values: value,
      });
    if (previous !== undefined && previous.start.test > 0)
      lines.push({
        label: `Run ${previous.number}`,
        colour: "--line-previous",
        dashed: true,
        values: previous.epochs.map(({ test }) => test),
      });
    this.#quality.show(lines, count);
    const losses: Line[] = [{ label: "Loss", colour: "--accent", values: epochs.map(({ loss }) => loss) }];
    if (previous !== undefined)
      losses.push({
        label: `Run ${previous.number}`,
        colour: "--line-previous",
        dashed: true,
        values: previous.epochs.map(({ loss }) => loss),
      });
    this.#loss.show(losses, count);
  }

  #showTiles(run: Run, previous: Run | undefined): void {
    const { start, epochs, choice, state } = run;
    const value = outcome(run);
    const last = epochs.at(-1);
    const best = start.baselines.at(-1);
    const tile = (term: string, text: string, note: Child): HTMLElement =>
      h("div", { class: "tile" }, h("dt", {}, term), h("dd", {}, text), h("dd", { class: "note" }, note));
    const gain =
      best === undefined
        ? Number.NaN
        : start.metric === "rmse"
          ? 1 - value / best.value
          : value / best.value - 1;
    const than = previous === undefined ? "" : `run ${previous.number}: ${fixed(outcome(previous), 4)}`;
    const threads = this.#app.engine?.threads ?? 1;
    fill(
      this.#tiles,
      start.test > 0
        ? tile(
            METRIC_NAMES[start.metric],
            fixed(value, 4),
            than || `on ${counted(start.test, "held-out rating")}`,
          )
        : tile("Training RMSE", fixed(last?.rmse ?? Number.NaN, 4), "nothing was held out"),
      best !== undefined &&
        tile(
          `Better than ${best.name.toLowerCase()}`,
          Number.isFinite(gain) ? `${signed(gain * 100, 1)} %` : "–",
          `${best.name} alone: ${fixed(best.value, 4)}`,
        ),
      tile(
        "Ratings a second",
        last === undefined ? "–" : short(last.ratingsPerSecond),
        threads === 1 ? "on one thread" : `on ${threads} threads`,
      ),
      state === "running"
        ? tile(
            "Time left",
            this.#left === undefined ? "–" : duration(this.#left),
            `epoch ${epochs.length} of ${choice.epochs}`,
          )
        : tile(
            "Took",
            duration(secondsOf(run)),
            state === "done"
              ? counted(epochs.length, "epoch")
              : `stopped after ${counted(epochs.length, "epoch")}`,
          ),
    );
  }

  #showRuns(): void {
    const runs = this.#runs.slice(-MOST_RUNS).reverse();
    fill(
      this.#table,
      scrollRegion(
        "Runs",
        h(
          "table",
          { class: "runs" },
          h("caption", {}, "Runs"),
          h(
            "thead",
            {},
            h(
              "tr",
              {},
              ["Run", "Options", "Ratings", "Training RMSE", "Test", "Loss", "Time"].map((name, at) =>
                h("th", { scope: "col", class: at > 1 ? "number" : undefined }, name),
              ),
            ),
          ),
          h(
            "tbody",
            {},
            runs.map((run) => {
              const last = run.epochs.at(-1);
              const suffix = { running: " …", done: "", stopped: " (stopped)" }[run.state];
              const metric = run.start.metric === "ndcg" && run.start.test > 0 ? " NDCG" : "";
              return h(
                "tr",
                // For what measures: the column is rounded.
                { "data-seconds": secondsOf(run) },
                h("th", { scope: "row" }, `${run.number}`),
                h("td", {}, described(run, runs), h("span", { class: "note" }, suffix)),
                h("td", { class: "number" }, short(run.start.train)),
                h("td", { class: "number" }, fixed(last?.rmse ?? Number.NaN, 4)),
                h("td", { class: "number" }, `${fixed(outcome(run), 4)}${metric}`),
                h("td", { class: "number" }, last === undefined ? "–" : short(last.loss)),
                h("td", { class: "number" }, duration(secondsOf(run))),
              );
            }),
          ),
        ),
      ),
    );
  }
}
