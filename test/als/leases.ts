import { Engine, type Lease } from "../../src/kernel/index.js";

/** An engine that counts the memories it lent and got back. */
export interface WatchedEngine {
  readonly engine: Engine;
  lent(): number;
  returned(): number;
}

export async function watchedEngine(threads: number = 1): Promise<WatchedEngine> {
  const engine = await Engine.create({ threads });
  const lend = engine.lend.bind(engine);
  let lent = 0;
  let returned = 0;
  engine.lend = async (...given: Parameters<Engine["lend"]>): Promise<Lease> => {
    const lease = await lend(...given);
    lent++;
    let released = false;
    return {
      ...lease,
      release: () => {
        if (!released) returned++;
        released = true;
        lease.release();
      },
    };
  };
  return { engine, lent: () => lent, returned: () => returned };
}
