/**
 * A family of kernels that do nothing but multiply-adds, as AssemblyScript source. What a machine can do at most is
 * not known beforehand (latency, ports, dispatch width and the engine's register allocator all bound it), so kernels
 * of two kinds run and the best one is the peak:
 *
 * - chain: x = x·m + m. The dependence runs through the multiply, so nothing can be hoisted or shared, and nothing
 *   is loaded. With one constant, fourteen chains fit the fifteen vector registers that V8 gives out on x86-64.
 * - block: X = X + a·bᵀ, the micro-kernel of a matrix product: splats times vectors, reloaded from a panel in L1. The
 *   dependence runs through the add.
 *
 * How often a loop is unrolled matters as much as its kind (V8 unrolls by itself too, and orders the body anew), so
 * that varies as well.
 */
export interface PeakKernel {
  /** Exported as `${name}_f64` and `${name}_f32`, each (panel: pointer, turns) → a number that depends on all. */
  readonly name: string;
  /** Vector multiply-adds in one turn. */
  readonly perTurn: number;
  readonly source: (type: Lane) => string;
}
export type Lane = "f64" | "f32";

/** A panel row holds numbers to splat, then vectors; 32 rows are 8 KiB, a quarter of the smallest L1 in use. */
const ROW_BYTES = 256;
const VECTORS_AT = 128;
const PANEL_ROWS = 32;
export const PANEL_BYTES: number = PANEL_ROWS * ROW_BYTES;

const CHAINS = [6, 7, 8, 9, 10, 11, 12, 13, 14];
const CHAIN_UNROLLS = [1, 2];
const BLOCKS = [
  [4, 2],
  [2, 4],
  [3, 3],
] as const;
const BLOCK_UNROLLS = [1, 2];

const PRELUDE = `// @ts-ignore: decorator
@inline
function madd<T>(x: v128, y: v128, sum: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? v128.relaxed_madd<T>(x, y, sum) : v128.add<T>(v128.mul<T>(x, y), sum);
}
`;

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

function kernel(name: string, type: Lane, sums: number, constants: string[], turn: string[]): string {
  return [
    `export function ${name}_${type}(panel: usize, turns: i32): f64 {`,
    ...constants.map((line) => `  ${line}`),
    ...range(sums).map((i) => `  let x${i} = v128.splat<${type}>(0);`),
    "  for (let turn = 0; turn < turns; turn++) {",
    ...turn.map((line) => `    ${line}`),
    "  }",
    `  return ${range(sums)
      .map((i) => `v128.extract_lane<${type}>(x${i}, 0)`)
      .join(" + ")};`,
    "}",
    "",
  ].join("\n");
}

function chain(count: number, unroll: number): PeakKernel {
  const name = `chain${count}x${unroll}`;
  const step = (type: Lane): string[] => range(count).map((i) => `x${i} = madd<${type}>(x${i}, m, m);`);
  return {
    name,
    perTurn: count * unroll,
    source: (type) =>
      kernel(
        name,
        type,
        count,
        ["const m = v128.load(panel);"],
        range(unroll).flatMap(() => step(type)),
      ),
  };
}

function block(splats: number, vectors: number, unroll: number): PeakKernel {
  const name = `block${splats}x${vectors}x${unroll}`;
  const step = (type: Lane, row: number): string[] => [
    ...range(vectors).map(
      (c) => `const v${row}_${c} = v128.load(p, ${row * ROW_BYTES + VECTORS_AT + c * 16});`,
    ),
    ...range(splats).flatMap((r) => [
      `const s${row}_${r} = v128.load${type === "f64" ? 64 : 32}_splat(p, ${row * ROW_BYTES + r * (type === "f64" ? 8 : 4)});`,
      ...range(vectors).map((c) => {
        const sum = `x${r * vectors + c}`;
        return `${sum} = madd<${type}>(s${row}_${r}, v${row}_${c}, ${sum});`;
      }),
    ]),
  ];
  return {
    name,
    perTurn: splats * vectors * PANEL_ROWS,
    source: (type) =>
      kernel(
        name,
        type,
        splats * vectors,
        [],
        [
          `for (let p = panel, end = panel + ${PANEL_BYTES}; p < end; p += ${unroll * ROW_BYTES}) {`,
          ...range(unroll)
            .flatMap((row) => step(type, row))
            .map((line) => `  ${line}`),
          "}",
        ],
      ),
  };
}

export const PEAK_FAMILY: readonly PeakKernel[] = [
  ...CHAINS.flatMap((count) => CHAIN_UNROLLS.map((unroll) => chain(count, unroll))),
  ...BLOCKS.flatMap(([splats, vectors]) => BLOCK_UNROLLS.map((unroll) => block(splats, vectors, unroll))),
];

/** The whole family as one AssemblyScript module. */
export function peakSource(): string {
  return [PRELUDE, ...PEAK_FAMILY.flatMap(({ source }) => [source("f64"), source("f32")])].join("\n");
}
