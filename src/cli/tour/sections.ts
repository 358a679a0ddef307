import Table from "cli-table3";
import type { EpochEvent } from "../../als/index.js";
import type { ModelInfo } from "../../model/index.js";
import { clip, table, thousands } from "../context.js";
import {
  byPopularity,
  genresOf,
  mostAlikeLiked,
  ratingsOf,
  strongest,
  type Tour,
  typicalUsers,
} from "./audience.js";

const stars = (value: number): string => value.toFixed(1);

export function dataFacts({ data, parameters }: ModelInfo): string {
  const share = (parameters.model / parameters.full) * 100;
  return [
    `${thousands(data.users)} users × ${thousands(data.items)} items, ${thousands(data.ratings)} training ratings: ${(data.density * 100).toFixed(2)} % of the matrix is known, mean ${data.mean.toFixed(2)}.`,
    `The model holds ${thousands(parameters.model)} numbers in place of the matrix's ${thousands(parameters.full)} (${share.toFixed(1)} %).`,
  ].join("\n");
}

export function epochTable(epochs: readonly EpochEvent[]): string {
  return table(
    ["epoch", "loss", "training RMSE", "seconds"],
    epochs.map((e) => [
      String(e.epoch),
      thousands(Math.round(e.loss)),
      e.rmse.toFixed(4),
      e.seconds.toFixed(2),
    ]),
  );
}

export function testTable(rows: readonly { name: string; rmse: number }[]): string {
  const mean = rows[0]!.rmse;
  return table(
    ["prediction", "test RMSE", "better than the mean"],
    rows.map(({ name, rmse }) => [
      name,
      rmse.toFixed(4),
      rmse === mean ? "" : `${((1 - rmse / mean) * 100).toFixed(1)} %`,
    ]),
  );
}

/** One person: what they rated, what is recommended, and why that makes sense. */
export function person(tour: Tour): string {
  const { model, train, truth, title } = tour;
  const user = typicalUsers(train, 100)[0]!;
  const id = train.users.id(user);
  const rated = ratingsOf(train, user);
  const shown = [...rated.slice(0, 5), ...rated.slice(5).slice(-3)];
  const about = (item: string) => (truth ? genresOf(truth, train, item) : "");
  const lines = [
    `${id} rated ${rated.length} items; the highest and the lowest:`,
    table(
      truth ? ["item", "rating", "genres"] : ["item", "rating"],
      shown.map(({ item, value }) => [title(item), stars(value), ...(truth ? [about(item)] : [])]),
    ),
  ];
  const recommended = model.recommend(id, { count: 10 });
  if (truth) {
    const favourites = strongest(truth, "users", user, 2).map(({ genre }) => genre);
    const fitting = recommended.filter(({ item }) =>
      favourites.some((genre) => about(item).includes(genre)),
    ).length;
    lines.push(
      "Recommended to them, rated items left out:",
      table(
        ["item", "predicted", "genres"],
        recommended.map(({ item, score }) => [title(item), clip(score, model.range).toFixed(2), about(item)]),
      ),
      `This person was made to like ${favourites.join(" and ")} best. The model saw ratings alone: ${fitting} of its ${recommended.length} have one of the two.`,
    );
  } else {
    const mean = rated.reduce((sum, { value }) => sum + value, 0) / rated.length;
    const liked = rated.filter(({ value }) => value >= mean).map(({ item }) => item);
    lines.push(
      "Recommended to them, rated items left out, with the item most like it among those that they rated no lower than their mean:",
      table(
        ["item", "predicted", "like"],
        recommended.map(({ item, score }) => [
          title(item),
          clip(score, model.range).toFixed(2),
          likeCell(tour, liked, item),
        ]),
      ),
    );
  }
  return lines.join("\n");
}

function likeCell({ model, title }: Tour, liked: readonly string[], item: string): string {
  const alike = mostAlikeLiked(model, liked, item);
  return alike === undefined ? "" : title(alike);
}

export function similar({ model, train, truth, title }: Tour): string {
  const item = train.items.id(byPopularity(train)[0]!);
  const found = model.similarItems(item, { count: 8 });
  return [
    `Items most like ${title(item)}${truth ? ` (${genresOf(truth, train, item)})` : ""}, the one with most ratings, by the cosine of their factors:`,
    table(
      truth ? ["item", "cosine", "genres"] : ["item", "cosine"],
      found.map(({ item: other, score }) => [
        title(other),
        score.toFixed(3),
        ...(truth ? [genresOf(truth, train, other)] : []),
      ]),
    ),
  ].join("\n");
}

/** A block of R̂, known ratings in brackets. */
export function block({ model, train, title }: Tour): string {
  const items = byPopularity(train)
    .slice(0, 8)
    .map((item) => train.items.id(item));
  const users = typicalUsers(train, 300)
    .slice(0, 5)
    .map((user) => train.users.id(user));
  const { values } = model.predictBlock(users, items);
  const cell = (user: string, item: string, value: number) => {
    const known = train.get(user, item);
    return known === undefined ? stars(value) : `${stars(value)} (${known})`;
  };
  const short = (name: string) => (name.length > 14 ? `${name.slice(0, 13)}…` : name);
  return [
    "A block of the predicted matrix; a number in brackets is a rating that the model was trained on:",
    table(
      ["", ...items.map((item) => short(title(item)))],
      users.map((user, row) => [
        user,
        ...items.map((item, column) =>
          cell(user, item, clip(values[row * items.length + column]!, model.range)),
        ),
      ]),
    ),
  ].join("\n");
}

/** Latent features mean nothing until they are looked at: the items at both ends of three. */
export function features({ model, title }: Tour): string {
  const count = Math.min(3, model.factors);
  const names = (items: readonly { item: string }[]) => items.map(({ item }) => title(item)).join("\n");
  const result = new Table({
    head: ["feature", "highest items", "lowest items"],
    style: { head: [], border: [] },
  });
  for (let k = 0; k < count; k++) {
    const { highest, lowest } = model.factor(k, { count: 4 });
    result.push([String(k), names(highest), names(lowest)]);
  }
  return ["The items at both ends of the first latent features:", result.toString()].join("\n");
}
