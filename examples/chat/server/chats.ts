/** One conversation. */
export interface Conversation {
  readonly id: string;
  /** The session that began it. */
  readonly owner: string;
  /** What it is about; empty until something was asked. */
  readonly title: string;
  /** Whether whoever has the link may read it. */
  readonly shared: boolean;
}

/** A question, and the stream of its answer. */
export interface Turn {
  readonly id: string;
  readonly prompt: string;
  readonly stream: string;
}

/** Where conversations are kept. The answers' texts are not here: they are streams. */
export interface Chats {
  /** A session's conversations in which something was asked, the newest first. */
  list(owner: string): Promise<Conversation[]>;
  create(conversation: Conversation): Promise<void>;
  find(id: string): Promise<Conversation | undefined>;
  /** The conversation that a stream's answer belongs to. */
  findByStream(stream: string): Promise<Conversation | undefined>;
  update(id: string, change: Partial<Pick<Conversation, "title" | "shared">>): Promise<void>;
  /** The turns of a conversation, in order. */
  turns(conversation: string): Promise<Turn[]>;
  addTurn(conversation: string, turn: Turn): Promise<void>;
  /** Gives a turn another answer. */
  replaceStream(conversation: string, turn: Turn, stream: string): Promise<void>;
  /** Takes every turn out of a conversation. */
  clear(conversation: string): Promise<void>;
  close(): Promise<void>;
}
