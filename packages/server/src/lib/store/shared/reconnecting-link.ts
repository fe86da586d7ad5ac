const MIN_RETRY_MS = 100;
const MAX_RETRY_MS = 2_000;
const HEARTBEAT_MS = 15_000;
/** How long a link is kept after the last watch has gone. */
const LINGER_MS = 5_000;

/** One connection that brings notifications. */
export interface Link {
  /** Rejects where the connection is dead. */
  ping(): Promise<unknown>;
  close(broken: boolean): Promise<void> | void;
}

export interface KeptLinkOptions<L extends Link> {
  /** Connects; resolves once notifications arrive. `broken` is called when the connection has died. */
  readonly open: (broken: () => void) => Promise<L>;
  /** The connection came back: what was notified in between was missed. */
  readonly onReconnect: () => void;
}

/** Keeps one link as long as it is wanted, notices when it dies, and makes it anew. */
export class KeptLink<L extends Link> {
  readonly #options: KeptLinkOptions<L>;
  #wanted = false;
  #missed = false;
  #link: L | undefined;
  #attempt: Promise<L> | undefined;
  #delay = MIN_RETRY_MS;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #linger: ReturnType<typeof setTimeout> | undefined;
  #heartbeat: ReturnType<typeof setInterval> | undefined;

  constructor(options: KeptLinkOptions<L>) {
    this.#options = options;
  }

  /** The link as it is now, if it is. */
  get current(): L | undefined {
    return this.#link;
  }

  /** Resolves once notifications arrive; rejects where the other side cannot be reached now. */
  async open(): Promise<L> {
    this.#wanted = true;
    clearTimeout(this.#linger);
    if (this.#link) return this.#link;
    clearTimeout(this.#retry);
    this.#attempt ??= this.#connect().finally(() => {
      this.#attempt = undefined;
    });
    return this.#attempt;
  }

  /** Nobody wants it any more: it is closed in a while. */
  idle(): void {
    clearTimeout(this.#linger);
    this.#linger = setTimeout(() => void this.close(), LINGER_MS);
    this.#linger.unref?.();
  }

  async close(): Promise<void> {
    this.#wanted = false;
    clearTimeout(this.#linger);
    clearTimeout(this.#retry);
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
        throw new Error("The connection for notifications broke");
      }
    } catch (error) {
      this.#again();
      throw error;
    }
    this.#link = link;
    this.#delay = MIN_RETRY_MS;
    this.#heartbeat = setInterval(() => void this.#beat(), HEARTBEAT_MS);
    this.#heartbeat.unref?.();
    if (this.#missed) {
      this.#missed = false;
      this.#options.onReconnect();
    }
    return link;
  }

  /** A connection that died silently is noticed by asking. */
  async #beat(): Promise<void> {
    const link = this.#link;
    const dead = () => {
      if (link && this.#link === link) this.#drop();
    };
    const late = setTimeout(dead, HEARTBEAT_MS * 0.8);
    late.unref?.();
    await link?.ping().catch(dead);
    clearTimeout(late);
  }

  #drop(): void {
    void this.#forget()?.close(true);
    this.#again();
  }

  #forget(): L | undefined {
    const link = this.#link;
    this.#link = undefined;
    clearInterval(this.#heartbeat);
    return link;
  }

  #again(): void {
    this.#missed = true;
    if (!this.#wanted) return;
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => void this.open().catch(() => {}), this.#delay);
    this.#delay = Math.min(this.#delay * 2, MAX_RETRY_MS);
  }
}
