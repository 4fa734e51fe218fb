/** What a long command is doing, on one line of standard error that is overwritten; silent where nobody watches. */
import type { Terminal } from "./terminal.js";

/** Milliseconds between two lines, and before the first. */
const EVERY_MS = 200;

export interface SearchProgress {
  readonly states: number;
  readonly transitions: number;
  readonly depth: number;
  readonly frontier: number;
}

export class Progress {
  private lastAt: number;
  private shown = false;
  private partAt: number;
  private part = "";

  constructor(
    private readonly terminal: Terminal,
    private readonly enabled = terminal.errIsTty,
  ) {
    this.lastAt = terminal.now();
    this.partAt = this.lastAt;
  }

  /** A new part begins: the `at`-th of `count`, from 1. */
  begin(at: number, count: number, what: string): void {
    this.part = `[${at}/${count}] ${what}`;
    this.partAt = this.terminal.now();
    this.show(this.part);
  }

  /** How far the search of this part is. */
  search({ states, transitions, depth, frontier }: SearchProgress): void {
    const seconds = (this.terminal.now() - this.partAt) / 1000;
    const rate = seconds > 0 ? Math.round(transitions / seconds / 1000) : 0;
    const text = `${states} states, depth ${depth}, ${frontier} to expand, ${rate}k transitions/s`;
    this.show(`${this.part}: ${text}`);
  }

  /** Makes room for other output. */
  clear(): void {
    if (!this.shown) return;
    this.terminal.err("\r\x1b[K");
    this.shown = false;
  }

  private show(text: string): void {
    const now = this.terminal.now();
    if (!this.enabled || now - this.lastAt < EVERY_MS) return;
    this.lastAt = now;
    this.shown = true;
    this.terminal.err(`\r\x1b[K${text}`);
  }
}
