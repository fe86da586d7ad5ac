import { retry } from "../../util/retry.ts";
import { sleep } from "../../util/sleep.ts";
import { timeout } from "../../util/timeout.ts";

/** The pause before the first attempt to reconnect. It doubles with each attempt, up to the maximum. */
const MIN_PAUSE_MS = 100;
const MAX_PAUSE_MS = 2_000;
const HEARTBEAT_MS = 15_000;
const PING_TIMEOUT_MS = 12_000;
/** How long a link stays open after the last watch has ended. */
const LINGER_MS = 5_000;

/** A connection that delivers notifications. */
export interface Link {
  /** Rejects if the connection is dead. */
  ping(): Promise<unknown>;
  close(broken: boolean): Promise<void> | void;
}

export interface ReconnectingLinkOptions<L extends Link> {
  /** Connects; resolves once notifications arrive. It calls `broken` when the connection has died. */
  readonly open: (broken: () => void) => Promise<L>;
  /** Called when the connection is back: notifications in between were missed. */
  readonly onReconnect: () => void;
}

/** Keeps a link open while it is wanted: it notices when the link dies, and connects again. */
export class ReconnectingLink<L extends Link> {
  readonly #options: ReconnectingLinkOptions<L>;
  #wanted = false;
  /** Whether notifications may have been missed since the last connection. */
  #missed = false;
  #link: L | undefined;
  /** The attempt to connect that is under way; everyone who opens meanwhile shares it. */
  #attempt: Promise<L> | undefined;
  /** Ends the attempts to reconnect in the background. */
  #reconnecting: AbortController | undefined;
  #linger: ReturnType<typeof setTimeout> | undefined;
  #heartbeat: ReturnType<typeof setInterval> | undefined;

  constructor(options: ReconnectingLinkOptions<L>) {
    this.#options = options;
  }

  /** The link, if it is connected now. */
  get current(): L | undefined {
    return this.#link;
  }

  /** Resolves once notifications arrive. Rejects if the server cannot be reached now; attempts go on. */
  async open(): Promise<L> {
    this.#wanted = true;
    clearTimeout(this.#linger);
    if (this.#link) return this.#link;
    this.#attempt ??= this.#connect().finally(() => {
      this.#attempt = undefined;
    });
    return this.#attempt;
  }

  /** Closes the link in a while, unless it is opened again. */
  idle(): void {
    clearTimeout(this.#linger);
    this.#linger = setTimeout(() => void this.close(), LINGER_MS);
    this.#linger.unref?.();
  }

  async close(): Promise<void> {
    this.#wanted = false;
    clearTimeout(this.#linger);
    this.#reconnecting?.abort();
    this.#reconnecting = undefined;
    await this.#attempt?.catch(() => {});
    if (this.#wanted) return;
    await this.#forget()?.close(false);
  }

  async #connect(): Promise<L> {
    let dead = false;
    let link: L | undefined;
    const broken = () => {
      dead = true;
      if (link && this.#link === link) this.#drop();
    };
    try {
      link = await this.#options.open(broken);
      if (dead) {
        await link.close(true);
        throw new Error("The connection for notifications broke as soon as it was opened.");
      }
    } catch (error) {
      void this.#reconnect();
      throw error;
    }
    this.#link = link;
    this.#heartbeat = setInterval(() => void this.#beat(), HEARTBEAT_MS);
    this.#heartbeat.unref?.();
    if (this.#missed) {
      this.#missed = false;
      this.#options.onReconnect();
    }
    return link;
  }

  /** Pings the server: a connection may die without an event. */
  async #beat(): Promise<void> {
    const link = this.#link;
    if (!link) return;
    const answered = link.ping().then(
      () => true,
      () => false,
    );
    const alive = await timeout(PING_TIMEOUT_MS, answered);
    if (!alive && this.#link === link) this.#drop();
  }

  #drop(): void {
    void this.#forget()?.close(true);
    void this.#reconnect();
  }

  #forget(): L | undefined {
    const link = this.#link;
    this.#link = undefined;
    clearInterval(this.#heartbeat);
    return link;
  }

  /** Connects in the background, as often as it takes. */
  async #reconnect(): Promise<void> {
    this.#missed = true;
    if (!this.#wanted || this.#reconnecting) return;
    const reconnecting = new AbortController();
    this.#reconnecting = reconnecting;
    const { signal } = reconnecting;
    const open = () => this.open();
    await sleep(MIN_PAUSE_MS, signal);
    if (signal.aborted) return;
    try {
      const backoff = { minMs: 2 * MIN_PAUSE_MS, maxMs: MAX_PAUSE_MS };
      await retry(open, { ...backoff, signal, again: () => true });
    } catch {
      // The link was closed meanwhile.
    } finally {
      if (this.#reconnecting === reconnecting) this.#reconnecting = undefined;
    }
  }
}
