import { paritySuite } from "../../src/parity-suite.ts";

paritySuite("lowest versions");
