// What the tests of the server's answers share.
import { expect } from "vitest";
import type { StreamServerOptions } from "../../src/index.ts";
import type { Fixture } from "./fixture.ts";

/** An id that nobody made. */
export const UNKNOWN = "a".repeat(22);

/** A generation that says all at once. */
export const instant: Pick<StreamServerOptions, "generate"> = {
  generate: ({ append }) => void append("aé中😀"),
};

/** The code of a JSON error, which has no more than a code and a message. */
export async function codeOf(response: Response): Promise<string> {
  const { error, ...more } = (await response.json()) as {
    error: { code: string; message: string };
  };
  expect(more).toEqual({});
  expect(Object.keys(error)).toEqual(["code", "message"]);
  expect(error.message).not.toMatch(/\bat .*:\d+/);
  return error.code;
}

/** The id of a stream that is done. */
export async function finished(fixture: Fixture): Promise<string> {
  const id = await fixture.create();
  await (await fixture.drive(id)).text();
  return id;
}
