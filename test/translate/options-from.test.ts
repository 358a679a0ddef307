import { describe, expect, it, test } from "vitest";
import { ALS, type AlsOptions } from "../../src/als/index.js";
import { AlternantError } from "../../src/errors.js";
import { type Library, optionsFrom } from "../../src/translate/index.js";
import { CASES, PARAMS } from "./cases.js";

const libraries = Object.keys(CASES) as Library[];

function translated(library: Library, beside: object = {}): AlsOptions {
  return optionsFrom(library, { ...CASES[library].base, ...beside }).options;
}

function thrownBy(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error("It threw nothing");
}

describe.each(libraries)("optionsFrom(%j)", (library) => {
  const { base, options, scale = 1 } = CASES[library];

  it("gives options for that library's defaults, which ALS takes", () => {
    const translation = optionsFrom(library, base);
    expect(translation.options).toEqual(options);
    expect(translation.scale).toEqual({ users: scale, items: scale });
    expect(new ALS(translation.options).options).toMatchObject({ biases: options.biases });
    for (const note of translation.notes) expect(note).toMatch(/^\S.*\.$/);
  });

  it("knows the parameters that are listed, and no others", () => {
    const error = thrownBy(() => optionsFrom(library, { ...base, gamma_ray: 1 }));
    expect(error).toBeInstanceOf(RangeError);
    const { message } = error as RangeError;
    expect(message).toContain(`optionsFrom(${library}): unknown parameter "gamma_ray"`);
    const known = /Known parameters: (.*)\.$/.exec(message)?.[1]?.split(", ");
    expect([...(known ?? [])].sort()).toEqual(Object.keys(CASES[library].params).sort());
  });
});

test.each(PARAMS)("%s: %s", (library, name, one) => {
  const { byDefault, given, beside, options, refused } = one;
  if (one.ignored) {
    for (const value of [byDefault, 17, "anything"])
      expect(translated(library, { [name]: value })).toEqual(CASES[library].options);
    return;
  }
  // Its default may be given, and changes nothing.
  if (byDefault !== "") expect(translated(library, { [name]: byDefault })).toEqual(translated(library));
  if (options !== undefined) {
    const changed = translated(library, { ...beside, [name]: given });
    expect(changed).not.toEqual(translated(library));
    expect(changed).toEqual(withoutUndefined({ ...CASES[library].options, ...options }));
    expect(new ALS(changed)).toBeInstanceOf(ALS);
  }
  if (refused !== undefined) {
    const [value, message, others] = refused;
    const error = thrownBy(() => translated(library, { ...others, [name]: value }));
    expect(error).toBeInstanceOf(AlternantError);
    expect((error as AlternantError).code).toBe("not-supported");
    expect((error as AlternantError).message).toMatch(message);
  }
  expect(options !== undefined || refused !== undefined).toBe(true);
});

function withoutUndefined(options: AlsOptions): AlsOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

describe("optionsFrom", () => {
  it("refuses a library that it doesn't know", () => {
    expect(() => optionsFrom("implict" as "implicit")).toThrow(
      /library must be .*; did you mean "implicit"\?/,
    );
  });

  it("names the nearest parameter of that library where one is misspelt", () => {
    expect(() => optionsFrom("implicit", { regularisation: 1 })).toThrow(/did you mean "regularization"\?/);
    expect(() => optionsFrom("spark", { regparam: 1 })).toThrow(/did you mean "regParam"\?/);
  });

  it("checks types by those of the defaults, under the library's own names", () => {
    expect(() => optionsFrom("implicit", { factors: "100" as never })).toThrow(
      new TypeError('implicit\'s factors must be a finite number, not the string "100"'),
    );
    expect(() => optionsFrom("spark", { implicitPrefs: 1 as never })).toThrow(TypeError);
    expect(() => optionsFrom("lenskit", { weight: 0 })).toThrow(/lenskit's weight must be .* above 0, not 0/);
    expect(() => optionsFrom("lenskit", { regularization: "x" })).toThrow(TypeError);
    expect(() => optionsFrom("cmfrec", { model: "CMF", lambda_: [1, 2] })).toThrow(/a number or six of them/);
    expect(() => optionsFrom("cmfrec", {})).toThrow(/cmfrec's model must be "CMF" or "CMF_implicit"/);
    expect(() => optionsFrom("spark", { implicitPrefs: true, alpha: 0 })).toThrow(/spark's alpha must be/);
  });

  it("translates rsparse's non-negative solver, which has no mean", () => {
    const given = { feedback: "explicit", solver: "nnls", with_global_bias: true };
    expect(optionsFrom("rsparse", given).options).toMatchObject({ solver: "nonnegative", biases: "none" });
  });

  it("refuses rsparse's biases where their λ would differ, or the mean is missing", () => {
    const explicit = { feedback: "explicit", with_user_item_bias: true };
    expect(() => optionsFrom("rsparse", explicit)).toThrow(/beside the mean here/);
    expect(() => optionsFrom("rsparse", { ...explicit, with_global_bias: true, lambda: 1 })).toThrow(
      /dynamic_lambda/,
    );
  });
});
