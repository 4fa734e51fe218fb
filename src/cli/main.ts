/** The command line: one command a file under commands/, and the only place where a bug of ours is caught. */
import { Command, CommanderError } from "commander";
import { addCheckCommand } from "./commands/check.js";
import type { Context } from "./context.js";
import { EXIT, type ExitCode } from "./exitCode.js";
import { formatProblem, UserError } from "./problem.js";
import { processTerminal, type Terminal } from "./terminal.js";
import { packageVersion } from "./version.js";

const EPILOGUE = `
Exit codes: 0 all as claimed, 1 something is violated, 2 the command line or an input file is wrong,
3 inconclusive (a limit was hit), 4 a fault of the program's own.

Example: ringspec check litmus/article/create-write-close.litmus`;

/** Runs one command; the exit code. Throws nothing. */
export async function main(
  argv: readonly string[],
  terminal: Terminal = processTerminal(),
): Promise<ExitCode> {
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
  addCheckCommand(program, context);
  return program;
}

function faultReport(error: unknown, argv: readonly string[]): string {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return (
    `ringspec ${packageVersion()} has a fault of its own: ${error instanceof Error ? error.message : String(error)}\n` +
    `Please report it with the file that you gave it, and these lines:\n` +
    `  ringspec ${argv.join(" ")}\n` +
    `  node ${process.version}, ${process.platform} ${process.arch}\n` +
    `${stack
      .split("\n")
      .slice(1, 9)
      .map((line) => `  ${line.trim()}\n`)
      .join("")}`
  );
}
