import { createReadStream, existsSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";

const TYPES: Record<string, string> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".wasm": "application/wasm",
};
const ISOLATION = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

export interface StaticServer {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Serves folders, by the first part of the path, as any static host would; "/" is an empty page. `isolated` adds the
 * headers that threads need.
 */
export async function serveStatic(
  folders: Readonly<Record<string, string>>,
  { isolated }: { isolated: boolean },
): Promise<StaticServer> {
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url ?? "/", "http://localhost").pathname);
    const headers = isolated ? ISOLATION : {};
    if (path === "/") {
      response
        .writeHead(200, { ...headers, "Content-Type": "text/html" })
        .end("<!doctype html><title>Alternant</title>");
      return;
    }
    const [, folder = "", ...rest] = path.split("/");
    const file = join(folders[folder] ?? "/nowhere", ...rest);
    if (!existsSync(file)) {
      response.writeHead(404, headers).end();
      return;
    }
    response.writeHead(200, {
      ...headers,
      "Content-Type": TYPES[extname(file)] ?? "application/octet-stream",
    });
    createReadStream(file).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
