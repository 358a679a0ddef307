export { eachRows, readColumns, signsOf } from "./columns.js";
export { noiseOf, orthonormalize } from "./orthonormal.js";
export { productSvd } from "./product-svd.js";
export { falling, multiply, rowLengths, zeros } from "./small.js";
