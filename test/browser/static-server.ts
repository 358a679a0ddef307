import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { answerWithFile, type Folders, ISOLATION } from "./static-files.js";

export interface StaticServer {
  readonly url: string;
  close(): Promise<void>;
}

export interface ServeOptions {
  /** Adds the headers that threads need. */
  readonly isolated: boolean;
  /** A Content-Security-Policy. */
  readonly policy?: string;
}

/** Serves folders, by the first part of the path, as any static host would; "/" is an empty page. */
export async function serveStatic(
  folders: Folders,
  { isolated, policy }: ServeOptions,
): Promise<StaticServer> {
  const headers = {
    ...(isolated ? ISOLATION : {}),
    ...(policy === undefined ? {} : { "Content-Security-Policy": policy }),
  };
  return listen((request, response) => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    if (request.url === "/")
      response.writeHead(200, { "Content-Type": "text/html" }).end("<!doctype html><title>Alternant</title>");
    else if (!answerWithFile(request, response, folders)) response.writeHead(404).end();
  });
}

/** Answers requests on a free port of this machine. */
export async function listen(answer: RequestListener): Promise<StaticServer> {
  const server = createServer(answer);
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
