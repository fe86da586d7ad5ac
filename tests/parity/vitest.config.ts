import { parityTests } from "./src/project.ts";

export default parityTests("parity", import.meta.dirname);
