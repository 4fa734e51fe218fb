/** CQEs and SQEs that no program looks at again are forgotten: fewer states, the same words; and a promise that is broken is refused. */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { isIncluded } from "../../src/equivalence/antichain.js";
import { automatonOf, withoutSilence } from "../../src/equivalence/automaton.js";
import { type Behaviour, behaviourOf } from "../../src/equivalence/behaviour.js";
import { Letters } from "../../src/equivalence/letters.js";
import { REPLACEMENTS } from "../../src/equivalence/replace/replacements.js";
import { compileLitmus, type LitmusTest, printLitmus } from "../../src/litmus/index.js";
import type { Event } from "../../src/model/event.js";
import { ringModel } from "../../src/model/model.js";
import { type HookProgram, IOU_LOOP_STOP, type ProgramLibrary } from "../../src/model/programs/index.js";
import { links } from "../../src/programs/hooks/links.js";
import { openRing } from "../../src/programs/hooks/ringMemory.js";
import { SHELF } from "../../src/programs/index.js";
import { codecOf } from "../../src/scheduler/packing.js";
import { search } from "../../src/scheduler/search.js";

const MATRIX = new URL("../../litmus/matrix/", import.meta.url);

function compiled(text: string, programs: ProgramLibrary = SHELF): LitmusTest {
  const result = compileLitmus(text, "settled", programs);
  if (!result.ok) throw new Error(result.diagnostics.map(({ message }) => message).join("; "));
  return result.test;
}

function replaced(text: string, by: "loop" | "user"): LitmusTest | null {
  const replacement = REPLACEMENTS[by].replace(compiled(text).ast);
  return replacement.kind === "replaced" ? compiled(printLitmus(replacement.file)) : null;
}

/** The replacement's words with and without settling, each in the other; and the states that each took. */
function compare(test: LitmusTest): { settled: number; whole: number; isSame: boolean | null } {
  const letters = new Letters(test.scenario.rings.length > 1);
  const view = { files: test.scenario.files.map(({ name }) => name), values: test.scenario.values };
  const behave = (settles: boolean): Behaviour =>
    behaviourOf(test.scenario, "linux-7.1", letters, view, { limits: { statesMax: 20_000 }, settles });
  const [settled, whole] = [behave(true), behave(false)];
  if (!settled.found.complete || !whole.found.complete)
    return { settled: settled.found.states, whole: whole.found.states, isSame: null };
  const ranks = letters.ranks();
  const [a, b] = [settled, whole].map(({ graph }) => withoutSilence(automatonOf(graph, ranks))) as [
    ReturnType<typeof withoutSilence>,
    ReturnType<typeof withoutSilence>,
  ];
  const isSame = isIncluded(a, b).kind === "included" && isIncluded(b, a).kind === "included";
  return { settled: settled.found.states, whole: whole.found.states, isSame };
}

describe("settling", () => {
  const files = readdirSync(MATRIX).filter((name) => name.endsWith(".litmus"));
  const rows = files.map((name) => readFileSync(new URL(name, MATRIX), "utf8"));

  it.each(["loop", "user"] as const)("keeps the words of every row of the matrix, replaced by %s", (by) => {
    const found = rows.flatMap((text) => {
      const test = replaced(text, by);
      return test === null ? [] : [compare(test)];
    });
    expect(found.filter(({ isSame }) => isSame === false)).toEqual([]);
    expect(found.filter(({ isSame }) => isSame === true).length).toBeGreaterThan(20);
    expect(found.some(({ settled, whole }) => settled < whole)).toBe(true);
  }, 240_000);

  const TWO = `litmus two
semantics linux-7.1
ring r { sq 4 cq 4 setup SINGLE_ISSUER DEFER_TASKRUN }
hook h on r = broken
thread T0 {
  submit r {
    a: NOP
    b: NOP
  }
  attach h to r
  enter r wait 1
  enter r wait 1
}`;

  const texts = (program: Partial<HookProgram>): readonly string[] => {
    const broken: HookProgram = {
      kind: "hook",
      doc: "breaks its promise",
      memoryBytes: 8,
      loopStep: () => IOU_LOOP_STOP,
      ...program,
    };
    const library = { ...SHELF, broken };
    const { scenario } = compiled(TWO, library);
    const model = ringModel(scenario, "linux-7.1", { settles: true });
    const found: string[] = [];
    const onEvent = (event: Event): void => {
      if (event.kind === "diagnosis") found.push(event.text);
    };
    search({ model, codec: codecOf(model.layout) }, { statesMax: 10_000 }, { onEvent });
    return [...new Set(found)];
  };

  it("refuses a program that looks at what it said that it would not", () => {
    const lookBack = "looks at a CQE before the index that its looksBackTo gave";
    const read: HookProgram["loopStep"] = (view) => {
      const ring = openRing(view);
      if (ring !== null) ring.res(ring.cqHead);
      return IOU_LOOP_STOP;
    };
    const take: HookProgram["loopStep"] = (view) => {
      const ring = openRing(view);
      ring?.reapTo(ring.cqHead + 1);
      return IOU_LOOP_STOP;
    };
    const looksBackTo = (_memory: unknown, cqHead: number): number => cqHead + 2;
    expect(texts({ loopStep: read })).toEqual([]);
    expect(texts({ loopStep: read, looksBackTo })).toEqual([lookBack]);
    expect(texts({ loopStep: take, looksBackTo })).toEqual([lookBack]);
  });

  it("refuses a program that reads an SQE, or publishes one that it has not written whole", () => {
    const readsSqes =
      "reads an SQE, or publishes one that it has not written whole, though its readsNoSqes says that it does not";
    const half: HookProgram["loopStep"] = (view) => {
      const ring = openRing(view);
      ring?.sqes.setU8(ring.freeSqeAt(0), 0);
      ring?.publish(1);
      return IOU_LOOP_STOP;
    };
    const read: HookProgram["loopStep"] = (view) => {
      openRing(view)?.sqes.u8(0);
      return IOU_LOOP_STOP;
    };
    expect(texts({ loopStep: half })).toEqual([]);
    expect(texts({ loopStep: half, readsNoSqes: true })).toEqual([readsSqes]);
    expect(texts({ loopStep: read, readsNoSqes: true })).toEqual([readsSqes]);
  });

  it("is promised by the program that replaces links", () => {
    expect(links.readsNoSqes).toBe(true);
    expect(links.looksBackTo).toBeDefined();
  });
});
