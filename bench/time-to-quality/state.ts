import type { Session } from "../../src/als/session.js";

export type Numbers = Float32Array | Float64Array;

/**
 * One side's numbers where they lie in a session's memory: padded factors, and biases where there are some. An epoch goes on from
 * those of the users alone.
 */
export function stateOf(session: Session, which: "users" | "items"): readonly Numbers[] {
  const { layout } = session;
  // Where λ lies is all that a session tells of its memory.
  const { buffer } = session.lambdas(which);
  const { rowCount, factors, biases } = layout[which];
  const length = rowCount * layout.padded;
  return [
    layout.precision === "float32"
      ? new Float32Array(buffer, factors, length)
      : new Float64Array(buffer, factors, length),
    ...(biases === 0 ? [] : [new Float64Array(buffer, biases, rowCount)]),
  ];
}

/** Copies one session's users to another one, whose precision and number of factors may differ; further factors are left alone. */
export function copyUsers(from: Session, to: Session): void {
  const [source, sourceBiases] = stateOf(from, "users");
  const [target, targetBiases] = stateOf(to, "users");
  const [width, padded] = [from.layout.padded, to.layout.padded];
  const { factors } = from.layout;
  if (width === padded && factors === to.layout.factors) target!.set(source!);
  else
    for (let row = 0; row < from.layout.users.rowCount; row++)
      for (let k = 0; k < factors; k++) target![row * padded + k] = source![row * width + k]!;
  if (sourceBiases !== undefined) targetBiases!.set(sourceBiases);
}
