import { paritySuite } from "../src/suite.ts";

paritySuite("newest versions");
