import { paritySuite } from "../src/parity-suite.ts";

paritySuite("newest versions");
