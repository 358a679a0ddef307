import type { Calls, ItemLabel, UserLabel } from "../protocol.js";
import { First } from "./first.js";
import { itemLabel, userLabel } from "./labels.js";
import { type Trained, theModel } from "./session.js";

/** Text without accents, which need not be taken off: that takes long for a million titles. */
const ASCII = /^[\x20-\x7e]*$/;
/** How many users a typical one is looked for among: more would be slow to count and no more typical. */
const SAMPLE = 4000;

/** Items whose title holds the words, those that begin with them first, and of equals the best known. */
export function findItems({ text, limit }: Calls["findItems"]["params"]): ItemLabel[] {
  const trained = theModel();
  const { model, catalogue, counts } = trained;
  const wanted = plain(text);
  const found = new First<{ item: number; rank: number }>(
    limit,
    (a, b) => a.rank - b.rank || counts[b.item]! - counts[a.item]! || a.item - b.item,
  );
  let item = 0;
  for (const id of model.items) {
    const rank = rankOf(plain(catalogue.title(id)), String(id), wanted);
    if (rank < Number.POSITIVE_INFINITY) found.offer({ item, rank });
    item++;
  }
  return found.list().map((one) => itemLabel(trained, one.item));
}

export function findUsers({ text, limit }: Calls["findUsers"]["params"]): UserLabel[] {
  const { model } = theModel();
  const wanted = plain(text).replace(/^user\s+/, "");
  const found = new First<{ user: number; rank: number }>(
    limit,
    (a, b) => a.rank - b.rank || a.user - b.user,
  );
  let user = 0;
  for (const id of model.users) {
    const rank = rankOf(plain(String(id)), String(id), wanted);
    if (rank < Number.POSITIVE_INFINITY) found.offer({ user, rank });
    user++;
  }
  return found.list().map((one) => userLabel(model, one.user));
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
  if (ASCII.test(text)) return text.toLowerCase().trim();
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
  // Only what many know is worth asking about.
  const known = best(trained, spread ? Math.max(count * 12, 200) : count);
  if (!spread) return known;
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

/** The items with the most ratings. */
function best(trained: Trained, limit: number): ItemLabel[] {
  const { counts } = trained;
  const first = new First<number>(limit, (a, b) => counts[b]! - counts[a]! || a - b);
  for (let item = 0; item < counts.length; item++) first.offer(item);
  return first.list().map((item) => itemLabel(trained, item));
}
