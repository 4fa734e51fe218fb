/** `run`, `replay`, `explain`, `shrink`: single runs, to the byte, and what becomes of a trace whose scenario was changed. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { folder, ringspec, SEVERED, WRONG } from "./cli.js";

const files = folder();
const severed = files.write("severed.litmus", SEVERED);
const wrong = files.write("wrong.litmus", WRONG);

describe("run", () => {
  it("prints the seed first, and then a timeline of actors", async () => {
    const { code, out } = await ringspec("run", severed, "--seed", "7");
    expect(code).toBe(0);
    expect(out).toMatchInlineSnapshot(`
      "seed 7
      severed, linux-6.18, time ordered, chooser seeded

      step  actor  what
         1  T0     queue { a b c }
         2  T0     enter submit 3 wait 3 as n
         3  T0     submits a: READ
         4  T0     submits b: WRITE
         5  T0     submits c: NOP
         6  T0     issues a (answer 0)
                     a is issued by the submitter
         7  T0     ends the submission
                     CQE a=10
         8  T0     starts to wait
         9  T0     starts to wait
                     CQE b=-ECANCELED
                     CQE c=-ECANCELED
        10  T0     returns to user mode
                     enter returns 3
        11  T0     reap

      outcome a=10 b=-ECANCELED c=-ECANCELED; n=3; f="0123456789" g=""
      not violated always severs: a.res = 10 and b.res = -ECANCELED and c.res = -ECANCELED
      not violated always a before b and b before c
      not violated never g = "copied"
      "
    `);
  });

  it.each(["seeded", "pct"])("gives the same bytes for the same seed: %s", async (chooser) => {
    for (const seed of ["1", "2", "words"]) {
      const once = await ringspec(
        "run",
        wrong,
        "--profile",
        "documented",
        "--chooser",
        chooser,
        "--seed",
        seed,
      );
      expect(
        await ringspec("run", wrong, "--profile", "documented", "--chooser", chooser, "--seed", seed),
      ).toEqual(once);
      expect(once.out.startsWith(`seed ${seed}\n`)).toBe(true);
    }
  });

  it("takes a fresh seed where none is given, and says which", async () => {
    expect((await ringspec("run", severed)).out.startsWith("seed 1234\n")).toBe(true);
  });

  it("exits 1 where the run violates a claim", async () => {
    const { code, out } = await ringspec("run", wrong, "--seed", "7");
    expect(code).toBe(1);
    expect(out).toContain("violated always b.res = 0\n");
    expect(out).toContain("shown exists b.res = -ECANCELED\n");
  });
});

describe("replay", () => {
  const trace = join(files.path, "wrong.json");

  it("follows a saved run, and says that it violates what was recorded", async () => {
    const run = await ringspec("run", wrong, "--seed", "7", "--trace", trace);
    expect(run.out).toContain(`  ringspec replay ${trace}\n`);
    const { code, out } = await ringspec("replay", trace);
    expect(code).toBe(0);
    expect(out).toContain("seed 7\n");
    expect(
      out.endsWith("the run is the recorded one, and violates what was recorded: always b.res = 0\n"),
    ).toBe(true);
    const timeline = (text: string) => text.slice(text.indexOf("step  actor"), text.indexOf("outcome"));
    expect(timeline(out)).toBe(timeline(run.out));
  });

  it("follows it from an older schema too, which had no counts", async () => {
    const json = JSON.parse(readFileSync(trace, "utf8"));
    json.schema = "ringspec.trace/0";
    for (const choice of json.choices) delete choice.count;
    const { code } = await ringspec("replay", files.write("old.json", JSON.stringify(json)));
    expect(code).toBe(0);
  });

  it("says at which step it parts from a changed scenario, and what was enabled there", async () => {
    const changed = files.write(
      "changed/wrong.litmus",
      WRONG.replace("a: READ fd=f len=100 | LINK\n    b: NOP", "a: READ fd=f len=100\n    b: NOP"),
    );
    const { code, out } = await ringspec("replay", trace, "--quiet", "--litmus", changed);
    expect(code).toBe(1);
    expect(out.replaceAll(/[0-9a-f]{16}/g, "HASH")).toMatchInlineSnapshot(`
      "wrong, linux-6.18, 10 steps
      seed 7
      the scenario was changed: its hash is HASH, recorded was HASH
      The run parts from its schedule at step 5: expected "T0: submits b: NOP" (choice 1 of 1); enabled: "T0: issues a (answer 0)", "T0: issues a (answer 1)".
      "
    `);
  });

  it("says so where the scenario ends before the trace does", async () => {
    const json = JSON.parse(readFileSync(trace, "utf8"));
    json.choices.push({ index: 0, count: 1, label: "T0: goes on" });
    const { code, out } = await ringspec("replay", "-q", files.write("longer.json", JSON.stringify(json)));
    expect(code).toBe(1);
    expect(out).toMatch(
      /parts from its schedule at step \d+: expected "T0: goes on"; enabled: nothing; 1 steps are left over\.\n$/,
    );
  });

  it("says so where the recorded violation is gone", async () => {
    const json = JSON.parse(readFileSync(trace, "utf8"));
    json.violates = { claim: "always first: a.res = 10" };
    const { code, out } = await ringspec("replay", "-q", files.write("gone.json", JSON.stringify(json)));
    expect(code).toBe(1);
    expect(out).toContain("does not violate what was recorded: always first: a.res = 10\n");
  });
});

describe("explain", () => {
  it("lists the rules that fired on the deciding run, with their sources", async () => {
    const { code, out } = await ringspec("explain", wrong, "--claim", "2");
    expect(code).toBe(1);
    expect(out).toContain("always b.res = 0: is violated\n");
    expect(out).toMatch(/\nFAIL-03 +READ and WRITE sever .*__io_complete_rw_common/);
    expect(out).toMatch(/\nPROP-01 +/);
    expect(out).not.toContain("always first");
  });

  it("shows one run of all where no single run decides a claim", async () => {
    const { code, out } = await ringspec("explain", severed, "--claim", "severs");
    expect(code).toBe(0);
    expect(out).toContain("no single run decides it: all runs do; this is one of them\n");
    expect(out).toContain("\nrules that fired:\n");
  });
});

describe("shrink", () => {
  it("finds the smallest scenario whose claim fails in the same way, and its shortest run", async () => {
    const { code, out } = await ringspec("shrink", wrong);
    expect(code).toBe(1);
    expect(out).toMatchInlineSnapshot(`
      "shrinking wrong, linux-6.18, violated: always b.res = 0
      3 steps, 33 candidates: nothing more can be taken away

      litmus wrong-shrunk
      semantics linux-6.18

      file f = ""

      thread T0 {
        submit {
          a: READ fd=f len=100  | LINK
          b: NOP
        }
      }

      always b.res = 0

      step  actor  what
         1  T0     queue { a b }
         2  T0     enter submit 2
         3  T0     submits a: READ
         4  T0     submits b: NOP
         5  T0     issues a (answer 0)
                     a is issued by the submitter
         6  T0     ends the submission
                     CQE a=0
         7  T0     returns to user mode
         8  T0     returns to user mode
                     CQE b=-ECANCELED
                     enter returns 2
         9  sweep  sweeps

      outcome a=0 b=-ECANCELED; f=""
      violated always b.res = 0
      "
    `);
  });

  it("does the same for a trace, and keeps what it found", async () => {
    const trace = join(files.path, "wrong.json");
    const kept = join(files.path, "kept");
    const { code, out } = await ringspec("shrink", trace, "--out", kept);
    expect(code).toBe(1);
    const small = join(kept, "wrong-shrunk.litmus");
    expect(out).toContain(`  ringspec check ${small} --profile linux-6.18\n`);
    expect((await ringspec("check", small)).code).toBe(1);
    expect((await ringspec("replay", "-q", join(kept, "wrong-shrunk.linux-6.18.trace.json"))).code).toBe(0);
  });

  it("stops at its limit, and says so", async () => {
    const { out } = await ringspec("shrink", wrong, "--tries-max", "1");
    expect(out).toContain("1 candidates: --tries-max 1 was reached\n");
  });
});
