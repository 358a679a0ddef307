/** Whether threads can share memory here: everywhere but in pages without cross-origin isolation. */
export const CAN_SHARE: boolean =
  globalThis.crossOriginIsolated !== false && typeof SharedArrayBuffer === "function";
