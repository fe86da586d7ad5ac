import { check, FROM_1, shown } from "../options/check.ts";
import { byteLength } from "../text/utf8.ts";
import type { Driver, Source, TransportWrapper } from "../types.ts";
import { type Broadcaster, createBroadcaster } from "./broadcaster.ts";
import { followDrivingTab } from "./follow-driving-tab.ts";
import { createTabChannel } from "./tab-channel.ts";

/** Options of `tabs`. */
export interface TabsOptions {
  /**
   * Tells one user from another: the id of the user who is logged in, for instance. Tabs of the
   * same origin and the same scope share their streams; other tabs get nothing. Must not be empty.
   */
  readonly scope: string;
  /**
   * How long a driving tab may be silent before it is asked whether it lives, and then how long it
   * has to answer, in milliseconds. Default: 1,500.
   */
  readonly patienceMs?: number;
}

const DEFAULT_PATIENCE_MS = 1500;

/**
 * Shares streams between the tabs of one browser, by
 * [BroadcastChannel](https://html.spec.whatwg.org/multipage/web-messaging.html#broadcasting-to-other-browsing-contexts).
 * The tab that drives a stream sends its text, token by token, to the other tabs that show the
 * stream. These hold no connection of their own. If the driving tab closes or freezes, they go on
 * from the server. If there is no `BroadcastChannel`, or the browser forbids it, each tab reads for
 * itself.
 *
 * @param options which tabs share
 * @returns a wrapper, to be given to `createStreamClient` as `share`
 * @throws {TypeError} if `scope` is empty, or an option is unknown or wrong
 * @example
 * createStreamClient({ url: "/api/streams", share: tabs({ scope: user.id }) });
 */
export function tabs(options: TabsOptions): TransportWrapper {
  check("tabs", options, { scope: "a string", patienceMs: FROM_1 });
  const { scope, patienceMs = DEFAULT_PATIENCE_MS } = options;
  if (!scope) {
    throw new TypeError(
      `tabs: \`scope\` is ${shown(scope)}, but must tell one user from another: give the user's id.`,
    );
  }
  if (typeof BroadcastChannel === "undefined") return (transports) => transports;
  const channel = createTabChannel(scope);
  /** The streams that this tab drives, by id. */
  const broadcasters = new Map<string, Broadcaster>();

  const broadcasting = (driver: Driver): Driver => ({
    claims: driver.claims,
    creates: driver.creates,
    drive(request, sink) {
      const { id, platform, signal } = request;
      let broadcaster: Broadcaster | undefined;
      const stop = () => broadcaster?.stop();
      driver.drive(request, {
        open() {
          const own = createBroadcaster(channel, id, platform, () => {
            if (broadcasters.get(id) === own) broadcasters.delete(id);
            signal.removeEventListener("abort", stop);
          });
          broadcaster = own;
          broadcasters.set(id, own);
          signal.addEventListener("abort", stop);
          sink.open();
        },
        text(delta, bytes = byteLength(delta)) {
          sink.text(delta, bytes);
          broadcaster?.text(delta, bytes);
        },
        taken: sink.taken,
        error(error) {
          stop();
          sink.error(error);
        },
        end() {
          // The client asks for evidence next. The siblings get it too, if it comes soon.
          signal.removeEventListener("abort", stop);
          broadcaster?.end();
          platform.after(patienceMs, stop);
          sink.end();
        },
      });
    },
  });

  const following = (source: Source): Source => {
    const { read } = source;
    return {
      follow(request, sink) {
        // A client that follows drives no more.
        broadcasters.get(request.id)?.stop();
        followDrivingTab(channel, source, request, sink, patienceMs);
      },
      read:
        read &&
        (async (request) => {
          const update = await read.call(source, request);
          broadcasters.get(request.id)?.evidence(update);
          return update;
        }),
    };
  };

  return ({ drive, source }) => ({ drive: broadcasting(drive), source: following(source) });
}
