import { paritySuite } from "../../parity/src/suite.ts";

paritySuite("lowest versions");
