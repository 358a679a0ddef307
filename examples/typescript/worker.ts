// Hosts that compile WebAssembly when they bundle have a module of each binary; Node has not, so this is only checked.
import { Engine } from "alternant";
import module from "alternant/simd.wasm";

export const engine: Promise<Engine> = Engine.create({ module });
// @ts-expect-error: threads are counted.
export const wrong: Promise<Engine> = Engine.create({ module, threads: "2" });
