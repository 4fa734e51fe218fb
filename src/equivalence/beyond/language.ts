/** What all runs of a small scenario show, word by word; and single runs, which are cheap. */
import { hangs } from "../../check/monitor.js";
import { ringModel } from "../../model/model.js";
import type { ProfileName } from "../../model/profile.js";
import type { Scenario } from "../../model/scenario.js";
import { behaviourOf, type EndView, Reader } from "../behaviour.js";
import { enumerate } from "../enumeration.js";
import type { Letters } from "../letters.js";

/** Words by how finely the order of CQEs counts. A word is its letters' numbers; of a multiset in ascending order. */
export interface Language {
  readonly total: ReadonlySet<string>;
  readonly multiset: ReadonlySet<string>;
  /** States of the search behind it. */
  readonly states: number;
}

/** A word in both forms. */
export interface Word {
  readonly total: string;
  readonly multiset: string;
}

const ONE_TRACK = { count: 1, of: () => 0 };

/** Null: not all runs were found, or they show something without an end. */
export function languageOf(
  scenario: Scenario,
  profile: ProfileName,
  letters: Letters,
  view: EndView,
  limits: { readonly statesMax: number; readonly stop?: () => string | null },
): Language | null {
  const behaviour = behaviourOf(scenario, profile, letters, view, { limits });
  if (!behaviour.found.complete || behaviour.showsForEver >= 0) return null;
  const words = enumerate(behaviour.graph, ONE_TRACK);
  if (words === null) return null;
  const total = new Set<string>();
  const multiset = new Set<string>();
  for (const word of words.keys()) {
    const spelled = spell(word.split(",").slice(0, -1).map(Number));
    total.add(spelled.total);
    multiset.add(spelled.multiset);
  }
  return { total, multiset, states: behaviour.found.states };
}

function spell(letters: readonly number[]): Word {
  return { total: letters.join(), multiset: [...letters].sort((a, b) => a - b).join() };
}

/** Runs of one scenario, each drawn by a number: equal numbers, equal runs. */
export class Sampler {
  private readonly model;
  private readonly reader: Reader;

  constructor(
    private readonly scenario: Scenario,
    profile: ProfileName,
    letters: Letters,
    view: EndView,
  ) {
    this.model = ringModel(scenario, profile);
    this.reader = new Reader(scenario, letters, view);
  }

  /** What the run shows; null: it met a bound of the model, or went on for more than `stepsMax` steps. 0: the first of what is enabled, always. */
  word(draw: number, stepsMax: number): Word | null {
    const letters: number[] = [];
    let isBound = false;
    let noise = draw;
    const state = this.model.initial();
    for (let steps = 0; steps < stepsMax; steps++) {
      const actions = this.model.enabled(state);
      if (actions.length === 0) {
        letters.push(...this.reader.ending(state, hangs(state, this.scenario) ? "hang" : "done"));
        return isBound ? null : spell(letters);
      }
      // Numerical Recipes' generator: any stream does, as long as it is the same everywhere.
      noise = (Math.imul(noise, 1664525) + 1013904223) >>> 0;
      const index = draw === 0 ? 0 : Math.floor((noise / 2 ** 32) * actions.length);
      this.model.apply(state, actions[index]!, (event) => {
        isBound ||= event.kind === "bound";
        const letter = this.reader.letter(event);
        if (letter > 0) letters.push(letter);
      });
    }
    return null;
  }
}
