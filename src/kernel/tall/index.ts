export { type Small, TallMatrices } from "./driver.js";
export { columnsOf, layOutTall, roundUp, type Tall, type TallLayout, tallView } from "./layout.js";
export { orthogonalize } from "./rotations.js";
