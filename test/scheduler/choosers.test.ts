/** Each chooser keeps what its header promises; outputs for fixed seeds are pinned. */
import { describe, expect, it } from "vitest";
import type { Chooser } from "../../src/scheduler/chooser.js";
import { Exhaustive } from "../../src/scheduler/exhaustive.js";
import { loose } from "../../src/scheduler/loose.js";
import { codecOf } from "../../src/scheduler/packing.js";
import { pct } from "../../src/scheduler/pct.js";
import { randomOf } from "../../src/scheduler/random.js";
import { replay } from "../../src/scheduler/replay.js";
import { run } from "../../src/scheduler/run.js";
import { search } from "../../src/scheduler/search.js";
import { seeded } from "../../src/scheduler/seeded.js";
import { begin, step } from "../../src/scheduler/step.js";
import { countRuns } from "../../src/scheduler/uniform.js";
import {
  type Count,
  type Counters,
  counters,
  type Edge,
  type Place,
  type Queue,
  queue,
  tableModel,
} from "./toys.js";

const stepsMax = 100;
const actorOf = ({ actor }: Count): number => actor;

function labels(chooser: Chooser, actors = 3, to = 3): string {
  const { model } = counters(actors, to);
  return run(model, chooser, { stepsMax, actorOf })
    .schedule.map(({ label }) => label)
    .join(" ");
}

describe("step", () => {
  it("changes a copy, freezes it, shares the rest, and tells events and patches", () => {
    const { model } = queue(3, 3);
    const start = begin(model);
    const { state, events, patches } = step(model, start, "make");
    expect(start).toEqual({ made: 0, queue: [], log: "", dropped: [] });
    expect(state).toEqual({ made: 1, queue: [1], log: "", dropped: [] });
    expect(Object.isFrozen(state) && Object.isFrozen(state.queue) && Object.isFrozen(start)).toBe(true);
    expect(state.dropped).toBe(start.dropped);
    expect(events).toEqual([]);
    expect(patches).toEqual([
      { op: "add", path: ["queue", 0], value: 1 },
      { op: "replace", path: ["made"], value: 1 },
    ]);
    expect(step(model, state, "drop").events).toEqual([{ kind: "dropped", item: 1 }]);
  });
});

describe("run", () => {
  it("ends quiescent, at its limit, or where the chooser refuses", () => {
    const { model } = counters(2, 2);
    expect(run(model, loose([]), { stepsMax })).toMatchObject({
      end: "quiescent",
      why: null,
      state: { at: [2, 2] },
    });
    expect(run(model, loose([]), { stepsMax: 4 })).toMatchObject({ end: "quiescent" });
    expect(run(model, loose([]), { stepsMax: 3 })).toMatchObject({ end: "steps", state: { at: [2, 1] } });
    const refusing = { choose: () => ({ stop: "No." }) };
    expect(run(model, refusing, { stepsMax })).toEqual({
      schedule: [],
      state: { at: [0, 0] },
      end: "parted",
      why: "No.",
    });
    expect(() => run(model, { choose: () => 2 }, { stepsMax })).toThrow(new RangeError("choice 2 of 2"));
  });

  it("writes down every choice, and tells every event and step", () => {
    const { model } = counters(2, 1);
    const told: unknown[] = [];
    const { schedule } = run(model, loose([1]), {
      stepsMax,
      onEvent: (event) => told.push(event),
      onStep: ({ state }, action, before) => told.push([before.at, action.actor, state.at]),
    });
    expect(schedule).toEqual([
      { index: 1, count: 2, label: "b1" },
      { index: 0, count: 1, label: "a1" },
    ]);
    expect(told).toEqual([
      { actor: 1, to: 1 },
      [[0, 0], 1, [0, 1]],
      { actor: 0, to: 1 },
      [[0, 1], 0, [1, 1]],
    ]);
  });
});

describe("seeded", () => {
  it("gives the same run for the same seed, for ever", () => {
    expect(labels(seeded("ringspec"))).toBe("c1 c2 c3 b1 a1 a2 b2 a3 b3");
    expect(labels(seeded("1"))).toBe("b1 c1 a1 a2 b2 a3 c2 c3 b3");
    expect(labels(seeded("1"))).toBe(labels(seeded("1")));
  });

  it("draws without bias", () => {
    const random = randomOf("bias");
    // With a remainder alone, the lower third would come twice as often as each of the others.
    const bound = 3 * 2 ** 30;
    const thirds = [0, 0, 0];
    for (let n = 0; n < 3000; n++) thirds[Math.floor(random.below(bound) / 2 ** 30)]!++;
    for (const count of thirds) expect(Math.abs(count - 1000)).toBeLessThan(120);
    expect([1, 2, 10, 1000, 2 ** 32].map((n) => random.below(n))).toEqual([0, 0, 9, 196, 1925357472]);
    for (const bad of [0, -1, 1.5, 2 ** 32 + 1]) expect(() => random.below(bad)).toThrow(RangeError);
  });

  it("reaches every run of a small model", () => {
    const seen = new Set<string>();
    for (let seed = 0; seed < 200; seed++) seen.add(labels(seeded(String(seed)), 2, 2));
    expect(seen.size).toBe(6);
  });
});

describe("countRuns", () => {
  const countsOf = ({ model, layout }: ReturnType<typeof queue>) =>
    countRuns(search({ model, codec: codecOf<Queue>(layout) }, {}, { edges: true }).graph!);

  it("counts every run, and takes each equally often", () => {
    const toy = queue(3, 2);
    const chooser = new Exhaustive();
    let all = 0;
    do {
      run(toy.model, chooser, { stepsMax });
      all++;
    } while (chooser.advance());
    const counts = countsOf(toy)!;
    expect(counts.total).toBe(BigInt(all));
    const seen = new Map<string, number>();
    for (let seed = 0; seed < 100 * all; seed++) {
      const key = String(
        run(toy.model, counts.chooser(String(seed)), { stepsMax }).schedule.map(({ label }) => label),
      );
      seen.set(key, (seen.get(key) ?? 0) + 1);
    }
    expect(seen.size).toBe(all);
    for (const count of seen.values()) expect(Math.abs(count - 100)).toBeLessThan(45);
  });

  it("counts more runs than a number holds", () => {
    const { model, layout } = counters(4, 20);
    const { graph } = search(
      { model, codec: codecOf<Counters>(layout) },
      {},
      { edges: true, parents: false },
    );
    const factorial = (n: bigint): bigint => (n < 2n ? 1n : n * factorial(n - 1n));
    const counts = countRuns(graph!)!;
    expect(counts.total).toBe(factorial(80n) / factorial(20n) ** 4n);
    expect(run(model, counts.chooser("a"), { stepsMax }).end).toBe("quiescent");
  });

  it("refuses what cannot be counted, and a run of another model", () => {
    const round = tableModel([[{ target: 1, letters: [] }], [{ target: 0, letters: [] }]]);
    const problem = { model: round.model, codec: codecOf<Place>(round.layout) };
    expect(countRuns(search(problem, {}, { edges: true }).graph!)).toBe(null);
    const { model, layout } = queue(2, 1);
    expect(
      countRuns(search({ model, codec: codecOf<Queue>(layout) }, { depthMax: 1 }, { edges: true }).graph!),
    ).toBe(null);
    const counts = countsOf(queue(2, 1))!;
    expect(run(counters(2, 2).model, counts.chooser("x"), { stepsMax })).toMatchObject({ end: "parted" });
  });
});

describe("pct", () => {
  it("gives the same run for the same seed, for ever", () => {
    expect(labels(pct("ringspec", { depth: 1, steps: 9 }))).toBe("a1 a2 a3 b1 b2 b3 c1 c2 c3");
    expect(labels(pct("ringspec", { depth: 3, steps: 9 }))).toBe("c1 c2 a1 a2 a3 b1 b2 b3 c3");
  });

  it("runs one actor to its end after the other at depth 1, in every order equally often", () => {
    const seen = new Map<string, number>();
    for (let seed = 0; seed < 600; seed++) {
      const order = labels(pct(String(seed), { depth: 1, steps: 9 })).replaceAll(/[ 0-9]/g, "");
      seen.set(order, (seen.get(order) ?? 0) + 1);
    }
    expect([...seen.keys()].sort()).toEqual([
      "aaabbbccc",
      "aaacccbbb",
      "bbbaaaccc",
      "bbbcccaaa",
      "cccaaabbb",
      "cccbbbaaa",
    ]);
    for (const count of seen.values()) expect(Math.abs(count - 100)).toBeLessThan(40);
  });

  it("switches away from an actor at most depth - 1 times before its end", () => {
    const preemptions = (order: string): number => {
      let count = 0;
      for (let at = 1; at < order.length; at++)
        if (order[at] !== order[at - 1] && order.slice(at).includes(order[at - 1]!)) count++;
      return count;
    };
    let most = 0;
    for (let seed = 0; seed < 300; seed++) {
      const order = labels(pct(String(seed), { depth: 3, steps: 9 })).replaceAll(/[ 0-9]/g, "");
      most = Math.max(most, preemptions(order));
    }
    expect(most).toBe(2);
  });

  it("finds a bug of depth 2 as often as the paper says, and oftener", () => {
    // The bug: c makes its last step before a makes its first but after b's first. n = 3, k = 9: 1 / 27.
    let found = 0;
    for (let seed = 0; seed < 540; seed++) {
      const order = labels(pct(`bug ${seed}`, { depth: 2, steps: 9 }));
      if (order.indexOf("b1") < order.indexOf("c3") && order.indexOf("c3") < order.indexOf("a1")) found++;
    }
    expect(found).toBeGreaterThan(540 / 27);
  });

  it("chooses among the actions of one actor with its seed", () => {
    const { model } = counters(3, 1);
    const seen = new Set<string>();
    for (let seed = 0; seed < 60; seed++) {
      seen.add(
        run(model, pct(String(seed), { depth: 1, steps: 3 }), { stepsMax })
          .schedule.map(({ label }) => label)
          .join(" "),
      );
    }
    expect(seen.size).toBe(6);
  });

  it("refuses a depth or a length that means nothing", () => {
    expect(() => pct("x", { depth: 0, steps: 1 })).toThrow(RangeError);
    expect(() => pct("x", { depth: 1, steps: 0 })).toThrow(RangeError);
  });
});

describe("replay", () => {
  const { model } = queue(3, 2);
  const recorded = run(model, seeded("a"), { stepsMax });

  it("gives the recorded run", () => {
    const chooser = replay(recorded.schedule);
    expect(run(model, chooser, { stepsMax })).toEqual(recorded);
    expect(chooser.isOver()).toBe(true);
  });

  it("says where the run parts: another label", () => {
    const schedule = recorded.schedule.map((choice, at) =>
      at === 1 ? { index: 1, count: 3, label: "take 7" } : choice,
    );
    expect(run(model, replay(schedule), { stepsMax })).toMatchObject({
      end: "parted",
      why: 'The run parts from its schedule at step 2: expected "take 7" (choice 2 of 3); enabled: "make 2", "take 1", "drop 1".',
    });
  });

  it("says where the run parts: too few alternatives, or more", () => {
    const few = run(model, replay([{ index: 4, count: 5, label: "make 1" }]), { stepsMax });
    expect(few.why).toBe(
      'The run parts from its schedule at step 1: expected "make 1" (choice 5 of 5); enabled: "make 1".',
    );
    const more = run(model, replay([{ index: 0, count: 2, label: "make 1" }]), { stepsMax });
    expect(more.why).toBe(
      'The run parts from its schedule at step 1: "make 1" (choice 1 of 2) is enabled, but as one of 1: "make 1".',
    );
    expect(more.schedule).toEqual([]);
  });

  it("says that the schedule ends before the run, and whether the run ended before it", () => {
    const chooser = replay(recorded.schedule.slice(0, 1));
    expect(run(model, chooser, { stepsMax }).why).toBe(
      'The schedule ends before step 2, where "make 2", "take 1", "drop 1" can happen.',
    );
    const longer = replay([...recorded.schedule, { index: 0, count: 1, label: "more" }]);
    expect(run(model, longer, { stepsMax }).end).toBe("quiescent");
    expect(longer.isOver()).toBe(false);
  });

  it("lists no more than a reader wants to see", () => {
    const wide = tableModel([Array.from({ length: 30 }, (): Edge => ({ target: 1, letters: [] })), []]);
    const { why } = run(wide.model, replay([{ index: 0, count: 30, label: "other" }]), { stepsMax });
    expect(why).toMatch(/"to 1 telling " and 22 more\.$/);
  });
});

describe("loose", () => {
  it("makes a run of any list", () => {
    expect(labels(loose([2, 9, -1, 1]), 2, 2)).toBe("a1 a2 b1 b2");
    expect(labels(loose([1, 1]), 2, 2)).toBe("b1 b2 a1 a2");
  });
});

describe("Exhaustive", () => {
  it("takes every schedule once, in order", () => {
    const { model } = counters(3, 2);
    const chooser = new Exhaustive();
    const runs: string[] = [];
    do runs.push(String(run(model, chooser, { stepsMax }).schedule.map(({ index }) => index)));
    while (chooser.advance());
    expect(runs.length).toBe(90);
    expect(new Set(runs).size).toBe(90);
    expect([...runs].sort()).toEqual(runs);
  });

  it("takes every beginning once where runs are cut off", () => {
    const { model } = counters(2, 5);
    const chooser = new Exhaustive();
    let runs = 0;
    do {
      run(model, chooser, { stepsMax: 3 });
      runs++;
    } while (chooser.advance());
    expect(runs).toBe(8);
  });

  it("notices a model that is not deterministic", () => {
    let calls = 0;
    const { model } = counters(2, 1);
    const odd = {
      ...model,
      enabled: (state: { at: number[] }) => model.enabled(state).slice(0, calls++ < 3 ? 2 : 1),
    };
    const chooser = new Exhaustive();
    run(odd, chooser, { stepsMax });
    chooser.advance();
    expect(() => run(odd, chooser, { stepsMax })).toThrow(
      "the model is not deterministic: step 1 had 2 choices, and now has 1",
    );
  });
});
