/**
 * Lets messages in, such as one that asks to stop: between long pieces of work, and before what cannot be taken back.
 *
 * @throws (rejects) AbortError where somebody did ask
 */
export async function turn(signal: AbortSignal): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve));
  signal.throwIfAborted();
}
