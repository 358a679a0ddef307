export { Live } from "./live.js";
export type { LiveOptions, LiveRating, LiveState, RefreshOptions, RowState } from "./results.js";
