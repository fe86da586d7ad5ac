import { expect, test } from "vitest";
import { peers } from "../../parity/src/peers.ts";
import { versions } from "../../parity/src/versions.ts";

test.each(Object.entries(versions))(
  "the lowest %s that is asked for is the one tested",
  (name, version) => {
    expect(peers[name]?.at(0)).toBe(version);
  },
);
