// A document for React in Node. Import it before React.
import { Window } from "happy-dom";

const window = new Window();
Object.assign(globalThis, { window, document: window.document });
