/** Recorded logs: no false alarm in any, and every wrong completion that the log can prove wrong is found and named. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { checkLog, readLog, type TraceReport } from "../../../src/kernel/tracepoints/index.js";
import { type Mutation, mutationsOf } from "./mutations.js";

const recorded = (name: string): string =>
  readFileSync(fileURLToPath(new URL(name, import.meta.url)), "utf8");

function judge(text: string): TraceReport {
  const read = readLog(text);
  if (!read.ok) throw new Error(read.problem.message);
  return checkLog(read.log, "linux-6.18");
}

/** How often each claim was decided, in the order of the claims; null: the log has nothing that it is about. */
const RECORDED = [
  ["linkedRequests.tracefs.txt", "tracefs", [106, 32, 8, 22, 28, 8, 32, 96, 6]],
  ["linkedRequests.trace-cmd.txt", "trace-cmd", [53, 16, 4, 11, 14, 4, 18, 45, 3]],
  ["linkedRequests.perf.txt", "perf script", [53, 16, 4, 11, 14, 4, 16, 45, 3]],
  ["fio.tracefs.txt", "tracefs", [60, null, null, null, null, null, null, 52, null]],
] as const;

describe.each(RECORDED)("%s", (name, format, held) => {
  it("raises no false alarm, and decides something", () => {
    const report = judge(recorded(name));
    expect(report).toMatchObject({ verdict: "ok", violation: null, unjudgedCount: 0 });
    expect(report.claims.map(({ off, heldCount }) => (off === null ? heldCount : null))).toEqual(held);
  });

  it("is recognised", () => {
    const read = readLog(recorded(name));
    expect(read.ok && read.log.format).toBe(format);
  });
});

/** Found, of those that the log proves wrong, of all mutations. */
type Count = readonly [found: number, decidable: number, all: number];

describe.each([
  ["linkedRequests.tracefs.txt", [96, 96, 100], [120, 120, 122], [40, 40, 42]],
  ["linkedRequests.trace-cmd.txt", [47, 47, 50], [60, 60, 61], [20, 20, 21]],
  ["linkedRequests.perf.txt", [47, 47, 50], [60, 60, 61], [20, 20, 21]],
] as const)("every wrong completion in %s", (name, removed, swapped, turned) => {
  const mutations = mutationsOf(recorded(name));

  it.each([
    ["removed", removed],
    ["swapped", swapped],
    ["turned into a success", turned],
  ] as const)("%s: all that the log proves wrong are found, and named", (kind, expected) => {
    let found = 0;
    const missed: string[] = [];
    const unnamed: string[] = [];
    const those = mutations.filter((mutation) => mutation.kind === kind);
    for (const mutation of those) {
      const { violation } = judge(mutation.text);
      if (violation !== null) found++;
      else if (mutation.undecidable === null) missed.push(mutation.userData.join(" "));
      if (violation !== null && !isNamed(mutation, `${violation.why} ${violation.event.text}`)) {
        unnamed.push(`${mutation.userData.join(" ")}: ${violation.why}`);
      }
    }
    const decidable = those.filter(({ undecidable }) => undecidable === null).length;
    expect({ missed, unnamed }).toEqual({ missed: [], unnamed: [] });
    expect([found, decidable, those.length] satisfies Count).toEqual(expected);
  });
});

function isNamed({ userData }: Mutation, text: string): boolean {
  return userData.some((one) => text.includes(one));
}
