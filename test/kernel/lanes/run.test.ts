import { describe, expect, it } from "vitest";
import { Run } from "../../../src/kernel/lanes/run.js";
import { RunControl } from "../../../src/kernel/lanes/run-control.js";
import { CAN_SHARE } from "../../support/sharing.js";
import { soon } from "../../support/turns.js";

/** Whether a promise has settled by now. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  promise.then(
    () => {
      settled = true;
    },
    () => {
      settled = true;
    },
  );
  await new Promise<void>(soon);
  return settled;
}

describe.runIf(CAN_SHARE)("a run", () => {
  it("is over when all chunks are claimed and every lane that entered has left", async () => {
    const control = RunControl.create(3);
    const run = new Run(control, 2, 3);
    control.enter(0);
    control.enter(1);
    expect(control.claim()).toBe(0);
    expect(control.claim()).toBe(1);
    run.leave(0, undefined);
    expect(await isSettled(run.over)).toBe(false);
    run.leave(1, undefined);
    // Lane 2 never came: it will find nothing to claim.
    expect(await run.over).toBeUndefined();
    expect(control.claim()).toBe(2);
  });

  it("is not over while chunks are left, whoever has left", async () => {
    const control = RunControl.create(2);
    const run = new Run(control, 2, 2);
    control.enter(0);
    control.claim();
    run.leave(0, undefined);
    expect(await isSettled(run.over)).toBe(false);
    control.enter(1);
    control.claim();
    run.leave(1, undefined);
    expect(await isSettled(run.over)).toBe(true);
  });

  it("that is stopped waits for those inside and for nobody else", async () => {
    const idle = new Run(RunControl.create(2), 5, 2);
    idle.stop();
    expect(await isSettled(idle.over)).toBe(true);
    const control = RunControl.create(2);
    const run = new Run(control, 5, 2);
    control.enter(1);
    run.stop();
    expect(control.stopped).toBe(true);
    expect(await isSettled(run.over)).toBe(false);
    run.leave(1, undefined);
    expect(await isSettled(run.over)).toBe(true);
  });

  it("tells the first of the rows that ended it, in whatever order they come", async () => {
    const control = RunControl.create(3);
    const run = new Run(control, 9, 3);
    for (const lane of [0, 1, 2]) control.enter(lane);
    control.stop();
    run.leave(1, { row: 70, state: 2 });
    run.leave(2, { row: 7, state: 3 });
    run.leave(0, { row: 71, state: 2 });
    expect(await run.over).toEqual({ row: 7, state: 3 });
  });

  it("counts the ratings of all lanes, also beyond 2³¹", () => {
    const control = RunControl.create(2);
    control.count(0, 2 ** 31 - 1);
    control.count(0, 10);
    control.count(1, 5);
    expect(new Run(control, 1, 2).counted).toBe(2 ** 31 + 14);
  });
});
