/** The shelf: programs that litmus files may name without bringing a module. */
import type { ProgramLibrary } from "../model/programs/index.js";

export const SHELF: ProgramLibrary = {};
