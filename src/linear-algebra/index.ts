export { eachRows, readColumns, signsOf } from "./columns.js";
export { noiseOf, type Orthonormal, orthonormalize } from "./orthonormal.js";
export { type ProductSvd, productSvd } from "./product-svd.js";
export { identity, multiply, rowLengths, transpose, zeros } from "./small.js";
