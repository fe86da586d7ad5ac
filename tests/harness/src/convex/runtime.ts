import type { GenericSchema, HttpRouter, SchemaDefinition } from "convex/server";
import { convexTest, type TestConvex } from "convex-test";
import { componentModules, type Modules, moduleNamed, preload } from "./modules.ts";

type Schema = SchemaDefinition<GenericSchema, boolean>;
type Backend = TestConvex<Schema>;

/** The running functions of an app and of the component. */
export interface Runtime {
  readonly backend: Backend;
  /** Calls the listener after each mutation of an HTTP action. */
  onWrite(listener: () => void): void;
}

// Convex's runtime answers 205 with an empty string as its body, which Node's `Response` rejects.
class RuntimeResponse extends Response {
  constructor(body?: BodyInit | null, init?: ResponseInit) {
    super([101, 204, 205, 304].includes(init?.status ?? 200) ? null : body, init);
  }
}

interface ActionContext {
  runMutation(...args: unknown[]): Promise<unknown>;
}
type Handler = (context: ActionContext, request: Request) => Promise<Response>;

/** Wraps the app's router. Its actions report their writes and have the runtime's `Response`. */
function observed(router: HttpRouter, wrote: () => void): Pick<HttpRouter, "lookup"> {
  return {
    lookup(...where) {
      const found = router.lookup(...where);
      if (!found) return found;
      const [action, ...rest] = found;
      const { _handler: handler } = action as unknown as { _handler: Handler };
      const wrapped: Handler = (context, request) => {
        globalThis.Response = RuntimeResponse;
        const runMutation = async (...args: unknown[]) => {
          const result = await context.runMutation(...args);
          wrote();
          return result;
        };
        return handler({ ...context, runMutation }, request);
      };
      return [Object.assign(wrapped, { isHttp: true }) as unknown as typeof action, ...rest];
    },
  };
}

/** Loads an app's `convex/` modules, with the persistent text streaming component registered. */
export async function startRuntime(app: Modules): Promise<Runtime> {
  const modules = await preload(app);
  const listeners: (() => void)[] = [];
  const wrote = () => {
    for (const listener of listeners) listener();
  };
  const schema = (await moduleNamed(modules, "schema"))?.default as Schema | undefined;
  const http = (await moduleNamed(modules, "http"))?.default as HttpRouter | undefined;
  if (!schema || !http)
    throw new Error(
      "The app's convex/ folder has no schema.ts or no http.ts. Add the missing one.",
    );

  const withHttp = Object.fromEntries(
    Object.entries(modules).map(([path, load]) => [
      path,
      /\/http\.[jt]s$/.test(path) ? async () => ({ default: observed(http, wrote) }) : load,
    ]),
  );
  const backend = convexTest(schema, withHttp);
  const component = await preload(componentModules());
  const componentSchema = (await moduleNamed(component, "schema"))?.default as Schema;
  backend.registerComponent("persistentTextStreaming", componentSchema, component);
  return { backend, onWrite: (listener) => listeners.push(listener) };
}
