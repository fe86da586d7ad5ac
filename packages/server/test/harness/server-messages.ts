import type { StoreAddress } from "./store-address.ts";

/** How a server's process is told what to serve. */
export interface ServerOptions {
  readonly address: StoreAddress;
  readonly leaseMs: number;
}

/** What it tells. */
export type ServerEvent =
  | { readonly event: "listening"; readonly url: string }
  | { readonly event: "generating" | "aborted" | "ended"; readonly id: string }
  /** The store has confirmed the text up to this byte. */
  | { readonly event: "confirmed"; readonly id: string; readonly length: number };

/** The n-th piece of every answer. */
export const piece = (n: number) => `${n}: é中😀 and so on. `;
