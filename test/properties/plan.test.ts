import { describe, expect, it } from "vitest";
import { planOf } from "../../src/properties/plan.js";
import {
  invalid,
  linkTimeout,
  nop,
  read,
  type ScenarioParts,
  type SqeRow,
  scenarioOf,
  sqe,
  step,
} from "./runs.js";

const LINUX = "linux-6.18";

/** Chains as `a-b c`, `!` behind a chain that fails prep, `~` behind a dangling one; SQEs never submitted in brackets. */
function chains(blocks: readonly (readonly SqeRow[])[], parts: ScenarioParts = {}, profile = LINUX): string {
  const scenario = scenarioOf(blocks, parts);
  const plan = planOf(scenario, profile);
  const known = plan.chains[0]!.map(
    ({ members, prep, closed }) =>
      members.map((req) => scenario.labels[req]).join("-") +
      { ok: "", failed: "!", unknown: "?" }[prep] +
      (closed ? "" : "~"),
  );
  const left = scenario.sqes.filter(({ id }) => plan.neverSubmitted[id]).map(({ label }) => `(${label})`);
  return [...known, ...left, ...(plan.isKnown[0] ? [] : ["…"])].join(" ");
}

const plain = (label: string, flags = ""): SqeRow => sqe(label, nop(), flags);
const bad = (label: string, flags = ""): SqeRow => sqe(label, invalid, flags);

describe("submissions of a scenario", () => {
  it.each<[title: string, expected: string, blocks: SqeRow[][], parts?: ScenarioParts]>([
    [
      "a chain ends with the first SQE without a link flag",
      "a-b c",
      [[plain("a", "L"), plain("b"), plain("c")]],
    ],
    ["a chain ends with its submission", "a~ b", [[plain("a", "L")], [plain("b")]]],
    [
      "to_submit cuts a chain",
      "a-b~ c",
      [[plain("a", "L"), plain("b", "L"), plain("c")]],
      { code: [step.queue(0, 1, 2), step.enter(2), step.enter(9)] },
    ],
    ["a bad SQE that ends its chain ends the submission", "a b! (c)", [[plain("a"), bad("b"), plain("c")]]],
    [
      "with SUBMIT_ALL it does not",
      "a b! c",
      [[plain("a"), bad("b"), plain("c")]],
      { setup: ["SUBMIT_ALL"] },
    ],
    ["a bad head does not", "a-b! c", [[bad("a", "L"), plain("b"), plain("c")]]],
    [
      "what was left over is submitted by the next enter",
      "a! b-c~",
      [[bad("a"), plain("b", "L"), plain("c", "L")]],
      { code: [step.queue(0, 1), step.enter(2), step.queue(2), step.enter(2)] },
    ],
    ["a lone LINK_TIMEOUT fails prep", "a!", [[sqe("a", linkTimeout)]]],
    ["two in a row do", "a-b-c!", [[plain("a", "L"), sqe("b", linkTimeout, "L"), sqe("c", linkTimeout)]]],
    ["one behind a bad SQE does not", "a-b-c!", [[bad("a", "L"), sqe("b", linkTimeout, "L"), plain("c")]]],
    ["DRAIN behind SKIP fails prep", "a b!", [[plain("a", "S"), plain("b", "D")]]],
    [
      "SKIP on an opcode that does not exist disables nothing",
      "a! b",
      [[bad("a", "S"), plain("b", "D")]],
      { setup: ["SUBMIT_ALL"] },
    ],
    ["BUFFER_SELECT on a NOP fails prep", "a!", [[plain("a", "B")]]],
    [
      "under an if nothing is known",
      "…",
      [[plain("a")]],
      { code: [step.branch(3), step.queue(0), step.enter(1)] },
    ],
    [
      "before it all is",
      "a …",
      [[plain("a"), plain("b")]],
      { code: [step.queue(0), step.enter(1), step.branch(5), step.queue(1), step.enter(1)] },
    ],
    [
      "two threads that submit make all of it unknown",
      "…",
      [[plain("a"), plain("b")]],
      { code: [step.queue(0), step.enter(1)], otherThreads: [[step.queue(1), step.enter(1)]] },
    ],
    [
      "an SQ thread sees a block whole, and goes on behind a bad SQE",
      "a-b c! d",
      [[plain("a", "L"), plain("b"), bad("c"), plain("d")]],
      { setup: ["SQPOLL"] },
    ],
    [
      "where it would see a block's last chain end is unknown",
      "a …",
      [[plain("a"), plain("b", "L")]],
      { setup: ["SQPOLL"] },
    ],
    ["more than the SQ holds is unknown", "…", [[plain("a"), plain("b")]], { sqEntries: 1 }],
  ])("%s", (_, expected, blocks, parts) => {
    expect(chains(blocks, parts)).toBe(expected);
  });

  it("names the guarded request", () => {
    const scenario = scenarioOf([[sqe("a", read(4), "L"), sqe("b", linkTimeout, "L"), plain("c")]]);
    expect(planOf(scenario, LINUX).chainOf[0]!.guards).toEqual([1, null, null]);
  });

  it("refuses an injected result where the kernel does", () => {
    const blocks = [[sqe("a", nop(-5))]];
    expect(chains(blocks)).toBe("a");
    expect(chains(blocks, {}, "linux-6.1")).toBe("a!");
    expect(chains(blocks, {}, "documented")).toBe("a");
  });

  it("counts what each enter consumes", () => {
    const blocks = [[plain("a"), bad("b"), plain("c")], [plain("d")]];
    expect(planOf(scenarioOf(blocks), LINUX).enters.map(({ submitted }) => submitted)).toEqual([2, 1]);
    const polled = scenarioOf(blocks, { setup: ["SQPOLL"] });
    expect(planOf(polled, LINUX).enters.map(({ submitted }) => submitted)).toEqual([3, 1]);
  });
});
