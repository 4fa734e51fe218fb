/** Loop hooks where a litmus file cannot ask: of a kernel that goes wrong, of many sizes, of runs too many to list. */
import * as fc from "fast-check";
import seedrandom from "seedrandom";
import { describe, expect, it } from "vitest";
import { check } from "../../src/check/check.js";
import type { CheckResult } from "../../src/check/result.js";
import { compileLitmus, type LitmusTest } from "../../src/litmus/index.js";
import type { Event } from "../../src/model/event.js";
import { ringModel } from "../../src/model/model.js";

function compiled(text: string): LitmusTest {
  const result = compileLitmus(text, "-");
  if (!result.ok) throw new Error(result.diagnostics[0]?.message);
  return result.test;
}

const SETUP = "SINGLE_ISSUER DEFER_TASKRUN";
const REWINDING = `${SETUP} NO_SQARRAY SQ_REWIND`;

describe("a hook that is bound to two rings", () => {
  const test = compiled(`litmus rebound
ring r { sq 4 setup ${SETUP} }
ring q { sq 4 setup ${SETUP} }
hook h on r = probe(steps=1)
thread T0 {
  attach h to r as one
  attach h to q as two
  detach h as three
  detach h as four
  enter r as n
}
`);

  it("is freed while the first ring still runs it, in 7.1", () => {
    const { verdict, claims } = check(test, "linux-7.1");
    expect(verdict).toBe("violated");
    expect(claims.map(({ name, text, holds }) => [name, text, holds])).toEqual([
      ["use-after-free", "h runs on ring r, though its ops were freed with their last link", false],
    ]);
    expect(claims[0]?.path?.map(({ label }) => label)).toEqual([
      "T0: attach h to r as one",
      "T0: returns to user mode",
      "T0: attach h to q as two",
      "T0: returns to user mode",
      "T0: detach h as three",
      "T0: returns to user mode",
      "T0: detach h as four",
      "T0: returns to user mode",
      "T0: enter r as n",
      "T0: takes the lock, and runs its step",
    ]);
  });

  it("is not, in 7.1.5: the second attach is -EBUSY", () => {
    const { verdict, claims, outcomes } = check(test, "linux-7.1.5");
    expect([verdict, claims]).toEqual(["ok", []]);
    // one, two, three, four, n
    expect(outcomes.items.map(({ values }) => values)).toEqual([[0, -16, 0, -2, 0]]);
  });

  it("is still there while one link is left", () => {
    const kept = compiled(`litmus kept
ring r { sq 4 setup ${SETUP} }
ring q { sq 4 setup ${SETUP} }
hook h on r = probe(steps=1)
thread T0 {
  attach h to r
  attach h to q
  detach h
  enter r as n
  enter q wait 0 as m
}
always n = 0 and m = 0 and steps h = 1
`);
    expect(check(kept, "linux-7.1").verdict).toBe("ok");
  });
});

/** Every claim of `claims` holds in all runs of a hook on one ring. */
function expectAlways(setup: string, sq: number, cq: number, program: string, claims: string): void {
  const test = compiled(`litmus steps
ring r { sq ${sq} cq ${cq} setup ${setup} }
hook h on r = ${program}
thread T0 {
  enter r as n
}
always n = 0 and h.error = 0
always ${claims}
`);
  const result: CheckResult = check(test, "linux-7.1");
  expect([result.verdict, result.diagnoses]).toEqual(["ok", []]);
}

const entries = fc.integer({ min: 0, max: 4 }).map((log) => 2 ** log);
const settings = { seed: 4, numRuns: 25 };

describe("the steps of the shipped and posted programs", () => {
  it("nops reaps in the step that submits: requests over SQ entries, rounded up", () => {
    fc.assert(
      fc.property(
        entries,
        fc.integer({ min: 1, max: 100 }),
        fc.constantFrom(SETUP, REWINDING),
        (sq, reqs, setup) => {
          const steps = Math.ceil(reqs / sq);
          expectAlways(setup, sq, sq, `nops(reqs=${reqs})`, `steps h = ${steps} and count h-nop = ${reqs}`);
        },
      ),
      settings,
    );
  });

  it("nops-loop reaps in the step behind, and needs one more", () => {
    fc.assert(
      fc.property(entries, fc.integer({ min: 1, max: 100 }), (sq, reqs) => {
        const test = compiled(`litmus steps
ring r { sq ${sq} cq ${sq} setup ${SETUP} }
hook h on r = nops-loop(reqs=${reqs})
thread T0 {
  enter r as n
}
always n = 0 and h.result = 1 and count h-nop = ${reqs}
always steps h = ${Math.ceil(reqs / sq) + 1}
`);
        expect(check(test, "linux-7.1").verdict).toBe("ok");
      }),
      settings,
    );
  });

  it("overflow steps once for each of twice the CQ, twice to reap, and once to find nothing", () => {
    fc.assert(
      fc.property(entries, (cq) => {
        expectAlways(SETUP, 1, cq, "overflow", `steps h = ${2 * cq + 3} and h.reaped = ${2 * cq}`);
      }),
      { ...settings, numRuns: 10 },
    );
  });
});

describe("cp of k blocks of a file", () => {
  /** A run to its end with choices from `seed`: the requests that were made, and the file that was written. */
  function sampled(
    test: LitmusTest,
    seed: string,
  ): { readonly made: number; readonly copy: string | undefined } {
    const random = seedrandom(seed);
    const model = ringModel(test.scenario, "linux-7.1");
    const state = model.initial();
    const events: Event[] = [];
    for (;;) {
      const actions = model.enabled(state);
      if (actions.length === 0) break;
      model.apply(state, actions[Math.floor(random() * actions.length)]!, (event) => events.push(event));
    }
    expect(events.filter(({ kind }) => kind === "bound" || kind === "diagnosis")).toEqual([]);
    return { made: events.filter(({ kind }) => kind === "freed").length, copy: state.files[1] };
  }

  it.each([0, 1, 2, 3, 6])("%i: 2k+1 requests, inline or in io-wq, and the file is copied", (k) => {
    const content = "abcd".repeat(k);
    const test = compiled(`litmus cp
ring r { sq 8 cq 8 setup ${REWINDING} }
file f = "${content}"
file g = ""
buf b[4]
hook h on r = cp(in=f, out=g, buf=b, len=4)
thread T0 {
  enter r wait 0 as n
}
`);
    for (let seed = 0; seed < 40; seed++) {
      expect(sampled(test, String(seed))).toEqual({ made: 2 * k + 1, copy: content });
    }
  });
});

describe("hooks that are attached, detached and interrupted at any moment", () => {
  const hook = fc.constantFrom(
    "probe(steps=2, submit=2, wait=1, reap=1)",
    "probe(steps=3, submit=1, more=1)",
    "qd-limit(depth=1)",
    "chain",
    "drain",
    "rate-limiter(cap=1, wait=2)",
  );
  const flags = fc.constantFrom("", "", " | LINK", " | HARDLINK", " | ASYNC", " | DRAIN");
  const operation = fc.constantFrom(
    "NOP",
    "NOP res=-EIO",
    "NOP tw",
    "TIMEOUT ts=10ms",
    "POLL_ADD fd=p.r events=IN",
    "OP may 0, -EIO",
    "INVALID",
  );
  const sqes = fc.array(fc.tuple(operation, flags), { minLength: 1, maxLength: 4 });
  const disturbance = fc.array(
    fc.constantFrom("detach h", "attach h to r", "attach g to r", "signal T0", 'write p.w "x"', "sleep 10ms"),
    { maxLength: 4 },
  );
  const texts = fc.record({ hook, other: hook, sqes, disturbance, cq: fc.constantFrom(4, 8) }).map(
    (drawn) => `litmus disturbed
semantics linux-7.1
time free
ring r { sq 4 cq ${drawn.cq} setup ${SETUP} }
pipe p
hook h on r = ${drawn.hook}
hook g on r = ${drawn.other}
thread T0 {
  attach h to r
  queue r {
${drawn.sqes.map(([what, flag], at) => `    s${at}: ${what}${flag}`).join("\n")}
  }
  enter r wait 1 as n
  reap r 1
  detach h
  detach g
  enter r submit 4 as m
}
thread T1 {
  ${[...drawn.disturbance, "attach g to r"].join("\n  ")}
}
`,
  );

  /** What a run posted and what user space and hooks took, in order, and how many were not taken; null: a bound. */
  function cqesOf(
    test: LitmusTest,
    seed: number,
  ): { posted: string[]; taken: string[]; left: number } | null {
    const random = seedrandom(String(seed));
    const model = ringModel(test.scenario, "linux-7.1");
    const state = model.initial();
    const posted: string[] = [];
    const taken: string[] = [];
    let isBound = false;
    const tell = (event: Event): void => {
      if (event.kind === "bound") isBound = true;
      else if (event.kind === "cqe" || event.kind === "taken") {
        (event.kind === "cqe" ? posted : taken).push(`${event.label}=${event.res} ${event.flags}`);
      }
    };
    for (let steps = 0; steps < 3000; steps++) {
      const actions = model.enabled(state);
      if (actions.length === 0) break;
      model.apply(state, actions[Math.floor(random() * actions.length)]!, tell);
    }
    const [ring] = state.rings;
    return isBound ? null : { posted, taken, left: ring!.cq.length + ring!.overflow.length };
  }

  it("lose no CQE and keep their order, overflowed or not", () => {
    let runs = 0;
    let complete = 0;
    for (const text of fc.sample(texts, { seed: 6, numRuns: 150 })) {
      const test = compiled(text);
      for (let seed = 0; seed < 5; seed++) {
        const run = cqesOf(test, seed);
        if (run === null) continue;
        const { posted, taken, left } = run;
        runs++;
        if (left === 0 && posted.length > 0) complete++;
        expect(taken, text).toEqual(posted.slice(0, posted.length - left));
      }
    }
    expect(runs).toBeGreaterThan(300);
    expect(complete).toBeGreaterThan(200);
  });
});
