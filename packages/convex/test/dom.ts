// A document for React in Node, where fetch, streams and WebSocket stay Node's own.
import { Window } from "happy-dom";

const window = new Window({ url: "http://localhost/" });
Object.assign(globalThis, { window, document: window.document });
