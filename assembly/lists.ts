// The best items of many users, or the ranks of some of their items, by exact scores: so lists are the same in every build
// and for every cut into calls.
//
// Items are scored fast (panels.ts), a chunk of panels and a group of users at a time, into a buffer that stays in the L1
// cache. A user's slack is more than a fast score can be away from the exact one, so nearly every item is done with by one
// comparison. Only those too near to be told apart, or NaN, are scored exactly, and only exact scores enter a list or a rank.
import { beginList, offerRow, sortList } from "./best";
import { leaveOut } from "./candidates";
import { ListJob } from "./list-job";
import { GROUP, PANEL_ROW, scorePanels } from "./panels";
import { beginRanks, rankRow } from "./ranks";

/** Takes a job's users through its panels. */
export function sweepItems<F>(job: ListJob): void {
  const userCount = job.userCount, factors = job.factors, panelTo = job.panelTo, chunkPanels = job.chunkPanels;
  const listing = job.count > 0;
  const width: i32 = <i32>PANEL_ROW / sizeof<F>();
  if (job.panelFrom == 0)
    for (let user = 0; user < userCount; user++) {
      store<u32>(job.cursors + (<usize>user << 2), load<u32>(job.excludedStarts + (<usize>user << 2)));
      if (listing) beginList(job, user);
      else beginRanks<F>(job, user);
    }
  for (let from = job.panelFrom; from < panelTo; from += chunkPanels) {
    const panels = min(chunkPanels, panelTo - from);
    const rowBytes = <usize>panels * PANEL_ROW;
    const panel = job.panels + <usize>from * <usize>factors * PANEL_ROW;
    const biases = job.panelBiases + <usize>from * PANEL_ROW;
    for (let group = 0; group < userCount; group += GROUP) {
      const address = job.groups + <usize>group * <usize>factors * sizeof<F>();
      scorePanels<F>(address, panel, biases, factors, panels, job.scores, rowBytes);
      let row = job.scores;
      for (let user = group, end = min(group + GROUP, userCount); user < end; user++) {
        leaveOut<F>(job, user, row, from * width, panels * width);
        if (listing) offerRow<F>(job, user, row, row + rowBytes, from * width);
        else rankRow<F>(job, user, row, row + rowBytes, from * width);
        row += rowBytes;
      }
    }
  }
  if (listing && panelTo == job.panelCount) for (let user = 0; user < userCount; user++) sortList(job, user);
}
