import type { CallName, Calls } from "../protocol.js";

/** What a call has besides its parameters. */
export interface Context<N> {
  readonly signal: AbortSignal;
  tell(news: N): void;
}

export type Handlers = {
  [K in CallName]: (
    params: Calls[K]["params"],
    context: Context<Calls[K]["news"]>,
  ) => Promise<Calls[K]["result"]> | Calls[K]["result"];
};
