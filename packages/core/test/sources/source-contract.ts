import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { StreamError } from "../../src/lib/errors.ts";
import type { Source } from "../../src/lib/types.ts";
import { record, requestOf, until } from "./recorder.ts";

/** A stream, and how a test writes it. */
export interface Writing {
  readonly id: string;
  /** Resolves when it is stored. */
  write(text: string): Promise<void>;
  end(status: "done" | "error" | "stopped", code?: string): Promise<void>;
}

/** A source, and the server behind it. */
export interface SourceFixture {
  readonly source: Source;
  /** The client's url, if the source has none of its own. */
  readonly url?: string;
  open(): Promise<Writing>;
  /** How many readers are connected, if the server counts them. */
  followers?(): number;
  close(): Promise<void>;
}

/** What a kind of source can do. */
export interface Traits {
  /** It knows `pending`, and other ends than `done`. */
  readonly statuses: boolean;
  /** It reads by `fetch`. */
  readonly fetches: boolean;
  /** It can start in the middle of a text that it has not read. If not, it reports from the start again. */
  readonly resumes: boolean;
  /** It reports as text comes in, and leaves it to the client to ignore what comes once its reader has left. */
  readonly live?: boolean;
}

const TEXT = [
  "\uFEFFOnce upon a time, ",
  " two leading spaces,\n\n\n",
  "three line feeds, 世界! ",
  "👩‍👩‍👧 e\u0301 \u{1F1E9}\u{1F1EA}",
  " مرحبا",
  "\n  indented\n",
  " ",
  "data: not an event\n\n",
  "\uFFFD was written so. ",
  "The end.\n",
];
const WHOLE = TEXT.join("");

/** Tests what every source does, with any server behind it. */
export function sourceContract(
  name: string,
  traits: Traits,
  make: () => Promise<SourceFixture>,
): void {
  describe(name, () => {
    let fixture: SourceFixture;
    beforeAll(async () => {
      fixture = await make();
    });
    afterAll(() => fixture?.close());

    const context = (writing: Writing) => ({ id: writing.id, url: fixture.url });

    async function written(end?: "done" | "error" | "stopped", code?: string) {
      const writing = await fixture.open();
      for (const piece of TEXT) await writing.write(piece);
      if (end) await writing.end(end, code);
      return writing;
    }

    test("follows a live stream to its end, exactly, as it is written", async () => {
      const writing = await fixture.open();
      const recording = record(fixture.source, context(writing));
      let text = "";
      for (const piece of TEXT) {
        await writing.write(piece);
        text += piece;
        await recording.shows(text);
      }
      await writing.end("done");
      await recording.over();
      expect(recording).toMatchObject({ text: WHOLE, status: "done", errors: [], faults: [] });
      recording.abort();
    });

    test("reads a finished stream", async () => {
      const recording = record(fixture.source, context(await written("done")));
      await recording.over();
      expect(recording).toMatchObject({ text: WHOLE, status: "done", errors: [], faults: [] });
    });

    test("goes on from any character, live and finished", async () => {
      const writing = await written();
      let shown = "";
      const recordings = Array.from(WHOLE, (character, index) => {
        shown += character;
        return index % 9 === 0 ? record(fixture.source, context(writing), shown) : undefined;
      }).filter((recording) => recording !== undefined);
      for (const recording of recordings) await recording.shows(WHOLE);
      await writing.end("done");
      for (const recording of recordings) {
        await recording.over();
        expect(recording).toMatchObject({ text: WHOLE, status: "done", errors: [], faults: [] });
        recording.abort();
      }
    });

    test("goes on from the very end, and reports no text again", async () => {
      const recording = record(fixture.source, context(await written("done")), WHOLE);
      await recording.over();
      expect(recording).toMatchObject({ text: WHOLE, status: "done", errors: [], faults: [] });
      if (traits.resumes) {
        const again = recording.updates.map((update) => ("delta" in update ? update.delta : ""));
        expect(again.join("")).toBe("");
      }
    });

    test("goes on from the place that an earlier attempt had reached", async () => {
      const writing = await fixture.open();
      const first = record(fixture.source, context(writing));
      await writing.write(TEXT[0]!);
      await first.shows(TEXT[0]!);
      first.abort();
      for (const piece of TEXT.slice(1)) await writing.write(piece);
      await writing.end("done");
      const second = record(fixture.source, context(writing), first.text);
      await second.over();
      expect(second).toMatchObject({ text: WHOLE, status: "done", errors: [], faults: [] });
      expect(first.faults).toEqual([]);
    });

    test("reports nothing once its reader has left, and holds no connection", async () => {
      const writing = await fixture.open();
      const recording = record(fixture.source, context(writing));
      await writing.write(TEXT[0]!);
      await recording.shows(TEXT[0]!);
      recording.abort();
      const { followers } = fixture;
      if (followers) await until(() => followers() === 0);
      const heard = recording.updates.length;
      await writing.write(TEXT[1]!);
      await writing.end("done");
      // Another reader has seen the end, so the first could have seen it too.
      const other = record(fixture.source, context(writing));
      await other.over();
      expect(recording.updates.length).toBe(heard);
      expect(recording.errors).toEqual([]);
      expect(recording.ended).toBe(false);
      expect(recording.faults).toEqual([]);
      if (!traits.live) expect(recording.late).toEqual([]);
    });

    if (traits.fetches && !traits.live) {
      test.each([1, 2, 3])(
        "reports nothing of answer %i, if its reader leaves as it comes in",
        async (last) => {
          const writing = await written("done");
          let answers = 0;
          const leaver = record(fixture.source, {
            ...context(writing),
            fetch: async (input, init) => {
              const response = await fetch(input, init);
              // All of it is there when the reader leaves, and is still to be read.
              const bytes = response.status === 304 ? null : await response.arrayBuffer();
              if (++answers === last) leaver.abort();
              return new Response(bytes, response);
            },
          });
          await until(() => answers === last || leaver.status === "done");
          // A reader that came after it has seen the end, so it could have seen it too.
          const other = record(fixture.source, context(writing));
          await other.over();
          expect(leaver).toMatchObject({ faults: [], errors: [], late: [] });
          if (last === 1) expect(leaver.updates).toEqual([]);
        },
      );
    }

    test("reports the same to many readers of one stream", async () => {
      const writing = await fixture.open();
      const recordings = Array.from({ length: 4 }, () => record(fixture.source, context(writing)));
      for (const piece of TEXT) await writing.write(piece);
      await writing.end("done");
      for (const recording of recordings) {
        await recording.over();
        expect(recording).toMatchObject({ text: WHOLE, status: "done", errors: [], faults: [] });
      }
    });

    if (traits.statuses) {
      test.each([
        ["error", "generation"],
        ["stopped", undefined],
      ] as const)("reports %s, not done", async (status, code) => {
        const recording = record(fixture.source, context(await written(status, code)));
        await recording.over();
        expect(recording).toMatchObject({ text: WHOLE, status, code, errors: [], faults: [] });
      });

      test("reports that a stream is pending, then done", async () => {
        const writing = await fixture.open();
        const recording = record(fixture.source, context(writing));
        await until(() => recording.status === "pending");
        await writing.write(TEXT[0]!);
        await recording.shows(TEXT[0]!);
        expect(recording.faults).toEqual([]);
        await writing.end("done");
        await recording.over();
        expect(recording).toMatchObject({ text: TEXT[0], status: "done", errors: [], faults: [] });
      });
    }

    test("read() returns what is missing and the status, once", async () => {
      const { source } = fixture;
      if (!source.read) return;
      const writing = await written();
      const bytes = Buffer.byteLength(TEXT.slice(0, 3).join(""));
      const ask = async (offset: number) => {
        const update = await source.read!(requestOf({ ...context(writing), offset }));
        const from = "delta" in update ? update.offset : 0;
        const text = "delta" in update ? update.delta : update.text;
        expect(from).toBeLessThanOrEqual(offset);
        expect(text).toBe(Buffer.from(WHOLE).subarray(from).toString());
        return update.status;
      };
      expect(await ask(0)).toBe("streaming");
      expect(await ask(bytes)).toBe("streaming");
      await writing.end("done");
      expect(await ask(0)).toBe("done");
      expect(await ask(bytes)).toBe("done");
      expect(await ask(Buffer.byteLength(WHOLE))).toBe("done");
    });

    if (traits.fetches) {
      test.each([
        [401, "unauthorized"],
        [404, "not_found"],
        [429, "server"],
        [503, "server"],
      ])("turns an answer of %i into the error %s, and ends the attempt", async (status, code) => {
        const recording = record(fixture.source, {
          ...context(await written("done")),
          fetch: async () => new Response("no", { status, headers: { "retry-after": "7" } }),
        });
        await recording.over();
        const [error] = recording.errors;
        expect(error).toBeInstanceOf(StreamError);
        expect(error).toMatchObject({ code, retryAfterMs: 7000 });
        expect(recording.faults).toEqual([]);
      });

      test("turns a network that fails, or breaks in mid-answer, into an error or an end, never a status", async () => {
        const writing = await written("done");
        const down = record(fixture.source, {
          ...context(writing),
          fetch: () => Promise.reject(new TypeError("fetch failed")),
        });
        await down.over();
        expect(down.errors).toHaveLength(1);

        const cut = record(fixture.source, { ...context(writing), fetch: cutting(12) });
        await cut.over();
        expect(cut.errors).toHaveLength(1);
        expect(cut.status === undefined || cut.status === "streaming").toBe(true);
        expect(cut.faults).toEqual([]);
      });

      test("asks for the headers anew for each request", async () => {
        const sent: (string | null)[] = [];
        let asked = 0;
        const writing = await written("done");
        for (let round = 0; round < 2; round++) {
          const recording = record(fixture.source, {
            ...context(writing),
            headers: async () => new Headers({ authorization: `Bearer ${++asked}` }),
            fetch: (input, init) => {
              sent.push(new Headers(init?.headers).get("authorization"));
              return fetch(input, init);
            },
          });
          await recording.over();
        }
        expect(sent.length).toBeGreaterThanOrEqual(2);
        expect(sent).toEqual(sent.map((_, index) => `Bearer ${index + 1}`));
      });
    }
  });
}

/** A fetch whose answers break off after `bytes`. */
function cutting(bytes: number): typeof fetch {
  return async (input, init) => {
    const response = await fetch(input, init);
    let left = bytes;
    const body = response.body?.pipeThrough(
      new TransformStream<Uint8Array, Uint8Array>({
        transform(chunk, controller) {
          controller.enqueue(chunk.subarray(0, left));
          left -= chunk.length;
          if (left <= 0) controller.error(new TypeError("terminated"));
        },
      }),
    );
    return new Response(body, response);
  };
}
