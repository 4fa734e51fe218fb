/** The model held against everything that kernels were recorded to do: needs no kernel. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { checkTest } from "../../src/check/check.js";
import { recordedRuns } from "../../src/cli/kernel/recordedRuns.js";
import { loadLitmus } from "../../src/cli/litmusFile.js";
import { profileOfKernel } from "../../src/kernel/profileOfKernel.js";
import { readRecording } from "../../src/kernel/recording/readRecording.js";
import { formatOutcome } from "../../src/report/outcome.js";

const FOLDER = fileURLToPath(new URL("../../traces/kernel/", import.meta.url));
const recordings = readdirSync(FOLDER).filter((name) => name.endsWith(".json"));
if (recordings.length === 0) console.warn("skipped: traces/kernel holds no recording");

/** Outcomes that a kernel had and its profile does not, by file: docs/SCOPE.md says why. One that is gone fails. */
const KNOWN: Readonly<Record<string, Readonly<Record<string, string>>>> = {};

it("every recording is described in the folder's README", () => {
  const readme = readFileSync(`${FOLDER}README.md`, "utf8");
  expect(recordings.filter((name) => !readme.includes(name))).toEqual([]);
});

describe.skipIf(recordings.length === 0).each(recordings)("%s", (name) => {
  const read = readRecording(readFileSync(`${FOLDER}${name}`, "utf8"));

  it("can be read, and is named for the profile that judges it", () => {
    expect(read).toMatchObject({ kind: "recording" });
    if (read.kind === "recording") expect(name).toBe(`${profileOfKernel(read.recording.release)}.json`);
  });

  it("shows no outcome that the kernel's profile forbids", { timeout: 600_000 }, async () => {
    if (read.kind !== "recording") return;
    const runs = recordedRuns(name, read.recording);
    const forbidden: string[] = [];
    const stale: string[] = [];
    let judged = 0;
    for (const { path } of read.recording.files) {
      if (!existsSync(path)) {
        stale.push(`${path}: there is no such file any more`);
        continue;
      }
      const litmus = loadLitmus(path);
      const report = await runs.reportOf(litmus);
      if (report.kind === "stale") stale.push(`${path}: ${report.reason}`);
      if (report.kind !== "ran") continue;
      const { outcomes } = checkTest(litmus.test, runs.profile, { outcomesMax: 0 });
      judged += 1;
      for (const { outcome } of report.observed) {
        if (outcomes?.has(outcome) === false)
          forbidden.push(`${path}: ${formatOutcome(outcome, litmus.test.scenario)}`);
      }
    }
    if (stale.length > 0) console.warn(`${name}: ${stale.length} stale, not judged:\n${stale.join("\n")}`);
    const known = Object.keys(KNOWN[name] ?? {});
    const isKnown = (outcome: string): boolean => known.some((path) => outcome.startsWith(`${path}: `));
    expect(forbidden.filter((outcome) => !isKnown(outcome))).toEqual([]);
    expect(known.filter((path) => !forbidden.some((outcome) => outcome.startsWith(`${path}: `)))).toEqual([]);
    expect(judged).toBeGreaterThan(read.recording.files.length / 2);
  });
});
