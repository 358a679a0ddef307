import type { Calls, ItemLabel, UserLabel } from "../protocol.js";
import { itemLabel, userLabel } from "./labels.js";
import { type Trained, theModel } from "./session.js";

/** How many users a typical one is looked for among: more would be slow to count and no more typical. */
const SAMPLE = 4000;

/** Items whose title holds the words, those that begin with them first, and of equals the best known. */
export function findItems({ text, limit }: Calls["findItems"]["params"]): ItemLabel[] {
  const trained = theModel();
  const { model, catalogue, counts } = trained;
  const wanted = plain(text);
  const found: { item: number; rank: number }[] = [];
  let item = 0;
  for (const id of model.items) {
    const rank = rankOf(plain(catalogue.title(id)), String(id), wanted);
    if (rank < Number.POSITIVE_INFINITY) found.push({ item, rank });
    item++;
  }
  found.sort((a, b) => a.rank - b.rank || counts[b.item]! - counts[a.item]! || a.item - b.item);
  return found.slice(0, limit).map((one) => itemLabel(trained, one.item));
}

export function findUsers({ text, limit }: Calls["findUsers"]["params"]): UserLabel[] {
  const { model } = theModel();
  const wanted = plain(text).replace(/^user\s+/, "");
  const found: { user: number; rank: number }[] = [];
  let user = 0;
  for (const id of model.users) {
    const rank = rankOf(plain(String(id)), String(id), wanted);
    if (rank < Number.POSITIVE_INFINITY) found.push({ user, rank });
    user++;
  }
  found.sort((a, b) => a.rank - b.rank || a.user - b.user);
  return found.slice(0, limit).map((one) => userLabel(model, one.user));
}

function rankOf(title: string, id: string, wanted: string): number {
  if (wanted === "") return 3;
  if (title === wanted || id === wanted) return 0;
  const at = title.indexOf(wanted);
  if (at < 0) return Number.POSITIVE_INFINITY;
  return at === 0 ? 1 : title[at - 1] === " " ? 2 : 3;
}

/** Without case and accents, so that "amelie" finds "Amélie". */
function plain(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().trim();
}

/** People who rated enough to be known, and few enough things to be read: nearest to forty, spread over the vocabulary. */
export function typicalUsers({ count }: Calls["typicalUsers"]["params"]): UserLabel[] {
  const { model } = theModel();
  const step = Math.max(1, Math.floor(model.userCount / SAMPLE));
  const sample: UserLabel[] = [];
  for (let user = 0; user < model.userCount; user += step) sample.push(userLabel(model, user));
  const distance = (one: UserLabel): number => Math.abs(one.count - 40);
  return sample.sort((a, b) => distance(a) - distance(b) || a.user - b.user).slice(0, count);
}

/** The items with the most ratings; spread, those of each genre take turns. */
export function popularItems({ count, spread }: Calls["popularItems"]["params"]): ItemLabel[] {
  const trained = theModel();
  const order = byCount(trained);
  if (!spread) return order.slice(0, count).map((item) => itemLabel(trained, item));
  // Only what many know is worth asking about.
  const known = order.slice(0, Math.max(count * 12, 200)).map((item) => itemLabel(trained, item));
  const queues = new Map<string, ItemLabel[]>();
  for (const label of known) {
    const genre = label.genres[0] ?? "";
    queues.set(genre, [...(queues.get(genre) ?? []), label]);
  }
  const picked: ItemLabel[] = [];
  while (picked.length < Math.min(count, known.length))
    for (const queue of queues.values()) {
      const next = queue.shift();
      if (next !== undefined && picked.length < count) picked.push(next);
    }
  return picked;
}

function byCount({ counts }: Trained): number[] {
  return Array.from(counts, (_, item) => item).sort((a, b) => counts[b]! - counts[a]! || a - b);
}
