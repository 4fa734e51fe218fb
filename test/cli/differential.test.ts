/** The differential command, as far as no kernel has a part in it; and what the kernel command says of a wrong model. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  type DifferentialState,
  readState,
  STATE_SCHEMA,
  type StateConfig,
  writeState,
} from "../../src/cli/differentialState.js";
import { UserError } from "../../src/cli/problem.js";
import { disagreementText } from "../../src/cli/saveDisagreement.js";
import { emptyTally } from "../../src/conformance/differentialTally.js";
import { compileDrawn } from "../../src/conformance/draw.js";
import { testKernel } from "../kernel/kernel.js";
import { folder, ringspec } from "./cli.js";

const dir = folder();
const kernel = await testKernel("cliDifferential");

const CONFIG: StateConfig = {
  seed: 1,
  runs: 4,
  profile: "linux-6.18",
  features: ["links"],
  sqesMax: 6,
  statesMax: 20_000,
  implementation: "Linux 6.18",
};

describe("the state file", () => {
  const path = join(dir.path, "deep", "state.json");
  const state: DifferentialState = {
    schema: STATE_SCHEMA,
    config: CONFIG,
    tally: { ...emptyTally(), next: 12 },
    saved: [],
  };

  it("is read as it was written, and nothing is left beside it", () => {
    writeState(path, state);
    expect(readState(path, CONFIG)).toEqual(state);
    expect(existsSync(`${path}.${process.pid}.new`)).toBe(false);
  });

  it.each([
    ["of another seed", JSON.stringify(state), { ...CONFIG, seed: 2 }, "its seed is 1, not 2"],
    [
      "of a newer program",
      JSON.stringify({ ...state, schema: "ringspec.differential-state/2" }),
      CONFIG,
      "state/2",
    ],
    ["cut off", JSON.stringify(state).slice(0, 50), CONFIG, "not JSON"],
  ])("is refused where it is %s", (_, text, config, message) => {
    const file = dir.write("state.json", text);
    expect(() => readState(file, config)).toThrow(UserError);
    expect(() => readState(file, config)).toThrow(message);
  });
});

it("a saved disagreement says where it is from and what was seen, and compiles", () => {
  const test = compileDrawn("litmus x\nthread T0 {\n  submit {\n    a: NOP\n  } as n\n}\n");
  const seen = { outcome: { cq: [[[0, 5, 0] as const]], values: [1], files: [], hang: false }, runs: 3 };
  const allowed = [{ ...seen.outcome, cq: [[[0, 0, 0] as const]] }];
  const text = disagreementText("differential-1-7", "out/differential-1-7.litmus", {
    test,
    seed: 1,
    scenario: 7,
    profile: "linux-6.18",
    implementation: "Linux 6.18.44",
    observed: [seen],
    forbidden: [seen],
    allowedTotal: 1,
    allowed,
  });
  expect(compileDrawn(text).name).toBe("differential-1-7");
  expect(text).toMatchInlineSnapshot(`
    "# Seed 1, scenario 7: Linux 6.18.44 shows what linux-6.18 does not allow.
    # ringspec kernel out/differential-1-7.litmus --runs 1000 --profile linux-6.18
    # Seen (*> is not allowed):
    # 3 *> a=5; n=1
    # Allowed, 1 in all:
    #   a=0; n=1
    litmus differential-1-7

    thread T0 {
      submit {
        a: NOP
      } as n
    }
    "
  `);
});

describe("ringspec differential", () => {
  it.each([
    ["an unknown feature", ["--features", "link"], "There is no such feature: link."],
    ["too many SQEs", ["--sqes-max", "13"], "It is at most 12."],
    ["one profile", ["--compare", "linux-6.1"], "It is two names"],
    ["three", ["--compare", "linux-6.1,host,guest:6.1"], "It is two names"],
    ["an unknown profile", ["--compare", "linux-6.1,linux-6"], "linux-6 is none of documented, linux-6.1,"],
    ["an unknown guest", ["--compare", "guest:6.2,host"], "guest:6.2 is none of"],
  ])("refuses %s", async (_, options, message) => {
    const { code, err } = await ringspec("differential", ...options);
    expect(code).toBe(2);
    expect(err).toContain(message);
  });

  it("prints the smallest scenario in which two profiles differ", async () => {
    const features = "links,inject,files,prep";
    const run = await ringspec(
      ...["differential", "--compare", "linux-6.1,linux-6.18", "--scenarios", "40", "--features", features],
    );
    expect(run.code).toBe(1);
    expect(run.out).toMatch(
      /^40 scenarios of seed 1: linux-6.1 and linux-6.18 differ in \d+, \d+ inconclusive\n/,
    );
    expect(run.out).toContain("only linux-6.1, ");
    const text = run.out.slice(run.out.indexOf("litmus "), run.out.indexOf("\nonly "));
    expect(compileDrawn(text).scenario.sqes.length).toBeLessThanOrEqual(3);
  });

  it("finds nothing where both are one profile", async () => {
    const same = ["--compare", "linux-6.18,linux-6.18", "--scenarios", "5", "--json", "--features", "links"];
    const { code, out } = await ringspec("differential", ...same);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ differing: [], smallest: null });
  });
});

describe.skipIf(kernel.whyNot !== null)("against this kernel", () => {
  it("finds nothing in which it differs from its profile, and says of what it spoke", {
    timeout: 60_000,
  }, async () => {
    const { code, out } = await ringspec(
      ...["differential", "--compare", "host,linux-6.18", "--scenarios", "12", "--runs", "2"],
      ...["--features", "links,hardlinks,skip,prep", "--json"],
    );
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      schema: "ringspec.differential-compare-kernels/1",
      sides: [{ name: expect.stringMatching(/^host \(Linux /) }, { name: "linux-6.18" }],
      differing: [],
      unsupported: 0,
      smallest: null,
    });
  });

  it("shows the smallest scenario in which it differs from another kernel's profile", {
    timeout: 120_000,
  }, async () => {
    const { code, out } = await ringspec(
      ...["differential", "--compare", "host,linux-6.1", "--scenarios", "12", "--runs", "2"],
      ...["--confirm-runs", "4", "--features", "links,linkTimeouts,prep"],
    );
    expect(code).toBe(1);
    expect(out).toMatch(/^12 scenarios of seed 1: host \(Linux \S+\) and linux-6.1 differ in \d+; /);
    expect(out).toContain("confirmed by the profile: linux-6.1 forbids it");
    const text = out.slice(out.indexOf("litmus "), out.indexOf("\nonly "));
    expect(compileDrawn(text).scenario.sqes.length).toBeLessThanOrEqual(3);
  });

  it("says the same in one go and in two, and keeps its state", async () => {
    const state = join(dir.path, "run.json");
    const run = (scenarios: string, ...more: string[]) =>
      ringspec(
        ...[
          "differential",
          "--features",
          "links,hardlinks,skip,prep",
          "--scenarios",
          scenarios,
          "--runs",
          "2",
        ],
        ...["--state", state, "--out", join(dir.path, "found"), "--json", "--profile", "linux-6.18", ...more],
      );
    const whole = await run("30");
    expect(whole.code).toBe(0);
    await run("11");
    expect(JSON.parse(readFileSync(state, "utf8")).tally.next).toBe(11);
    const resumed = await run("30", "--resume");
    // How many outcomes a kernel shows of those that a dangling chain may have is chance.
    const certain = (text: string): unknown =>
      JSON.parse(text, (key, value) => (/seen/i.test(key) ? undefined : value));
    expect(certain(resumed.out)).toEqual(certain(whole.out));
    expect((await run("11", "--resume")).code).toBe(2);
  });

  it("the kernel command shows what was seen beside the nearest of a wrong profile", async () => {
    const file = dir.write(
      "failing.litmus",
      "litmus failing\nthread T0 {\n  submit {\n    a: NOP\n    b: READ fd=-1 len=4\n  } as n\n}\n",
    );
    const { code, out } = await ringspec("kernel", file, "--runs", "3", "--profile", "linux-6.1");
    expect(code).toBe(1);
    expect(out.slice(out.indexOf("Forbidden"), out.indexOf("\nNo"))).toMatchInlineSnapshot(`
      "Forbidden a=0 b=-EBADF; n=2
                 seen      nearest allowed
      * CQ       a=0
                 b=-EBADF  b=-EBADF
      *                    a=0
        returns  n=2       n=2"
    `);
  });
});
