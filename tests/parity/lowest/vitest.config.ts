import { parityTests } from "../parity/src/project.ts";

export default parityTests("parity-lowest", import.meta.dirname);
