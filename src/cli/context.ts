/** What every command is given: where it speaks, and where it leaves its exit code. */
import type { ExitCode } from "./exitCode.js";
import type { Terminal } from "./terminal.js";

export interface Context {
  readonly terminal: Terminal;
  exitCode: ExitCode;
}
