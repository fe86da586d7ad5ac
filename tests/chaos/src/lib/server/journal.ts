import { writeSync } from "node:fs";
import { readFile } from "node:fs/promises";
import type { Store } from "@twinstream/server";
import {
  type AppendEvent,
  type ClaimEvent,
  type GeneratedEvent,
  now,
  type RenewEvent,
  type StoreCall,
} from "../history/history.ts";

type JournalEvent = AppendEvent | RenewEvent | ClaimEvent | GeneratedEvent;

/**
 * A server process' own record of its calls to the store and of their results. Each line is in the
 * file before the call continues, so that `kill -9` loses none of them.
 */
export class Journal {
  readonly #file: number;
  readonly #server: string;
  #calls = 0;

  /** @param file a descriptor that is open for appending */
  constructor(file: number, server: string) {
    this.#file = file;
    this.#server = server;
  }

  /** Records that the application's `generate` was entered. */
  generated(stream: string): void {
    this.#write({ kind: "generated", t: now(), server: this.#server, stream });
  }

  /** Returns the same store, but with every call of a producer recorded. */
  wrap(store: Store): Store {
    const server = this.#server;
    return {
      ...bound(store),
      claim: (stream, claim) =>
        this.#call(
          { kind: "claim", server, stream },
          () => store.claim(stream, claim),
          (result) => (result?.claimed ? "ok" : result ? "lost" : "gone"),
        ),
      renew: (stream, token, leaseMs) =>
        this.#call(
          { kind: "renew", server, stream },
          () => store.renew(stream, token, leaseMs),
          (lease) => lease.state,
        ),
      append: (stream, append) => {
        const { offset, bytes, close } = append;
        const event = { kind: "append", server, stream, offset, bytes: bytes.length };
        return this.#call(
          close ? { ...event, close: close.status } : event,
          () => store.append(stream, append),
          (lease) => lease.state,
        );
      },
    };
  }

  async #call<T>(
    event: object,
    carryOut: () => Promise<T>,
    outcomeOf: (result: T) => StoreCall["outcome"],
  ): Promise<T> {
    // A server that is started again continues in the same file.
    const call = `${process.pid}.${this.#calls++}`;
    this.#write({ call, ...event, t: now() });
    let outcome: StoreCall["outcome"] = "failed";
    try {
      const result = await carryOut();
      outcome = outcomeOf(result);
      return result;
    } finally {
      this.#write({ call, ended: now(), outcome });
    }
  }

  #write(line: object): void {
    writeSync(this.#file, `${JSON.stringify(line)}\n`);
  }
}

/** The store's methods, bound to it: a store may be an instance of a class. */
function bound(store: Store): Store {
  return {
    create: store.create.bind(store),
    claim: store.claim.bind(store),
    append: store.append.bind(store),
    renew: store.renew.bind(store),
    read: store.read.bind(store),
    status: store.status.bind(store),
    stop: store.stop.bind(store),
    delete: store.delete.bind(store),
    isDeleted: store.isDeleted.bind(store),
    sweep: store.sweep.bind(store),
    watch: store.watch.bind(store),
    close: store.close.bind(store),
  };
}

/** Reads the events of a journal. A call that was never answered has no outcome. */
export async function readJournal(path: string): Promise<JournalEvent[]> {
  const events: JournalEvent[] = [];
  const calls = new Map<string, number>();
  for (const line of (await readFile(path, "utf8")).split("\n")) {
    if (line === "") continue;
    const { call, ...event } = JSON.parse(line);
    const begun = calls.get(call);
    if (begun === undefined) {
      if (call !== undefined) calls.set(call, events.length);
      events.push(event);
    } else {
      events[begun] = { ...events[begun]!, ...event };
    }
  }
  return events;
}
