// Decomposing by SVD, from the start each time.
import { SVD } from "alternant";
import { byId, save } from "./ours-files.mjs";

export function openSvd({ svd }, { ratings, users, items }, engine) {
  const estimator = new SVD(svd);
  let model;
  return {
    async train(count) {
      const seconds = [];
      for (let i = 0; i < count; i++) {
        const began = performance.now();
        model = await estimator.fit(ratings, { engine });
        seconds.push((performance.now() - began) / 1000);
      }
      return seconds;
    },
    write(folder) {
      const left = unitColumns(model.copyFactors("users"));
      const right = unitColumns(model.copyFactors("items"));
      save(folder, "left.f32", byId(users, model.factors, model.users, left.values));
      save(folder, "right.f32", byId(items, model.factors, model.items, right.values));
      // Factors are P√S and Q√S.
      save(
        folder,
        "values.f32",
        left.lengths.map((length, k) => length * right.lengths[k]),
      );
    },
    async end() {},
  };
}

function unitColumns({ rows, factors, values }) {
  const squares = new Float64Array(factors);
  for (let at = 0; at < values.length; at++) squares[at % factors] += values[at] * values[at];
  const lengths = squares.map(Math.sqrt);
  const unit = new Float32Array(rows * factors);
  for (let at = 0; at < values.length; at++) unit[at] = values[at] / (lengths[at % factors] || 1);
  return { lengths, values: unit };
}
