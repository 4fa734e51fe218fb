/** The command line: one command a file under commands/, and the only place where a bug of ours is caught. */
import { Command, CommanderError } from "commander";
import { addCheckCommand } from "./commands/check.js";
import { addCoverageCommand } from "./commands/coverage.js";
import { addDifferentialCommand } from "./commands/differential.js";
import { addEquivCommand } from "./commands/equiv.js";
import { addExplainCommand } from "./commands/explain.js";
import { addKernelCommand } from "./commands/kernel.js";
import { addMatrixCommand } from "./commands/matrix.js";
import { addProgramsCommand } from "./commands/programs.js";
import { addPromoteCommand } from "./commands/promote.js";
import { addPropsCommand } from "./commands/props.js";
import { addReplayCommand } from "./commands/replay.js";
import { addRunCommand } from "./commands/run.js";
import { addShrinkCommand } from "./commands/shrink.js";
import { addTraceCheckCommand } from "./commands/traceCheck.js";
import type { Context } from "./context.js";
import { EXIT, type ExitCode } from "./exitCode.js";
import { formatProblem, UserError } from "./problem.js";
import { commandLine } from "./shell.js";
import { endOnSignals, processTerminal, type Terminal } from "./terminal.js";
import { packageVersion } from "./version.js";

const EPILOGUE = `
Exit codes: 0 all as claimed, 1 something is violated, 2 the command line or an input file is wrong,
3 inconclusive (a limit was hit), 4 a fault of the program's own.

Example: ringspec check litmus/article/create-write-close.litmus`;

/** In the order in which somebody meets them. */
const COMMANDS = [
  addCheckCommand,
  addRunCommand,
  addReplayCommand,
  addShrinkCommand,
  addExplainCommand,
  addProgramsCommand,
  addPropsCommand,
  addPromoteCommand,
  addCoverageCommand,
  addKernelCommand,
  addTraceCheckCommand,
  addDifferentialCommand,
  addEquivCommand,
  addMatrixCommand,
];

/** Runs one command; the exit code. Throws nothing. `terminal`: the process's own where none is given. */
export async function main(argv: readonly string[], terminal?: Terminal): Promise<ExitCode> {
  if (terminal !== undefined) return runCommandLine(argv, terminal);
  endOnSignals();
  return runCommandLine(argv, processTerminal());
}

async function runCommandLine(argv: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const context: Context = { terminal, exitCode: EXIT.ok };
  try {
    await programFor(context).parseAsync([...argv], { from: "user" });
    return context.exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.misused;
    if (error instanceof UserError) {
      for (const problem of error.problems) terminal.err(`${formatProblem(problem)}\n`);
      return EXIT.misused;
    }
    terminal.err(faultReport(error, argv));
    return EXIT.fault;
  }
}

function programFor(context: Context): Command {
  const { terminal } = context;
  const program = new Command("ringspec")
    .description(
      "An executable specification of io_uring's linked requests, with a deterministic model checker around it.",
    )
    .version(packageVersion(), "-V, --version")
    .helpCommand("help [command]", "what a command does, and its options")
    .addHelpText("after", EPILOGUE)
    .showHelpAfterError("hint: ringspec --help")
    .showSuggestionAfterError()
    .configureOutput({ writeOut: (text) => terminal.out(text), writeErr: (text) => terminal.err(text) })
    .exitOverride();
  for (const add of COMMANDS) add(program, context);
  return program;
}

function faultReport(error: unknown, argv: readonly string[]): string {
  const message = error instanceof Error ? error.message : String(error);
  const origin = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const stack = origin instanceof Error ? (origin.stack ?? "") : "";
  const frames = stack.split("\n").filter((line) => line.trimStart().startsWith("at "));
  const lines = [
    `ringspec ${packageVersion()} has a fault of its own: ${message}`,
    "Please report it with the file that you gave it, and these lines:",
    `  ${commandLine(...argv)}`,
    `  node ${process.version}, ${process.platform} ${process.arch}`,
    ...frames.slice(0, FRAMES_MAX).map((line) => `  ${line.trim()}`),
  ];
  return `${lines.join("\n")}\n`;
}

/** Stack frames of a fault that its report holds. */
const FRAMES_MAX = 8;
