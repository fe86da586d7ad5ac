import { byteLength } from "../text/utf8.ts";
import type { Driver, Source, TransportWrapper } from "../types.ts";
import { createChannel } from "./channel.ts";
import { createFeeder, type Feeder } from "./feeder.ts";
import { followTabs } from "./follow.ts";

/** Whom to share with. */
export interface TabsOptions {
  /**
   * Who is logged in: a user's id, or whatever else tells one reader's tabs from another's. Tabs of
   * the same origin and the same scope share; all others get nothing.
   */
  readonly scope: string;
  /**
   * How long a driving tab may say nothing before it is asked whether it lives, and how long it has
   * to answer, in ms. Default 1,500.
   */
  readonly patience?: number;
}

/**
 * The tab that drives a stream feeds the other tabs of the same browser that show it, token by
 * token, by `BroadcastChannel`. A tab that is fed holds no connection of its own; when the driving
 * tab closes or freezes, it goes on from the server. Without `BroadcastChannel`, or where the browser
 * forbids it, every tab reads for itself.
 * @throws TypeError where `scope` is no string, or empty
 * @example createStreamClient({ url: "/api/streams", share: tabs({ scope: user.id }) })
 */
export function tabs({ scope, patience = 1500 }: TabsOptions): TransportWrapper {
  if (typeof scope !== "string" || !scope) {
    throw new TypeError("tabs: `scope` must be a string that tells one user from another.");
  }
  if (typeof BroadcastChannel === "undefined") return (transports) => transports;
  const channel = createChannel(scope);
  /** The streams that this tab drives. */
  const feeders = new Map<string, Feeder>();

  const feeding = (driver: Driver): Driver => ({
    claims: driver.claims,
    drive(request, sink) {
      const { id, platform, signal } = request;
      let feeder: Feeder | undefined;
      const stop = () => feeder?.stop();
      driver.drive(request, {
        open() {
          const mine = createFeeder(channel, id, platform, () => {
            if (feeders.get(id) === mine) feeders.delete(id);
            signal.removeEventListener("abort", stop);
          });
          feeder = mine;
          feeders.set(id, mine);
          signal.addEventListener("abort", stop);
          sink.open();
        },
        text(delta, bytes = byteLength(delta)) {
          sink.text(delta, bytes);
          feeder?.text(delta, bytes);
        },
        taken: sink.taken,
        error(error) {
          stop();
          sink.error(error);
        },
        end() {
          // The client asks for evidence next: the siblings are to have it too, if it comes soon.
          signal.removeEventListener("abort", stop);
          feeder?.end();
          platform.after(patience, stop);
          sink.end();
        },
      });
    },
  });

  const fed = (source: Source): Source => ({
    follow(request, sink) {
      // Whoever follows drives no more.
      feeders.get(request.id)?.stop();
      followTabs(channel, source, request, sink, patience);
    },
    read:
      source.read &&
      (async (request) => {
        const update = await source.read!(request);
        feeders.get(request.id)?.evidence(update);
        return update;
      }),
  });

  return ({ drive, source }) => ({ drive: feeding(drive), source: fed(source) });
}
