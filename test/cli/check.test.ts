/** `check` and `promote`: what they print, to the byte, and how they end. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readTrace } from "../../src/trace/index.js";
import { folder, PICKED, ringspec, SEVERED, WRONG } from "./cli.js";

const VACUOUS = `litmus vacuous
semantics linux-6.18
thread T0 { submit {
  a: NOP
} }
always a.res = -EIO implies silent a
`;

const files = folder();
const severed = files.write("all/severed.litmus", SEVERED);
const picked = files.write("all/more/picked.litmus", PICKED);
const wrong = files.write("wrong.litmus", WRONG);

/** The size of the state space is not what these tests are about. */
const counted = (text: string) => text.replaceAll(/(states|transitions) \d+/g, "$1 N");

describe("check", () => {
  it("prints a block shaped like herd7's", async () => {
    const { code, out } = await ringspec("check", severed);
    expect(out).toMatchInlineSnapshot(`
      "Test severed Required
      Semantics linux-6.18
      States 1
      a=10 b=-ECANCELED c=-ECANCELED; n=3; f="0123456789" g=""
      Ok
      Witnesses
      Positive: 2 Negative: 0
      Condition always severs: (a.res = 10 and b.res = -ECANCELED and c.res = -ECANCELED)
      Observation severed Always 2 0
      Ok
      Witnesses
      Positive: 2 Negative: 0
      Condition always (a before b and b before c)
      Observation severed Always 2 0
      Ok
      Witnesses
      Positive: 2 Negative: 0
      Condition never (g = "copied")
      Observation severed Never 0 2
      Hash=6998d151078e13a1

      "
    `);
    expect(code).toBe(0);
  });

  it("ends a failure with the commands that replay, shrink and freeze it", async () => {
    const { code, out } = await ringspec("check", wrong);
    expect(code).toBe(1);
    expect(files.strip(out)).toMatchInlineSnapshot(`
      "Test wrong Required
      Semantics linux-6.18
      States 2
      z=0 a=10 b=-ECANCELED; n=3; f="0123456789"
      a=10 z=0 b=-ECANCELED; n=3; f="0123456789"
      Ok
      Witnesses
      Positive: 2 Negative: 0
      Condition always first: (a.res = 10)
      Observation wrong Always 2 0
      No
      Witnesses
      Positive: 0 Negative: 2
      Condition always (b.res = 0)
      Observation wrong Never 0 2
      Ok
      Witnesses
      Positive: 2 Negative: 0
      Condition exists (b.res = -ECANCELED)
      Observation wrong Always 2 0
      Hash=34c0cfb7115c7312
        ringspec check wrong.litmus --profile linux-6.18 --trace-dir traces/regressions
        ringspec shrink wrong.litmus --profile linux-6.18
        ringspec promote wrong.litmus

      "
    `);
  });

  it("writes the failing run where it is told to", async () => {
    const traces = join(files.path, "traces");
    const { code, out } = await ringspec("check", wrong, "--trace-dir", traces);
    expect(code).toBe(1);
    expect(readdirSync(traces)).toEqual(["wrong.linux-6.18.2.trace.json"]);
    const trace = join(traces, "wrong.linux-6.18.2.trace.json");
    expect(out).toContain(`  ringspec replay ${trace}\n`);
    expect(readTrace(readFileSync(trace, "utf8")).kind).toBe("trace");
    const replayed = await ringspec("replay", trace, "--quiet");
    expect(replayed.code).toBe(0);
    expect(replayed.out).toContain("violates what was recorded: always b.res = 0");
  });

  it("finds the files of a folder, sorted, and sums up", async () => {
    const { code, out } = await ringspec("check", "--quiet", files.path);
    expect(code).toBe(1);
    expect(files.strip(out)).toMatchInlineSnapshot(`
      "ok all/more/picked.litmus (1)
      ok all/severed.litmus (1)
      violated wrong.litmus (1)
        linux-6.18: always b.res = 0
        ringspec check wrong.litmus --profile linux-6.18 --trace-dir traces/regressions
        ringspec shrink wrong.litmus --profile linux-6.18
        ringspec promote wrong.litmus
      3 files, 2 as claimed, 1 violated, 0 inconclusive, 3 files without .expected
      "
    `);
  });

  it("leaves out profiles that a found file is not about, and takes what is asked of a named one", async () => {
    const found = await ringspec("check", "-q", join(files.path, "all"), "--profile", "linux-6.1");
    expect(found.out).toBe(
      "0 files, 0 as claimed, 0 violated, 0 inconclusive, 2 files are about other profiles\n",
    );
    const named = await ringspec("check", severed, "--profile", "linux-6.1");
    expect(named.out).toContain("Semantics linux-6.1\n");
  });

  it("prints the JSON of LITMUS.md, a line a file and profile", async () => {
    const { code, out } = await ringspec("check", "--json", severed);
    expect(code).toBe(0);
    const json = JSON.parse(out);
    expect(out.split("\n")).toHaveLength(2);
    expect(json).toMatchObject({
      schema: "ringspec.check/1",
      litmus: "severed",
      file: severed,
      semantics: "linux-6.18",
      verdict: "ok",
      claims: [
        { kind: "always", name: "severs", holds: true, path: null },
        { kind: "always", name: null, text: "a before b and b before c", holds: true, path: null },
        { kind: "never", name: null, text: 'g = "copied"', holds: true, path: null },
      ],
      outcomes: {
        total: 1,
        listed: 1,
        items: [
          {
            cq: {
              r: [
                ["a", 10, 0],
                ["b", -125, 0],
                ["c", -125, 0],
              ],
            },
            ret: { n: 3 },
            files: { f: "0123456789", g: "" },
            hang: false,
          },
        ],
      },
      explored: { complete: true, limit: null, reductions: [] },
      seed: null,
    });
    expect(json.hash).toMatch(/^[0-9a-f]{16}$/);
  });

  it("gives in JSON the run that decides a claim, as a trace's choices", async () => {
    const { out } = await ringspec("check", "--json", wrong);
    const json = JSON.parse(out);
    expect(json.verdict).toBe("violated");
    expect(json.claims[0].path).toBeNull();
    for (const claim of [json.claims[1], json.claims[2]]) {
      expect(claim.path.length).toBeGreaterThan(0);
      for (const choice of claim.path) expect(Object.keys(choice)).toEqual(["index", "count", "label"]);
    }
  });

  it("does not take a claim for granted whose premise no run reaches", async () => {
    const vacuous = files.write("none/vacuous.litmus", VACUOUS);
    const { code, out } = await ringspec("check", vacuous);
    expect(code).toBe(1);
    expect(out).toContain("\nVacuous: no run reaches the premise, so that the claim says nothing\n");
    const quiet = await ringspec("check", "-q", vacuous);
    expect(quiet.out).toContain(
      "always a.res = -EIO implies silent a is vacuous (no run reaches its premise)\n",
    );
    expect(JSON.parse((await ringspec("check", "--json", vacuous)).out)).toMatchObject({
      verdict: "violated",
      claims: [{ holds: true, vacuous: true }],
    });
  });

  it("lists as many outcomes as wanted, and counts all", async () => {
    const { out } = await ringspec("check", "--json", "--max-outcomes", "1", picked);
    expect(JSON.parse(out).outcomes).toMatchObject({ total: 2, listed: 1 });
  });

  it("is inconclusive where a limit is hit, and never ok", async () => {
    const { code, out } = await ringspec("check", severed, "--states-max", "3");
    expect(code).toBe(3);
    expect(out).toContain("Undecided\n");
    expect(out).toContain("Inconclusive statesMax 3: 3 states were looked at, not all\n");
    const depth = await ringspec("check", "-q", severed, "--depth-max", "2");
    expect(depth.code).toBe(3);
    expect(files.strip(depth.out)).toBe("inconclusive all/severed.litmus (1)\n  linux-6.18: depthMax 2\n");
  });

  it("says with --stats how tight the profiles are", async () => {
    const { out } = await ringspec("check", "-q", "--stats", join(files.path, "all"));
    // The columns are as wide as the folder's own path.
    expect(files.strip(out).replaceAll(/ {2,}/g, "  ")).toMatchInlineSnapshot(`
      "ok all/more/picked.litmus (1)
      ok all/severed.litmus (1)

      outcomes  linux-6.18
      all/more/picked.litmus  2
      all/severed.litmus  1
      files  2
      with one outcome  1
      mean  1.50
      most  2
      2 files, 2 as claimed, 0 violated, 0 inconclusive, 2 files without .expected
      "
    `);
  });

  it("prints the same bytes again", async () => {
    const once = await ringspec("check", files.path);
    expect(await ringspec("check", files.path)).toEqual(once);
  });
});

describe("promote", () => {
  const own = folder();
  const other = folder();
  const path = own.write("picked.litmus", PICKED);

  it("writes what is found, and then there is nothing to write", async () => {
    const first = await ringspec("promote", path);
    expect(first.code).toBe(0);
    expect(own.strip(first.out)).toBe("new picked.expected\n1 files, 1 written, 0 as they were\n");
    expect(counted(readFileSync(join(own.path, "picked.expected"), "utf8"))).toMatchInlineSnapshot(`
      "expected picked

      semantics linux-6.18
      verdict ok
      claim holds: exists a.res = 0
      claim holds: exists a.res = -EIO
      outcomes 2
        a=-EIO
        a=0
      states N
      transitions N
      "
    `);
    const second = await ringspec("promote", path);
    expect(second.out).toBe("1 files, 0 written, 1 as they were\n");
    expect((await ringspec("check", path)).code).toBe(0);
  });

  it("makes check fail where something else is found, with a diff", async () => {
    own.write("picked.litmus", PICKED.replace("may 0, -EIO", "may 0, -EIO, -EFAULT"));
    const { code, out } = await ringspec("check", "-q", path);
    expect(code).toBe(1);
    expect(counted(own.strip(out))).toMatchInlineSnapshot(`
      "differs picked.litmus (1)
      linux-6.18 differs from the .expected file (- promoted, + now):
      …
        verdict ok
        claim holds: exists a.res = 0
        claim holds: exists a.res = -EIO
      - outcomes 2
      + outcomes 3
      +   a=-EFAULT
          a=-EIO
          a=0
      - states N
      - transitions N
      + states N
      + transitions N
        ringspec promote picked.litmus
      "
    `);
    const json = await ringspec("check", "--json", path);
    expect(JSON.parse(json.out)).toMatchObject({ verdict: "violated", expected: "differs" });
    const promoted = await ringspec("promote", own.path);
    expect(promoted.code).toBe(0);
    expect(promoted.out).toContain("+   a=-EFAULT\n");
  });

  it("leaves a file alone whose search is not complete", async () => {
    const { code, out } = await ringspec("promote", path, "--states-max", "2");
    expect(code).toBe(3);
    expect(own.strip(out)).toContain("not promoted: picked.litmus linux-6.18: statesMax 2 was hit\n");
  });

  it("writes nothing on a dry run", async () => {
    const file = other.write("wrong.litmus", WRONG);
    const { code, out } = await ringspec("promote", "--dry-run", file);
    expect(code).toBe(1);
    expect(other.strip(out)).toBe(
      "promoted as it is: wrong.litmus linux-6.18: always b.res = 0 is violated\nnew wrong.expected\n1 files, 1 would change, 0 as they were\n",
    );
    expect(readdirSync(other.path)).toEqual(["wrong.litmus"]);
  });
});
