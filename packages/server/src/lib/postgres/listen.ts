import type { PostgresClient, PostgresPool } from "./shape.ts";

const MIN_RETRY_MS = 100;
const MAX_RETRY_MS = 2_000;
const HEARTBEAT_MS = 15_000;
/** How long the connection is kept after the last watch has gone. */
const LINGER_MS = 5_000;

export interface ListenerOptions {
  readonly pool: PostgresPool;
  readonly channel: string;
  readonly onPayload: (payload: string) => void;
  /** The connection came back: what was notified in between was missed. */
  readonly onReconnect: () => void;
}

/** One connection that is kept for LISTEN as long as somebody watches, and made anew when it breaks. */
export class Listener {
  readonly #options: ListenerOptions;
  #wanted = false;
  #missed = false;
  #client: PostgresClient | undefined;
  #listening = false;
  #attempt: Promise<void> | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #linger: ReturnType<typeof setTimeout> | undefined;
  #heartbeat: ReturnType<typeof setInterval> | undefined;
  #delay = MIN_RETRY_MS;

  constructor(options: ListenerOptions) {
    this.#options = options;
  }

  /** Resolves once notifications arrive; rejects where the database cannot be reached now. */
  async open(): Promise<void> {
    this.#wanted = true;
    clearTimeout(this.#linger);
    if (this.#listening) return;
    clearTimeout(this.#retry);
    this.#attempt ??= this.#connect().finally(() => {
      this.#attempt = undefined;
    });
    await this.#attempt;
  }

  /** Nobody watches any more: the connection goes back to the pool in a while. */
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
    const client = this.#client;
    if (!client || this.#wanted) return;
    const clean = await client.query(`unlisten "${this.#options.channel}"`).then(
      () => true,
      () => false,
    );
    if (this.#client !== client) return;
    if (this.#wanted) this.#drop(true);
    else this.#drop(!clean);
  }

  async #connect(): Promise<void> {
    const { pool, channel, onReconnect } = this.#options;
    try {
      const client = await pool.connect();
      this.#client = client;
      client.on("notification", this.#notified);
      client.on("error", this.#broke);
      client.on("end", this.#broke);
      await client.query(`listen "${channel}"`);
      if (this.#client !== client) throw new Error("The connection for LISTEN broke");
      this.#listening = true;
      this.#heartbeat = setInterval(() => void this.#beat(client), HEARTBEAT_MS);
      this.#heartbeat.unref?.();
    } catch (error) {
      this.#drop(true);
      throw error;
    }
    this.#delay = MIN_RETRY_MS;
    if (!this.#missed) return;
    this.#missed = false;
    onReconnect();
  }

  readonly #notified = (message: { channel: string; payload?: string }): void => {
    if (message.channel === this.#options.channel) this.#options.onPayload(message.payload ?? "");
  };

  readonly #broke = (): void => this.#drop(true);

  /** A connection that died silently is noticed by asking. */
  async #beat(client: PostgresClient): Promise<void> {
    const dead = () => {
      if (this.#client === client) this.#drop(true);
    };
    const late = setTimeout(dead, HEARTBEAT_MS * 0.8);
    late.unref?.();
    await client.query("select 1").catch(dead);
    clearTimeout(late);
  }

  /** Lets the connection go; where it broke, and is still wanted, another is made. */
  #drop(broken: boolean): void {
    const client = this.#client;
    this.#client = undefined;
    this.#listening = false;
    clearInterval(this.#heartbeat);
    if (client) {
      client.removeListener("notification", this.#notified);
      client.removeListener("end", this.#broke);
      // An error that nobody listens to would end the process: one may still come of a broken connection.
      if (broken) client.on("error", () => {});
      client.removeListener("error", this.#broke);
      client.release(broken);
    }
    if (!broken) return;
    this.#missed = true;
    if (!this.#wanted) return;
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.open().catch(() => {}), this.#delay);
    this.#delay = Math.min(this.#delay * 2, MAX_RETRY_MS);
  }
}
