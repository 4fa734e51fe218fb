/** What a trace file holds: one run of one litmus file under one profile, as the choices that were made. */
import type { ProfileName } from "../model/profile.js";

/** The schema that this version writes. */
export const TRACE_SCHEMA = "ringspec.trace/1";

/** One decision; `count` null: an older trace, which does not say how many there were to choose from. */
export interface TraceChoice {
  readonly index: number;
  readonly count: number | null;
  readonly label: string;
}

/** What the run contradicts, by the text that the litmus file or the property bears. */
export type TraceViolation = { readonly claim: string } | { readonly property: string };

export interface Trace {
  /** Of the ringspec that wrote it; null: not said. */
  readonly version: string | null;
  readonly litmus: {
    readonly name: string;
    /** Of `text`, as the writer computed it: tells that somebody changed the text since. */
    readonly hash: string;
    readonly text: string;
  };
  /** Names of programs that the text needs and that are not the shelf's. */
  readonly programs: readonly string[];
  readonly semantics: ProfileName;
  readonly time: "free" | "ordered";
  /** null: no draw of numbers made this run. */
  readonly seed: string | null;
  readonly violates: TraceViolation | null;
  readonly choices: readonly TraceChoice[];
}

/** The limits of a trace file. */
export const TRACE_BYTES_MAX = 16 * 1024 * 1024;
export const TRACE_CHOICES_MAX = 100_000;
