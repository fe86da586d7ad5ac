/** One conversation. */
export interface Conversation {
  readonly id: string;
  /** The session that started it. */
  readonly owner: string;
  /** Its first question, shortened. Empty before that. */
  readonly title: string;
  /** Whether everybody with the link may read it. */
  readonly shared: boolean;
}

/** A question, and the stream of its answer. */
export interface Turn {
  readonly id: string;
  readonly prompt: string;
  readonly stream: string;
}

/** Stores conversations, without the answers' texts: those are streams. */
export interface Chats {
  /** A session's conversations that have a question, newest first. */
  list(owner: string): Promise<Conversation[]>;
  create(conversation: Conversation): Promise<void>;
  find(id: string): Promise<Conversation | undefined>;
  /** The conversation that a stream's answer belongs to. */
  findByStream(stream: string): Promise<Conversation | undefined>;
  update(id: string, change: Partial<Pick<Conversation, "title" | "shared">>): Promise<void>;
  /** The turns of a conversation, in order. */
  turns(conversation: string): Promise<Turn[]>;
  addTurn(conversation: string, turn: Turn): Promise<void>;
  /** Replaces the answer of a turn. */
  replaceStream(conversation: string, turn: Turn, stream: string): Promise<void>;
  /** Removes all turns of a conversation. */
  clear(conversation: string): Promise<void>;
  close(): Promise<void>;
}
