// The best items of many users, or the ranks of some of their items, by exact scores: so lists are the same in every build
// and for every cut into calls.
//
// Items are bounded (a fast score is a bound too: panels.ts), a chunk of panels and a group of users at a time, into a buffer
// that stays in the L1 cache. A user's slack is more than a score can be above its bound, so nearly every item is done with
// by one comparison; a chunk whose longest item is too short for all of a group is done with by six. Only items too near to
// be told apart, or NaN, are scored exactly, and only exact scores enter a list or a rank.
import { beginList, offerRow, outOfReach, sortList } from "./best";
import { leaveOut } from "./candidates";
import { ListJob } from "./list-job";
import { GROUP, PANEL_ROW, scorePanels, scoreSingle } from "./panels";
import { beginRanks, rankRow } from "./ranks";

/** Begins the lists or the ranks of a job's users. */
function begin<F>(job: ListJob): void {
  for (let user = 0; user < job.userCount; user++) {
    if (job.count > 0) {
      beginList(job, user);
      continue;
    }
    store<u32>(job.cursors + (<usize>user << 2), load<u32>(job.excludedStarts + (<usize>user << 2)));
    beginRanks<F>(job, user);
  }
}

/** Takes a job's users through its panels. */
export function sweepItems<F>(job: ListJob): void {
  const userCount = job.userCount, factors = job.boundFactors, panelTo = job.panelTo, chunkPanels = job.chunkPanels;
  const listing = job.count > 0;
  const width: i32 = <i32>PANEL_ROW / sizeof<F>();
  if (job.panelFrom == 0) begin<F>(job);
  for (let from = job.panelFrom; from < panelTo; ) {
    const chunk = from / chunkPanels;
    const panels = min((chunk + 1) * chunkPanels, panelTo) - from;
    const rowBytes = <usize>panels * PANEL_ROW;
    const panel = job.boundPanels + <usize>from * <usize>factors * PANEL_ROW;
    const biases = job.panelBiases + <usize>from * PANEL_ROW;
    for (let group = 0; group < userCount; group += GROUP) {
      const end = min(group + GROUP, userCount);
      if (job.chunkBounds != 0 && outOfReach(job, group, end, chunk)) continue;
      store<f64>(job.tally, load<f64>(job.tally) + <f64>(end - group) * <f64>(panels * width));
      const address = job.boundGroups + <usize>group * <usize>factors * sizeof<F>();
      if (end - group > 1) scorePanels<F>(address, panel, biases, factors, panels, job.scores, rowBytes);
      else if (sizeof<F>() == 4 && job.halves) {
        const halves = job.halves + <usize>from * <usize>factors * (PANEL_ROW / 2);
        scoreSingle<f32, u16>(address, halves, biases, factors, panels, job.scores);
      } else scoreSingle<F, F>(address, panel, biases, factors, panels, job.scores);
      let row = job.scores;
      for (let user = group; user < end; user++) {
        if (listing) offerRow<F>(job, user, row, row + rowBytes, from * width);
        else {
          leaveOut<F>(job, user, row, from * width, panels * width);
          rankRow<F>(job, user, row, row + rowBytes, from * width);
        }
        row += rowBytes;
      }
    }
    from += panels;
  }
  if (listing && panelTo == job.panelCount) for (let user = 0; user < userCount; user++) sortList(job, user);
}
