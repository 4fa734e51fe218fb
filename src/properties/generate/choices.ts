/** Arbitraries of what building needs: plain choices that all shrink towards one submission of plain NOPs. */
import * as fc from "fast-check";
import { type Feature, featuresOf, type GenerateOptions } from "./features.js";
import { type OperationChoice, operations } from "./operations.js";

export interface SqeChoice {
  readonly operation: OperationChoice;
  readonly link: "none" | "soft" | "hard";
  readonly skip: boolean;
  readonly drain: boolean;
  readonly async: boolean;
  readonly bufferSelect: boolean;
  /** `prep=`; null: nothing of its own makes it fail. */
  readonly prep: string | null;
  /** A LINK_TIMEOUT behind it; null: none. */
  readonly guard: { readonly ts: string; readonly skip: boolean } | null;
  /** Picks an earlier SQE whose user_data it takes; null: it has its own. */
  readonly userData: number | null;
}

export interface StepChoice {
  readonly sqes: readonly SqeChoice[];
  readonly isSecondThread: boolean;
  readonly isSecondRing: boolean;
  /** Submitted in two enters, the first of so many SQEs; null: in one. */
  readonly cut: number | null;
  readonly wait: "none" | "zero" | "sure";
  /** Picks the SQE whose result it depends on; null: it is submitted in any case. */
  readonly condition: number | null;
  readonly after: readonly ActionChoice[];
}

/** What a thread does between submissions. `target` picks an SQE. */
export type ActionChoice =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "ring"; readonly text: string }
  | { readonly kind: "cancel"; readonly target: number };

export interface ScenarioChoice {
  readonly setup: readonly string[];
  /** CQ entries where the ring is made small; null: it is not. */
  readonly smallCq: 2 | 4 | null;
  readonly steps: readonly StepChoice[];
}

/** What a scenario is made of where nothing was chosen. */
export const PLAIN_NOP: SqeChoice = {
  operation: { opcode: "NOP", keys: [], target: null, multishot: false, may: [] },
  link: "none",
  skip: false,
  drain: false,
  async: false,
  bufferSelect: false,
  prep: null,
  guard: null,
  userData: null,
};

export const PLAIN_STEP: StepChoice = {
  sqes: [PLAIN_NOP],
  isSecondThread: false,
  isSecondRing: false,
  cut: null,
  wait: "none",
  condition: null,
  after: [],
};

/** True once in `every` times, and shrinks to false. */
function rarely(isAllowed: boolean, every: number): fc.Arbitrary<boolean> {
  if (!isAllowed) return fc.constant(false);
  return fc.nat({ max: every - 1 }).map((n) => n === every - 1);
}

function sqeChoices(features: ReadonlySet<Feature>, options: GenerateOptions): fc.Arbitrary<SqeChoice> {
  const links: ("none" | "soft" | "hard")[] = ["none"];
  if (features.has("links")) links.push("soft", "soft");
  if (features.has("hardlinks")) links.push("hard");
  return fc.record({
    operation: operations(options),
    link: fc.constantFrom(...links),
    skip: rarely(features.has("skip"), 4),
    drain: rarely(features.has("drain"), 5),
    async: rarely(features.has("async"), 6),
    bufferSelect: rarely(features.has("prep"), 16),
    prep: rareValue(features.has("prep"), 10, fc.constant("-EINVAL")),
    guard: rareValue(
      features.has("linkTimeouts"),
      4,
      fc.record({
        ts: fc.constantFrom("10ms", "1ms", "30ms", "0", "never"),
        skip: rarely(features.has("skip"), 4),
      }),
    ),
    userData: rareValue(features.has("sharedUserData"), 10, fc.nat({ max: 12 })),
  });
}

/** A value once in `every` times, else null; shrinks to null. */
function rareValue<T>(isAllowed: boolean, every: number, value: fc.Arbitrary<T>): fc.Arbitrary<T | null> {
  if (!isAllowed) return fc.constant(null);
  return fc
    .record({ isThere: rarely(true, every), value })
    .map((choice) => (choice.isThere ? choice.value : null));
}

function actionChoices(features: ReadonlySet<Feature>): fc.Arbitrary<ActionChoice> {
  const texts: string[] = [];
  const rings = ["reap", "enter wait 0", "reap 1", "peek", "sqflags"];
  if (features.has("sleeps")) texts.push("sleep 0", "sleep 5ms", "sleep 20ms");
  if (features.has("pipes") || features.has("poll")) texts.push('write p.w "ab"', "read p.r 2", "close p.w");
  if (features.has("sockets")) texts.push('write s.0 "abc"', 'write s.1 "de"');
  if (features.has("files")) texts.push("close g");
  if (features.has("slots")) texts.push("slot 0 = f", "clear slot 0");
  const list: fc.Arbitrary<ActionChoice>[] = [
    fc.constantFrom(...rings).map((text): ActionChoice => ({ kind: "ring", text })),
  ];
  if (texts.length > 0) {
    list.push(fc.constantFrom(...texts).map((text): ActionChoice => ({ kind: "text", text })));
  }
  if (features.has("cancel")) {
    list.push(fc.nat({ max: 12 }).map((target): ActionChoice => ({ kind: "cancel", target })));
  }
  return fc.oneof(...list);
}

function stepChoices(features: ReadonlySet<Feature>, options: GenerateOptions): fc.Arbitrary<StepChoice> {
  return fc.record({
    sqes: fc.array(sqeChoices(features, options), { maxLength: options.sqesMax, size: "max" }),
    isSecondThread: rarely(features.has("threads"), 2),
    isSecondRing: rarely(features.has("msgRing") && features.has("submits"), 3),
    cut: rareValue(features.has("submits"), 5, fc.integer({ min: 1, max: 4 })),
    wait: fc.constantFrom("none", "zero", "sure"),
    condition: rareValue(features.has("branches"), 6, fc.nat({ max: 12 })),
    after: fc.array(actionChoices(features), { maxLength: 2 }),
  });
}

function setupChoices(features: ReadonlySet<Feature>): fc.Arbitrary<readonly string[]> {
  const setups: string[][] = [[]];
  if (features.has("submitAll")) setups.push(["SUBMIT_ALL"]);
  if (features.has("coopTaskrun")) setups.push(["COOP_TASKRUN"], ["COOP_TASKRUN", "TASKRUN_FLAG"]);
  if (features.has("deferTaskrun")) {
    setups.push(["SINGLE_ISSUER", "DEFER_TASKRUN"], ["SUBMIT_ALL", "SINGLE_ISSUER", "DEFER_TASKRUN"]);
  }
  if (features.has("sqpoll")) setups.push(["SQPOLL"]);
  return fc.constantFrom(...setups);
}

/** Choices for one scenario; `build` makes a scenario of any of them, of none as well: lists that may be empty shrink best. */
export function scenarioChoices(options: GenerateOptions): fc.Arbitrary<ScenarioChoice> {
  const features = featuresOf(options);
  const stepsMax = features.has("submits") || features.has("overflow") ? 4 : features.has("threads") ? 2 : 1;
  return fc.record({
    setup: setupChoices(features),
    smallCq: features.has("overflow") ? fc.constantFrom(null, 4, 2) : fc.constant(null),
    steps: fc.array(stepChoices(features, options), { maxLength: stepsMax }),
  });
}
