export { Live } from "./live.js";
export type { LiveOptions, LiveRating, LiveRowState, LiveState, RefreshOptions } from "./results.js";
