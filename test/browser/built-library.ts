import { join, relative, sep } from "node:path";
import type { Plugin } from "vitest/config";
import { builtFolder, isLibrary, projectFile, root } from "./public-tests.js";
import { answerWithFile } from "./static-files.js";

/** Marks a helper's module that gets the built library; without it the same helper gets the sources. */
const MARK = "built-library";

/**
 * Gives tests of public names the built library in place of the sources: its files as they lie on the disk, chunks and
 * all, from the page's own origin, as any static host would serve them.
 *
 * @param isPublic of a test file, from the project's root
 */
export function builtLibrary(isPublic: (file: string) => boolean): Plugin {
  let origin = (): string => "";
  return {
    name: "built-library",
    enforce: "pre",
    configureServer(server) {
      // With a scheme or two slashes, or Vite would look for the file itself and transform it.
      origin = () => {
        const address = server.httpServer?.address();
        return typeof address === "object" && address !== null ? `//localhost:${address.port}` : "";
      };
      server.middlewares.use((request, response, next) => {
        // Workers' scripts need the headers of isolation too.
        for (const [name, value] of Object.entries(server.config.server.headers ?? {}))
          if (value !== undefined) response.setHeader(name, value);
        if (!answerWithFile(request, response, { lib: builtFolder })) next();
      });
    },
    resolveId(specifier, importer) {
      if (importer === undefined) return null;
      const [path = "", query = ""] = importer.split("?");
      const file = relative(root, path).split(sep).join("/");
      if (!query.includes(MARK) && !(file.endsWith(".test.ts") && isPublic(file))) return null;
      const found = projectFile(specifier, path);
      if (found === undefined) return null;
      if (isLibrary(found)) return { id: `${origin()}/lib/index.js`, external: true };
      return found.startsWith("test/") ? `${join(root, found)}?${MARK}` : null;
    },
  };
}
