// What a worker runs: bundled into one classic script without imports, which Node, browsers, Deno and Bun all take, from
// a string, a blob or a file. It is the package's "alternant/worker".
import { nodeBuiltin } from "../../node-builtins.js";
import { Lane } from "./lane.js";
import type { HostMessage, LaneMessage } from "./protocol.js";

interface WebPort {
  postMessage(message: LaneMessage): void;
  onmessage: ((event: { data: HostMessage }) => void) | null;
}

const node = nodeBuiltin("node:worker_threads")?.parentPort;
const web = globalThis as unknown as WebPort;
const lane = new Lane((message) => (node ?? web).postMessage(message));
if (node) node.on("message", (message: HostMessage) => lane.receive(message));
else web.onmessage = ({ data }) => lane.receive(data);
