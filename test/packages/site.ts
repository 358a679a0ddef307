import { answerWithFile, ISOLATION } from "../browser/static-files.js";
import { listen, type StaticServer } from "../browser/static-server.js";

/** Serves a folder as any static host would, at its root, with the headers that threads need or without. */
export function serveSite(folder: string, isolated: boolean): Promise<StaticServer> {
  return listen((request, response) => {
    if (isolated) for (const [name, value] of Object.entries(ISOLATION)) response.setHeader(name, value);
    request.url = `/site${request.url}`;
    if (!answerWithFile(request, response, { site: folder })) response.writeHead(404).end();
  });
}
