/** `ringspec equiv`: verdicts as exit codes, both runs beside each other, traces and exports. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { folder, ringspec } from "./cli.js";

const place = folder();
const file = (name: string, sqes: string, head = "semantics linux-6.18"): string =>
  place.write(`${name}.litmus`, `litmus ${name}\n${head}\nthread T0 {\nsubmit {\n${sqes}\n} wait 2\n}\n`);
const SOFT = file("soft", "a: OP may 0, -EIO | LINK\nb: NOP");
const HARD = file("hard", "a: OP may 0, -EIO | HARDLINK\nb: NOP");
const FREE = file("free", "a: OP may 0, -EIO\nb: NOP");

it("says how two files differ, with both runs beside each other, and exits 1", async () => {
  const { code, out } = await ringspec("equiv", HARD, FREE, "--second", "--bisimulation");
  expect(code).toBe(1);
  expect(place.strip(out)).toMatchInlineSnapshot(`
    "hard (linux-6.18) and free (linux-6.18): allows more
    Looks at CQEs in total order, how runs end
      It cannot see the order between CQEs of different rings, and when a CQE comes.
      It cannot see any data: files, buffers, pipes and sockets.
      It cannot see what system calls return, nor when.
      It cannot see how many system calls, steps and callbacks a run takes, nor what a hook takes off the ring.
    Left   2 requests, 28 states, 34 transitions, 4 without silence, 4 deterministic, 4 minimal
    Right  2 requests, 29 states, 37 transitions, 7 without silence, 5 deterministic, 5 minimal
    They are not branching bisimilar with divergence (13 classes)
    The second algorithm agrees

    Only free shows: b=0
                 hard                              free
      before     nothing is shown                  nothing is shown
    * from here  6 T0: ends the submission  → a=0  6 T0: ends the submission  → b=0
    *            7 T0: starts to wait              7 environment: answers a (0)
    *            8 T0: starts to wait  → b=0       8 T0: starts to wait
    *            9 T0: returns to user mode        9 T0: starts to wait  → a=0
    *            10 sweep: sweeps                  10 T0: returns to user mode
    *                                              11 sweep: sweeps
      end        done                              done
    "
  `);
});

it("exits 0 where they are equivalent, 3 where that is not known, 2 for what is wrong", async () => {
  expect((await ringspec("equiv", SOFT, SOFT)).code).toBe(0);
  const limited = await ringspec("equiv", SOFT, SOFT, "--states-max", "5");
  expect(limited.code).toBe(3);
  expect(limited.out).toContain("Limit of left: statesMax 5");
  expect((await ringspec("equiv", SOFT, HARD, "--observe", "loosely")).code).toBe(2);
  expect((await ringspec("equiv", SOFT, join(place.path, "none.litmus"))).code).toBe(2);
});

it("compares under a profile that both files are about", async () => {
  const older = file("older", "a: NOP\nb: NOP", "semantics linux-6.1 linux-6.12");
  const both = file("both", "a: NOP\nb: NOP", "semantics linux-6.12 linux-6.18");
  expect((await ringspec("equiv", older, both)).out).toContain("older (linux-6.12)");
  const none = await ringspec("equiv", older, SOFT);
  expect(none.code).toBe(2);
  expect(none.err).toContain("no profile is common to it (linux-6.1, linux-6.12)");
  const two = await ringspec("equiv", older, SOFT, "-p", "linux-6.1", "--right-profile", "linux-6.18");
  expect(two.out).toContain("soft (linux-6.18)");
});

it("writes runs that replay follows, on both sides", async () => {
  const traces = join(place.path, "traces");
  const { out } = await ringspec("equiv", SOFT, HARD, "--observe", "per-chain", "--trace-dir", traces);
  const files = readdirSync(traces);
  expect(files).toHaveLength(4);
  for (const name of files) {
    expect(out).toContain(`ringspec replay ${join(traces, name)}`);
    const replayed = await ringspec("replay", join(traces, name), "--quiet");
    expect(replayed).toMatchObject({ code: 0 });
    expect(replayed.out).toContain("the run is the recorded one");
  }
});

it("writes the automata, the smallest ones too where there are some", async () => {
  const total = join(place.path, "total");
  await ringspec("equiv", SOFT, HARD, "--export", total);
  expect(readFileSync(join(total, "left.soft.min.aut"), "utf8")).toBe(
    'des (0, 5, 5)\n(0, "a=-EIO", 1)\n(0, "a=0", 2)\n(1, "b=-ECANCELED", 3)\n(2, "b=0", 3)\n(3, "done", 4)\n',
  );
  expect(readFileSync(join(total, "right.hard.aut"), "utf8")).toMatch(/^des \(0, \d+, \d+\)\n\(0, i, 1\)\n/);
  expect(readFileSync(join(total, "right.hard.min.dot"), "utf8")).toContain('digraph "hard"');
  const chains = join(place.path, "chains");
  await ringspec("equiv", SOFT, HARD, "--export", chains, "--observe", "per-chain");
  expect(existsSync(join(chains, "left.soft.aut"))).toBe(true);
  expect(existsSync(join(chains, "left.soft.min.aut"))).toBe(false);
});

it("prints one JSON object", async () => {
  const { out } = await ringspec("equiv", HARD, FREE, "--json", "--returns");
  const result = JSON.parse(out);
  expect(result).toMatchObject({
    schema: "ringspec.equiv/1",
    verdict: "allows more",
    files: { left: { file: HARD } },
    observation: { cqes: "total", files: false, returns: true },
    onlyLeft: null,
    onlyRight: { letters: 1, word: [{ track: "", letters: ["b=0"] }] },
  });
});
