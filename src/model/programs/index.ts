/** What a program for a loop hook or a custom operation is, and what it is given. */

export { bytesOfText, textOfBytes } from "../bytes/byteText.js";
export { guarded, ProgramError, ProgramGuard, Refused, Suspended } from "./guard.js";
export * from "./hookProgram.js";
export * from "./operationProgram.js";
export { type Guard, Region, type RegionAccess } from "./region.js";
export * from "./setup.js";

import type { HookProgram } from "./hookProgram.js";
import type { OperationProgram } from "./operationProgram.js";

export type Program = HookProgram | OperationProgram;
/** Programs by the name that `bpfop` and `hook` declarations use. */
export type ProgramLibrary = Readonly<Record<string, Program>>;
