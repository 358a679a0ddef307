import { expect, it } from "vitest";
import { ALS } from "../../src/als/index.js";
import { chooseMethod } from "../../src/als/solver.js";

/** MovieLens-20M's shape. */
const LARGE = { userCount: 138_493, itemCount: 26_744, count: 18_000_000 };

it.each([8, 32, 64])(
  "solves exactly where conjugate gradient would not be much cheaper, K = %i",
  (factors) => {
    for (const feedback of ["explicit", "implicit"] as const) {
      const { options } = new ALS({ factors, feedback });
      expect(chooseMethod(options, LARGE).method).toEqual({ kind: "cholesky" });
    }
  },
);

it.each([128, 512, 2048])("takes conjugate gradient where it is, K = %i", (factors) => {
  const { options } = new ALS({ factors, feedback: "implicit", cgSteps: 2, preconditioner: "jacobi" });
  const { method, why } = chooseMethod(options, LARGE);
  expect(method).toEqual({ kind: "cg", steps: 2, jacobi: true });
  expect(why).toMatch(new RegExp(`takes about 0\\.[0-2]\\d of the time of an exact one at K = ${factors}`));
});

it("looks at the steps and at the ratings: few of them leave little but K × K systems for both", () => {
  const { options } = new ALS({ factors: 128, cgSteps: 30 });
  const sparse = { ...LARGE, count: 500_000 };
  expect(chooseMethod(options, LARGE).method.kind).toBe("cholesky");
  expect(chooseMethod({ ...options, cgSteps: 3 }, LARGE).method.kind).toBe("cg");
  expect(chooseMethod({ ...options, cgSteps: 3 }, sparse).method.kind).toBe("cholesky");
});

it("takes what is asked for", () => {
  for (const solver of ["cholesky", "cg", "ials++", "nonnegative"] as const) {
    const { options } = new ALS({ factors: 512, solver, blockSize: 40 });
    const { method, why } = chooseMethod(options, LARGE);
    expect(method.kind).toBe(solver);
    if (method.kind === "ials++") expect(method.blockSize).toBe(40);
    expect(why).toBe("asked for");
  }
});
