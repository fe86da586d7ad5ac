import { randomUUID } from "node:crypto";
import { expect, vi } from "vitest";
import type { ClaimResult, LeaseResult, NewStream, Store } from "../../../src/lib/options/store.ts";
import type { StreamEnd } from "../../../src/lib/options/stream-end.ts";

/** Opens two stores on fresh data. */
export type OpenStores = () => Promise<readonly [Store, Store]>;

/** Two stores on the same data, and the steps that the contract's cases share. */
export interface Fixture {
  readonly store: Store;
  readonly peer: Store;
  readonly both: readonly [Store, Store];
  /** How long to wait for a result. */
  readonly patience: { timeout: number; interval: number };
  /** Creates a stream. */
  created(): Promise<string>;
  /** Claims a stream with a token that no other claim has. */
  claim(
    store: Store,
    id: string,
    leaseMs?: number,
    create?: NewStream,
  ): Promise<ClaimResult | undefined>;
  /** Claims a stream, and returns the token. */
  claimed(id: string): Promise<string>;
  /** Creates and claims one. */
  streaming(leaseMs?: number): Promise<{ id: string; token: string }>;
  append(
    store: Store,
    id: string,
    token: string,
    offset: number,
    text: string,
    close?: StreamEnd,
    leaseMs?: number,
  ): Promise<LeaseResult>;
  /** Appends the pieces one after another, from offset 0 on, and then closes. Fails unless each is ok. */
  appendAll(
    id: string,
    token: string,
    pieces: readonly string[],
    close?: StreamEnd,
    store?: Store,
  ): Promise<void>;
  /** Reads the whole text. */
  text(store: Store, id: string): Promise<string>;
  /** Waits until the stream has the status. */
  until(store: Store, id: string, status: string): Promise<void>;
  /** Reads until the stream has ended, and only when woken. */
  follow(store: Store, id: string): Promise<string>;
  /** Runs `count` steps at once, on both stores in turn. */
  race<T>(count: number, step: (store: Store, n: number) => Promise<T>): Promise<T[]>;
  close(): Promise<void>;
}

const LEASE = 60_000;
const PAGE = 64 * 1024;

export async function createFixture(open: OpenStores): Promise<Fixture> {
  const stores = await open();
  const [store, peer] = stores;
  const patience = { timeout: 15_000, interval: 10 };

  const fixture: Fixture = {
    store,
    peer,
    both: stores,
    patience,
    async created() {
      const id = randomUUID();
      expect(await store.create(id, { pendingMs: LEASE })).toBe(true);
      return id;
    },
    claim: (store, id, leaseMs = LEASE, create) =>
      store.claim(id, { token: randomUUID(), leaseMs, create }),
    async claimed(id) {
      const token = randomUUID();
      const claim = await store.claim(id, { token, leaseMs: LEASE });
      if (!claim?.claimed) throw new Error(`not claimed: ${JSON.stringify(claim)}`);
      return token;
    },
    async streaming(leaseMs = LEASE) {
      const id = await fixture.created();
      const token = randomUUID();
      const claim = await store.claim(id, { token, leaseMs });
      if (!claim?.claimed) throw new Error(`not claimed: ${JSON.stringify(claim)}`);
      return { id, token };
    },
    append(store, id, token, offset, text, close, leaseMs = LEASE) {
      return store.append(id, {
        token,
        offset,
        bytes: new TextEncoder().encode(text),
        leaseMs,
        close,
      });
    },
    async appendAll(id, token, pieces, close, on = store) {
      let offset = 0;
      for (const [n, piece] of pieces.entries()) {
        const last = n === pieces.length - 1;
        const result = await fixture.append(on, id, token, offset, piece, last ? close : undefined);
        expect(result).toEqual({ state: "ok", stopRequested: false });
        offset += Buffer.byteLength(piece);
      }
    },
    async text(store, id) {
      const chunks: Uint8Array[] = [];
      for (let offset = 0; ; ) {
        const page = await store.read(id, offset, PAGE);
        if (!page) throw new Error("the stream is gone");
        if (page.bytes.length === 0) break;
        chunks.push(page.bytes);
        offset += page.bytes.length;
      }
      return Buffer.concat(chunks).toString("utf8");
    },
    async until(store, id, status) {
      await vi.waitFor(async () => expect((await store.status(id))?.status).toBe(status), patience);
    },
    async follow(store, id) {
      const chunks: Uint8Array[] = [];
      let offset = 0;
      let wake = () => {};
      let woken = new Promise<void>((resolve) => {
        wake = resolve;
      });
      const unwatch = await store.watch(id, () => wake());
      try {
        for (;;) {
          const page = await store.read(id, offset, PAGE);
          if (!page) throw new Error("the stream is gone");
          chunks.push(page.bytes);
          offset += page.bytes.length;
          if (page.status !== "streaming") return Buffer.concat(chunks).toString("utf8");
          await woken;
          woken = new Promise((resolve) => {
            wake = resolve;
          });
        }
      } finally {
        unwatch();
      }
    },
    race: (count, step) =>
      Promise.all(Array.from({ length: count }, (_, n) => step(n % 2 === 0 ? store : peer, n))),
    async close() {
      await Promise.all([store.close(), peer.close()]);
    },
  };
  return fixture;
}
