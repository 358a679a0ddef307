import { type Told, train } from "../../examples/train.js";

/** A module of the built library, as this process loads it. */
async function built(name: string): Promise<object> {
  const address = new URL(`../../build/lib/${name}.js`, import.meta.url).href;
  return import(/* @vite-ignore */ address);
}

/** The factors' hash that the built library comes to here, on one thread: what all others are held to. */
export async function referenceHash(): Promise<string> {
  const library = { ...(await built("index")), ...(await built("io")) };
  const { hash }: Told = await train(library, { threads: 1 });
  return hash;
}
