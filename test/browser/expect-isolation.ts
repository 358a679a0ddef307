// Before each test file in Chromium: the page is what its project says, or all its tests would show something else.
import { inject } from "vitest";

declare module "vitest" {
  export interface ProvidedContext {
    /** Whether the project's pages are served with the headers of cross-origin isolation. */
    isolated: boolean;
  }
}

if (globalThis.crossOriginIsolated !== inject("isolated"))
  throw new Error(
    `crossOriginIsolated is ${globalThis.crossOriginIsolated} in a page that was served for ${inject("isolated")}`,
  );
