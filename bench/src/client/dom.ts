// A document for React in Node; to be imported before it.
import { Window } from "happy-dom";

const window = new Window();
Object.assign(globalThis, { window, document: window.document });
