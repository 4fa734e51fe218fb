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
  /** A fresh seed where the user gives none. */
  freshSeed(): string;
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
    freshSeed: () => String(Math.floor(Math.random() * 2 ** 32)),
  };
}

/** One line and its newline. */
export function say(terminal: Terminal, line = ""): void {
  terminal.out(`${line}\n`);
}
