import type { StoreAddress } from "./store-address.ts";

/** What a server's process is to serve. */
export interface ServerOptions {
  readonly address: StoreAddress;
  readonly leaseMs: number;
}

/** What it reports. */
export type ServerEvent =
  | { readonly event: "listening"; readonly url: string }
  | { readonly event: "generating" | "aborted" | "ended"; readonly id: string }
  /** The store has confirmed the text up to this byte. */
  | { readonly event: "confirmed"; readonly id: string; readonly length: number };

/** The n-th piece of every answer. */
export const piece = (n: number) => `${n}: é中😀 and so on. `;
