import { parityTests } from "../src/project.ts";

export default parityTests("parity-lowest", import.meta.dirname);
