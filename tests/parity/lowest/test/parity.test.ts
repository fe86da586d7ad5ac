import { paritySuite } from "../../src/suite.ts";

paritySuite("lowest versions");
