export type { Center, ResolvedSvdOptions, SvdOptions } from "./options.js";
export { SVD, type SvdFitOptions, type SvdProgress } from "./svd.js";
