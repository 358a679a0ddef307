import { createReadStream, existsSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { extname, join, normalize } from "node:path";

const TYPES: Record<string, string> = {
  ".html": "text/html",
  ".css": "text/css",
  ".js": "text/javascript",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
};

/** What makes a page cross-origin isolated: the headers that threads need. */
export const ISOLATION: Readonly<Record<string, string>> = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

/** Folders by the first part of the path under which their files are served. */
export type Folders = Readonly<Record<string, string>>;

/** Answers with the file that the request's path names, as it lies on the disk; false where there is none. */
export function answerWithFile(
  request: IncomingMessage,
  response: ServerResponse,
  folders: Folders,
): boolean {
  const path = normalize(new URL(request.url ?? "/", "http://localhost").pathname);
  const [, folder = "", ...rest] = path.split("/");
  const root = folders[folder];
  if (root === undefined || rest.length === 0) return false;
  const file = join(root, ...rest);
  if (!existsSync(file)) return false;
  response.writeHead(200, { "Content-Type": TYPES[extname(file)] ?? "application/octet-stream" });
  createReadStream(file).pipe(response);
  return true;
}
