import type { Precision } from "../layout.js";
import type { Tall, TallLayout } from "./layout.js";

/** What is done with tall matrices, row by row. */
export type TallWork =
  /** XᵀX of each block of rows, upper triangle, into its slot. */
  | { readonly op: "gram"; readonly x: Tall }
  /** XᵀY of each block of rows into its slot. */
  | { readonly op: "cross"; readonly x: Tall; readonly y: Tall }
  /** Y = or (`add`) += X·C, C packed; Y may be X. */
  /** Y = the sum of stretches of as many numbers, one after the other in memory; Y's rows follow each other. */
  | {
      readonly op: "sum";
      readonly precision: Precision;
      readonly address: number;
      readonly bytes: number;
      readonly count: number;
      readonly y: Tall;
    }
  | { readonly op: "product"; readonly x: Tall; readonly y: Tall; readonly add: boolean };

/** A task for lanes: its ranges are of blocks of rows, or of rows for products and sums. */
export interface TallTask {
  readonly kind: "tall";
  readonly work: TallWork;
  readonly layout: TallLayout;
}
