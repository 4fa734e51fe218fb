/** Where a command speaks, what time it is, and whether somebody watches: all that tests replace. */
import { type Paint, paint } from "../report/paint.js";

export interface Terminal {
  out(text: string): void;
  err(text: string): void;
  readonly outIsTty: boolean;
  readonly errIsTty: boolean;
  /** For what goes to `out`. */
  readonly paint: Paint;
  /** Milliseconds, monotonic. */
  now(): number;
  /** Lets the process notice that nobody reads its output any more; between two parts of a long command. */
  turn(): Promise<void>;
  /** A fresh seed where the user gives none. */
  freshSeed(): string;
}

/** What a shell reports of a process that SIGPIPE, SIGINT or SIGTERM ended. */
const BROKEN_PIPE = 141;
const INTERRUPTED = 130;
const TERMINATED = 143;

/**
 * A reader that goes away (`ringspec check litmus | head`) and Ctrl-C end the process at once, and its exit handlers run. A search is one
 * synchronous loop in which no handler could run: there the default action of SIGINT has to do.
 */
export function endOnSignals(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EPIPE") process.exit(BROKEN_PIPE);
      throw error;
    });
  }
}

let exitsOnInterrupt = false;

/** For commands that wait for others: folders and helpers are cleaned up by their exit handlers. */
export function exitOnInterrupt(): void {
  if (exitsOnInterrupt) return;
  exitsOnInterrupt = true;
  process.once("SIGINT", () => process.exit(INTERRUPTED));
  process.once("SIGTERM", () => process.exit(TERMINATED));
}

/** The process's own terminal. NO_COLOR, or an output that is no terminal, means no colours. */
export function processTerminal(): Terminal {
  const outIsTty = process.stdout.isTTY === true;
  const colours = outIsTty && (process.env["NO_COLOR"] ?? "") === "" && process.env["TERM"] !== "dumb";
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    outIsTty,
    errIsTty: process.stderr.isTTY === true,
    paint: paint(colours),
    now: () => performance.now(),
    turn: () => new Promise((resolve) => setImmediate(resolve)),
    freshSeed: () => String(Math.floor(Math.random() * 2 ** 32)),
  };
}

/** One line and its newline. */
export function say(terminal: Terminal, line = ""): void {
  terminal.out(`${line}\n`);
}
