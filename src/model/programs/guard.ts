/** What watches one run of a program: its budget, what a verifier would refuse, and what its author ought to know. */
import type { Event } from "../event.js";
import type { Guard } from "./region.js";

/** Accesses and kfuncs of one run: the verifier's bound on how long a program may be. */
export const SPEND_MAX = 1_000_000;

/** Ends a run of a program that no verifier would have loaded. */
export class Refused extends Error {}

/** A program that threw, or whose `init` did something that it may not: its author's mistake, and no fault of ours. */
export class ProgramError extends Error {
  constructor(
    readonly program: string,
    message: string,
  ) {
    super(`the program of \`${program}\` ${message}`);
  }
}

export class ProgramGuard implements Guard {
  private spent = 0;
  /** While the run only repeats what it has done before, nothing is told. */
  silent = false;

  constructor(
    private readonly program: string,
    private readonly emit: (event: Event) => void,
  ) {}

  spend(): void {
    if (++this.spent > SPEND_MAX) this.refuse(`does not end within ${SPEND_MAX} accesses`);
  }

  refuse(text: string): never {
    this.say("verifier", text, true);
    throw new Refused(text);
  }

  tell(code: string, text: string): void {
    this.say(code, text, false);
  }

  /** What the model tells of a run, unless it told it before. */
  tellEvent(event: Event): void {
    if (!this.silent) this.emit(event);
  }

  private say(code: string, text: string, refused: boolean): void {
    this.tellEvent({ kind: "diagnosis", code, program: this.program, text, refused });
  }
}

/** Runs what a program does; what it throws by itself is a ProgramError. */
export function guarded<T>(program: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof Refused || error instanceof ProgramError || error instanceof Suspended) throw error;
    throw new ProgramError(program, `threw: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** A run of a hook that stops at submit_sqes until the submission is over (hook/run.ts). */
export class Suspended extends Error {
  constructor(readonly count: number) {
    super("submit_sqes");
  }
}
