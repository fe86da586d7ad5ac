import { expect, test } from "vitest";
import { peers } from "../src/peers.ts";
import { versions } from "../src/versions.ts";

test.each(Object.entries(versions))(
  "the newest allowed version of %s is tested",
  (name, version) => {
    expect(peers[name]?.at(-1)?.split(".")[0]).toBe(version.split(".")[0]);
  },
);
