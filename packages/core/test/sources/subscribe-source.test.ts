import { expect, test, vi } from "vitest";
import { subscribeSource, type Unsubscribe } from "../../src/lib/sources/subscribe-source.ts";
import type { StreamUpdate } from "../../src/lib/text/body.ts";
import type { SourceSink } from "../../src/lib/types.ts";
import { requestOf } from "./recorder.ts";

/** Follows a subscription that goes on reporting after it was ended. */
function follow(unsubscribed?: Promise<Unsubscribe>) {
  const leave = new AbortController();
  const unsubscribe = vi.fn();
  const heard = { next: vi.fn(), error: vi.fn(), end: vi.fn() };
  let subscription!: SourceSink;
  const source = subscribeSource((_id, sink) => {
    subscription = sink;
    return unsubscribed ?? unsubscribe;
  });
  source.follow(requestOf({ id: "one", signal: leave.signal }), heard);
  /** The subscription reports all that it could. */
  const insist = () => {
    subscription.next({ text: "more", status: "streaming" });
    subscription.error(new Error("broken"));
    subscription.end();
  };
  const calls = () => Object.values(heard).map(({ mock }) => mock.calls.length);
  return { leave, unsubscribe, heard, subscription, insist, calls };
}

test("reports nothing once its reader has left, if its subscription goes on reporting", () => {
  const { leave, unsubscribe, insist, calls } = follow();
  leave.abort();
  insist();
  expect(calls()).toEqual([0, 0, 0]);
  expect(unsubscribe).toHaveBeenCalledOnce();
});

test.each<[string, (sink: SourceSink) => void, number[]]>([
  ["a terminal status", (sink) => sink.next({ text: "all", status: "done" }), [1, 0, 0]],
  ["an error", (sink) => sink.error(new Error("away")), [0, 1, 0]],
  ["an end", (sink) => sink.end(), [0, 0, 1]],
])("after %s it reports nothing more, and has unsubscribed once", (_, say, once) => {
  const { leave, unsubscribe, subscription, insist, calls } = follow();
  say(subscription);
  insist();
  leave.abort();
  expect(calls()).toEqual(once);
  expect(unsubscribe).toHaveBeenCalledOnce();
});

test("ends a subscription at once that is made after its reader has left", async () => {
  const late = vi.fn();
  let made!: (unsubscribe: Unsubscribe) => void;
  const { leave } = follow(
    new Promise((resolve) => {
      made = resolve;
    }),
  );
  leave.abort();
  made(late);
  await vi.waitFor(() => expect(late).toHaveBeenCalledOnce());
});

test("makes no subscription for a reader that has left already, and does not report one that fails then", async () => {
  const subscribe = vi.fn();
  const gone = new AbortController();
  gone.abort();
  subscribeSource(subscribe).follow(
    requestOf({ id: "one", signal: gone.signal }),
    {} as SourceSink,
  );
  expect(subscribe).not.toHaveBeenCalled();

  let fail!: (error: Error) => void;
  const failing = new Promise<Unsubscribe>((_, reject) => {
    fail = reject;
  });
  const { leave, calls } = follow(failing);
  leave.abort();
  fail(new Error("too late"));
  await failing.catch(() => {});
  expect(calls()).toEqual([0, 0, 0]);
});

test.each([
  [{ text: "a", status: "complete" }, /status "complete"/],
  [{ delta: 7, offset: 0 }, /neither a `text` nor a `delta`/],
  [null, /null, no object/],
])("an update of %j is an error, and ends the subscription", (update, message) => {
  const { unsubscribe, heard, subscription, calls } = follow();
  subscription.next(update as unknown as StreamUpdate);
  expect(calls()).toEqual([0, 1, 0]);
  expect(heard.error.mock.calls[0]![0]).toMatchObject({
    code: "protocol",
    message: expect.stringMatching(message),
  });
  expect(unsubscribe).toHaveBeenCalledOnce();
});

test("a function that returns no function to unsubscribe by is an error that says so", async () => {
  const error = vi.fn();
  const source = subscribeSource(() => ({ unsubscribe() {} }) as unknown as Unsubscribe);
  source.follow(requestOf({ id: "one" }), { next() {}, end() {}, error });
  await vi.waitFor(() => expect(error).toHaveBeenCalledOnce());
  expect(error.mock.calls[0]![0]).toMatchObject({
    code: "protocol",
    message: expect.stringMatching(/^subscribeSource: the function returned an object, but must/),
  });
});

test("what subscribes must be a function", () => {
  expect(() => subscribeSource({} as never)).toThrow(
    "subscribeSource takes a function, but was given an object.",
  );
});
