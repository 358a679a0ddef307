import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { answerWithFile, ISOLATION } from "../browser/static-files.js";

export interface Site {
  readonly url: string;
  close(): Promise<void>;
}

/** Serves a folder as any static host would, with the headers that threads need or without. */
export async function serveSite(folder: string, isolated: boolean): Promise<Site> {
  const server = createServer((request, response) => {
    if (isolated) for (const [name, value] of Object.entries(ISOLATION)) response.setHeader(name, value);
    request.url = `/site${request.url}`;
    if (!answerWithFile(request, response, { site: folder })) response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
