/** What a comparison says: plain data, for the terminal, JSON and the matrix. */
import type { ProfileName } from "../model/profile.js";
import type { Schedule } from "../scheduler/schedule.js";
import type { SecondOpinion } from "./antichain.js";
import type { Automaton } from "./automaton.js";
import type { Observation } from "./observation.js";

export type EquivalenceVerdict =
  | "equivalent"
  /** The right side, the replacement, shows something that the left one, the original, cannot show. */
  | "allows more"
  /** The original shows something that the replacement cannot show. */
  | "loses some"
  | "differ both ways"
  /** A limit was hit before both directions were decided; a difference that was found is real nevertheless. */
  | "inconclusive";

export type Side = "left" | "right";

/** A limit that was hit, and where. `infinite`: a side shows something again and again, without an end. */
export interface EquivalenceLimit {
  readonly side: Side | "both";
  readonly name: string;
  readonly value: number | string;
}

export interface SideResult {
  readonly litmus: string;
  readonly profile: ProfileName;
  /** What bounds the answer: nothing is said of scenarios with more of them. */
  readonly bounds: { readonly requests: number; readonly threads: number; readonly rings: number };
  readonly search: {
    readonly states: number;
    readonly transitions: number;
    readonly depth: number;
    readonly complete: boolean;
  };
  /** States of its automata; null where one was not made: `cqes` other than a total order on one ring, or a limit. */
  readonly automata: {
    /** Without silent edges, not deterministic. */
    readonly closed: number | null;
    readonly deterministic: number | null;
    readonly minimal: number | null;
  };
  /** Different words, in decimal; null where words were compared as automata. */
  readonly words: string | null;
}

/** A complete run of one side, beside a word that parts the sides. */
export interface ShownRun {
  readonly side: Side;
  readonly schedule: Schedule;
  /** What each choice shows, by name. */
  readonly shown: readonly (readonly string[])[];
  /** What is left unread, and how the run ends; empty where it does not come to an end. */
  readonly ending: readonly string[];
  /** The first choice that shows what the other run cannot show; `schedule.length`: the ending. */
  readonly partsAt: number;
}

/** What one side shows and the other cannot. */
export interface Difference {
  /**
   * A word with the fewest letters, by what is ordered (the ring, the chain, the CQE, the end), tracks without letters
   * left out. In a total order it ends with the first letter that the other side cannot show; else it is a whole run's.
   */
  readonly word: readonly { readonly track: string; readonly letters: readonly string[] }[];
  readonly letters: number;
  /** The shortest run of the side that has the word. */
  readonly run: ShownRun;
  /** The shortest run of the other side that agrees with the word as far as any does. */
  readonly other: ShownRun;
}

export interface SecondResult {
  readonly leftInRight: SecondOpinion;
  readonly rightInLeft: SecondOpinion;
  /** Whether it says what the first algorithm says, lengths included; null: one of them was stopped by a limit. */
  readonly agrees: boolean | null;
}

export interface EquivalenceResult {
  readonly verdict: EquivalenceVerdict;
  readonly observation: Observation;
  readonly blindSpots: readonly string[];
  /** What only one side declares, and was therefore not looked at. */
  readonly notCompared: { readonly files: readonly string[]; readonly values: readonly string[] };
  readonly left: SideResult;
  readonly right: SideResult;
  readonly onlyLeft: Difference | null;
  readonly onlyRight: Difference | null;
  /** Why it is inconclusive. */
  readonly limit: EquivalenceLimit | null;
  /** Branching bisimulation with divergence; null: not asked for, or a limit was hit. Always over the total order. */
  readonly bisimulation: { readonly isBisimilar: boolean; readonly classes: number } | null;
  readonly second: SecondResult | null;
}

/** The automata themselves, for exports. */
export interface EquivalenceAutomata {
  readonly left: Automaton;
  readonly right: Automaton;
  /** Null: not made, as above. */
  readonly leftMinimal: Automaton | null;
  readonly rightMinimal: Automaton | null;
  readonly nameOf: (letter: number) => string;
}
