import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  FEATURES,
  type Feature,
  type GeneratedScenario,
  type GenerateOptions,
  MODEL_ONLY,
  SUITES,
  scenarios,
  sqesOf,
  suiteOf,
  toLitmus,
} from "../../src/properties/generate/index.js";
import { PROPERTIES } from "../../src/properties/index.js";

const ALL: GenerateOptions = { sqesMax: 12 };
const sample = (options: GenerateOptions, numRuns: number, seed = 1): GeneratedScenario[] =>
  fc.sample(scenarios(options), { seed, numRuns });

/** Each opcode, flag and statement word in the texts, with the letters of labels and the numbers left out. */
function words(samples: readonly GeneratedScenario[]): Set<string> {
  const found = new Set<string>();
  for (const scenario of samples) {
    for (const { opcode, flags, keys, multishot, may } of sqesOf(scenario)) {
      for (const word of [opcode, ...flags]) found.add(word);
      for (const [name, value] of keys) {
        found.add(`${opcode} ${name}`);
        if (name === "flags" || name === "msg")
          for (const part of value.split(",")) found.add(`${opcode} ${part}`);
        if (name === "fd") found.add(value.replace(/[pq]\./, "pipe.").replace(/^[fg]$/, "file"));
      }
      if (multishot) found.add("multishot");
      if (may.length > 0) found.add("may");
    }
    for (const { setup, cq } of scenario.rings) for (const word of [...setup, `cq ${cq}`]) found.add(word);
    for (const line of toLitmus(scenario).split("\n")) found.add(line.trim().split(" ")[0]!);
  }
  return found;
}

describe("what the generators cover", () => {
  const found = words(sample(ALL, 2000));

  it.each([
    ..."NOP READ WRITE SEND RECV OPENAT CLOSE FSYNC POLL_ADD POLL_REMOVE TIMEOUT TIMEOUT_REMOVE LINK_TIMEOUT".split(
      " ",
    ),
    ..."ASYNC_CANCEL MSG_RING INVALID OP UNLINKAT STATX SPLICE FUTEX_WAIT WAITID CONNECT FADVISE".split(" "),
    ..."LINK HARDLINK DRAIN ASYNC SKIP BUFFER_SELECT multishot may".split(" "),
    ...[
      "NOP res",
      "NOP tw",
      "NOP prep",
      "NOP ud",
      "READ buf",
      "WRITE buf",
      "WRITE data",
      "RECV WAITALL",
      "RECV DONTWAIT",
    ],
    ...[
      "TIMEOUT count",
      "TIMEOUT ETIME_SUCCESS",
      "TIMEOUT MULTISHOT",
      "TIMEOUT_REMOVE UPDATE",
      "TIMEOUT_REMOVE LINK_UPDATE",
    ],
    ...[
      "ASYNC_CANCEL ALL",
      "ASYNC_CANCEL ANY",
      "ASYNC_CANCEL FD",
      "ASYNC_CANCEL OP",
      "OPENAT slot",
      "CLOSE slot",
    ],
    ..."file pipe.r pipe.w s.0 s.1 slot:0 -1".split(" "),
    ..."SUBMIT_ALL COOP_TASKRUN TASKRUN_FLAG SINGLE_ISSUER DEFER_TASKRUN SQPOLL".split(" "),
    ...["cq 2", "cq 4", "cq 32"],
    ..."submit queue enter reap peek sqflags sync_cancel sleep if write read close slot clear thread".split(
      " ",
    ),
  ])("%s", (word) => {
    expect(found).toContain(word);
  });

  it("keeps within the number of SQEs, and gives each its own label", () => {
    for (const sqesMax of [1, 4, 12]) {
      const sizes = sample({ sqesMax }, 300).map((scenario) => sqesOf(scenario).map(({ label }) => label));
      for (const labels of sizes) {
        expect(new Set(labels).size).toBe(labels.length);
        expect(labels.length).toBeLessThanOrEqual(sqesMax);
        expect(labels.length).toBeGreaterThanOrEqual(1);
      }
      expect(Math.max(...sizes.map(({ length }) => length))).toBe(sqesMax);
    }
  });

  it("yields nothing that a kernel cannot be asked for where it must run there", () => {
    const runnable = words(sample({ ...ALL, kernelRunnable: true }, 500));
    for (const word of ["OP", "may", "NOP ud", "UNLINKAT"]) expect(runnable).not.toContain(word);
  });

  it("leaves out what the profile's kernel does not have", () => {
    const old = words(sample({ ...ALL, profile: "linux-6.1" }, 500));
    for (const word of ["NOP res", "NOP tw", "TIMEOUT MULTISHOT", "ASYNC_CANCEL OP"]) {
      expect(old).not.toContain(word);
    }
  });

  it.each<[Feature, string]>([
    ["links", "LINK"],
    ["hardlinks", "HARDLINK"],
    ["skip", "SKIP"],
    ["drain", "DRAIN"],
    ["async", "ASYNC"],
    ["prep", "INVALID"],
    ["timeouts", "TIMEOUT"],
    ["cancel", "ASYNC_CANCEL"],
    ["msgRing", "MSG_RING"],
    ["sqpoll", "SQPOLL"],
    ["branches", "if"],
    ["may", "OP"],
  ])("without %s there is no %s", (feature, word) => {
    const features = FEATURES.filter(
      (other) => other !== feature && !(feature === "links" && other === "linkTimeouts"),
    );
    expect(words(sample({ sqesMax: 8, features }, 300))).not.toContain(word);
  });
});

describe("shrinking", () => {
  const smallest = (isWrong: (scenario: GeneratedScenario) => boolean): string => {
    const result = fc.check(
      fc.property(scenarios(ALL), (scenario) => !isWrong(scenario)),
      { seed: 5, numRuns: 2000 },
    );
    return toLitmus(result.counterexample![0]).replace(/^litmus generated\n\n/, "");
  };
  const anySqe =
    (test: (sqe: { opcode: string; flags: readonly string[] }) => boolean) => (scenario: GeneratedScenario) =>
      sqesOf(scenario).some(test);

  it("ends at the one SQE that matters", () => {
    expect(smallest(anySqe(({ opcode }) => opcode === "FSYNC"))).toMatchInlineSnapshot(`
      "ring r { sq 16 cq 32 }
      file f = "0123456789"

      thread T0 {
        submit r {
          a: FSYNC fd=f
        } as n0
      }
      "
    `);
    expect(
      smallest(anySqe(({ flags }) => flags.includes("HARDLINK") && flags.includes("SKIP"))),
    ).toMatchInlineSnapshot(`
      "ring r { sq 16 cq 32 }

      thread T0 {
        submit r {
          a: NOP | HARDLINK SKIP
        } as n0
      }
      "
    `);
  });

  it("keeps what a chain needs", () => {
    const failsInTheMiddle = (scenario: GeneratedScenario): boolean => {
      const list = sqesOf(scenario);
      return list.some(
        ({ opcode }, at) => opcode === "INVALID" && list[at - 1]?.flags.includes("LINK") === true,
      );
    };
    expect(smallest(failsInTheMiddle)).toMatchInlineSnapshot(`
      "ring r { sq 16 cq 32 }

      thread T0 {
        submit r {
          a: NOP | LINK
          b: INVALID
        } as n0
      }
      "
    `);
  });
});

describe("suites", () => {
  it("are named, and hold each property in one of them at least", () => {
    expect(SUITES.map(({ name }) => name)).toMatchInlineSnapshot(`
      [
        "links",
        "skip",
        "drain",
        "timeouts",
        "cancel",
        "overflow",
        "prep",
        "defer",
        "sqpoll",
        "threads",
        "world",
        "all",
      ]
    `);
    const covered = new Set(
      SUITES.filter(({ name }) => name !== "all").flatMap(({ properties }) => properties),
    );
    expect(PROPERTIES.filter((property) => !covered.has(property)).map(({ name }) => name)).toEqual([]);
    expect(suiteOf("drain")?.title).toMatch(/DRAIN/);
    expect(suiteOf("none")).toBeUndefined();
  });

  it("name properties and features that exist", () => {
    for (const { options, properties } of SUITES) {
      expect(properties.length).toBeGreaterThan(5);
      for (const feature of options.features ?? []) expect(FEATURES).toContain(feature);
    }
    for (const feature of MODEL_ONLY) expect(FEATURES).toContain(feature);
  });
});

describe("a seed's scenarios stay the same", () => {
  it.each(SUITES.map((suite) => [suite.name, suite] as const))("%s", (_, { options }) => {
    const [first] = sample(options, 1, 20);
    expect(toLitmus(first!)).toMatchSnapshot();
  });
});
