export { type Small, TallMatrices } from "./driver.js";
export { columnsOf, layOutTall, type Tall, type TallLayout, type TallShape, tallView } from "./layout.js";
export { type Orthogonal, orthogonalize } from "./rotations.js";
