/** The search finds every state once, the shortest way there, and says when it did not. */
import { describe, expect, it } from "vitest";
import type { Codec, Layout, Model } from "../../src/scheduler/model.js";
import { codecOf } from "../../src/scheduler/packing.js";
import { replay } from "../../src/scheduler/replay.js";
import { run } from "../../src/scheduler/run.js";
import { search } from "../../src/scheduler/search.js";
import {
  type Counters,
  counters,
  type Place,
  philosophers,
  type Queue,
  queue,
  type Table,
  tableModel,
} from "./toys.js";

/**
 * Rings of 3-state philosophers where nobody eats beside one who holds a fork of his: the trace of a power of a
 * matrix.
 */
function placements(seats: number): number {
  const follows = [
    [1, 1, 1],
    [1, 1, 1],
    [1, 0, 0],
  ];
  let power = follows;
  for (let n = 1; n < seats; n++) {
    power = power.map((row) =>
      [0, 1, 2].map((to) => row.reduce((sum, ways, from) => sum + ways * follows[from]![to]!, 0)),
    );
  }
  return power[0]![0]! + power[1]![1]! + power[2]![2]!;
}

describe("search", () => {
  it.each([
    [1, 1],
    [2, 3],
    [3, 4],
    [4, 3],
    [5, 5],
  ])("finds all states of %i counters to %i", (actors, to) => {
    const { model, layout } = counters(actors, to);
    const result = search({ model, codec: codecOf<Counters>(layout) });
    expect(result).toMatchObject({
      complete: true,
      limit: null,
      states: (to + 1) ** actors,
      expanded: (to + 1) ** actors,
      transitions: actors * to * (to + 1) ** (actors - 1),
      depth: actors * to,
      graph: null,
      bounds: [],
    });
    expect([...result.terminals]).toEqual([(to + 1) ** actors - 1]);
  });

  it.each([2, 3, 4, 5, 6, 7])("finds the deadlock of %i philosophers, by a shortest run", (seats) => {
    const { model, layout } = philosophers(seats);
    const deadlocks: [number, Table][] = [];
    const result = search(
      { model, codec: codecOf<Table>(layout) },
      {},
      { onTerminal: (state, id) => void deadlocks.push([id, structuredClone(state)]) },
    );
    expect(result.states).toBe(placements(seats));
    expect(deadlocks.map(([, { seats: found }]) => found.map(({ phase }) => phase))).toEqual([
      new Array(seats).fill("left"),
    ]);
    const [id] = deadlocks[0]!;
    const path = result.pathTo(id);
    expect(path.map(({ label }) => label)).toEqual(
      Array.from({ length: seats }, (_, seat) => `${seat} after ""`),
    );
    expect(result.stateOf(id)).toEqual(deadlocks[0]![1]);
    const replayed = run(model, replay(path), { stepsMax: 100 });
    expect(replayed).toMatchObject({ end: "quiescent", state: deadlocks[0]![1], schedule: path });
  });

  it("finds all states of a queue, with texts and lists, and both executors agree", () => {
    const { model, layout } = queue(5, 2);
    const result = search({ model, codec: codecOf<Queue>(layout) }, {}, { selfCheck: true });
    // Each item that left the queue was taken or dropped.
    let states = 0;
    for (let made = 0; made <= 5; made++)
      for (let queued = 0; queued <= Math.min(2, made); queued++) states += 2 ** (made - queued);
    expect(result.states).toBe(states);
    expect(result.terminals.length).toBe(32);
    expect(result.states).toBe(109);
  });

  it("gives the shortest run to every state, and every run replays", () => {
    const { model, layout } = queue(4, 2);
    const result = search({ model, codec: codecOf<Queue>(layout) });
    let length = 0;
    for (let id = 0; id < result.states; id++) {
      const path = result.pathTo(id);
      expect(path.length).toBeGreaterThanOrEqual(length);
      length = path.length;
      expect(run(model, replay(path), { stepsMax: path.length }).state).toEqual(result.stateOf(id));
    }
    expect(length).toBe(result.depth);
  });

  it("keeps the edges in the order of the actions", () => {
    const { model, layout } = queue(2, 1);
    const result = search(
      {
        model,
        codec: codecOf<Queue>(layout),
        letter: ({ kind, item }) => (kind === "taken" ? item : 10 + item),
      },
      {},
      { edges: true },
    );
    const { edgeStart, edgeTarget, edgeLetters, lists, terminals, cut } = result.graph!;
    const edges = Array.from({ length: result.states }, (_, id) =>
      Array.from({ length: edgeStart[id + 1]! - edgeStart[id]! }, (_, n) => {
        const edge = edgeStart[id]! + n;
        return [edgeTarget[edge], ...lists.letters(edgeLetters[edge]!)];
      }),
    );
    expect(edges).toEqual([
      [[1]],
      [
        [2, 1],
        [3, 11],
      ],
      [[4]],
      [[5]],
      [
        [6, 2],
        [7, 12],
      ],
      [
        [8, 2],
        [9, 12],
      ],
      [],
      [],
      [],
      [],
    ]);
    expect([...terminals]).toEqual([6, 7, 8, 9]);
    expect(cut.length).toBe(0);
  });

  it("tells every event of every transition once", () => {
    const { model, layout } = counters(2, 2);
    let events = 0;
    const result = search({ model, codec: codecOf<Counters>(layout) }, {}, { onEvent: () => events++ });
    expect(events).toBe(result.transitions);
  });

  it("works with a codec that was written by hand", () => {
    const { model } = counters(3, 3);
    const codec: Codec<Counters> = {
      words: 1,
      scratch: () => ({ at: [0, 0, 0] }),
      encode: ({ at }, into, start) => {
        into[start] = at[0]! * 16 + at[1]! * 4 + at[2]!;
      },
      decode: (from, start, state) => {
        const word = from[start]!;
        state.at = [word >> 4, (word >> 2) & 3, word & 3];
      },
    };
    expect(search({ model, codec })).toMatchObject({ complete: true, states: 64, transitions: 144 });
  });

  it("gives the same ids and edges each time", () => {
    const once = () => {
      const { model, layout } = philosophers(6);
      const { graph, ...rest } = search({ model, codec: codecOf<Table>(layout) }, {}, { edges: true });
      return JSON.stringify([graph!.edgeStart, graph!.edgeTarget, graph!.edgeLetters, rest]);
    };
    expect(once()).toBe(once());
  });
});

describe("a limit makes the search incomplete", () => {
  const { model, layout } = counters(3, 9);
  const problem = { model, codec: codecOf<Counters>(layout) };

  it("statesMax, exactly", () => {
    expect(search(problem, { statesMax: 1000 })).toMatchObject({ complete: true, states: 1000 });
    expect(search(problem, { statesMax: 999 })).toMatchObject({
      complete: false,
      limit: { name: "statesMax", value: 999 },
      states: 999,
    });
    expect(search(problem, { statesMax: 1 })).toMatchObject({ complete: false, states: 1, expanded: 0 });
  });

  it("depthMax: looks at the last level, but not beyond", () => {
    expect(search(problem, { depthMax: 27 })).toMatchObject({ complete: true, depth: 27 });
    const result = search(problem, { depthMax: 2 }, { edges: true });
    expect(result).toMatchObject({
      complete: false,
      limit: { name: "depthMax", value: 2 },
      states: 10,
      depth: 2,
    });
    expect([...result.graph!.cut]).toEqual([4, 5, 6, 7, 8, 9]);
    const early = tableModel([
      [
        { target: 1, letters: [] },
        { target: 2, letters: [] },
      ],
      [],
      [{ target: 1, letters: [] }],
    ]);
    const ended = search({ model: early.model, codec: codecOf<Place>(early.layout) }, { depthMax: 1 });
    expect(ended).toMatchObject({ complete: false, states: 3 });
    expect([...ended.terminals]).toEqual([1]);
  });

  it("bytesMax, never exceeded", () => {
    const whole = search(problem);
    expect(search(problem, { bytesMax: 4 * whole.bytes })).toMatchObject({ complete: true });
    for (const part of [0.3, 0.5, 0.9]) {
      const bytesMax = Math.floor(part * whole.bytes);
      const result = search(problem, { bytesMax });
      expect(result).toMatchObject({ complete: false, limit: { name: "bytesMax", value: bytesMax } });
      expect(result.bytes).toBeLessThanOrEqual(bytesMax);
    }
  });

  it("stop, with what it said", () => {
    let polls = 0;
    const result = search(
      problem,
      {},
      { stop: () => (++polls === 3 ? "the time is up" : null), edges: true },
    );
    expect(result).toMatchObject({
      complete: false,
      limit: { name: "stop", value: "the time is up" },
      expanded: 512,
    });
    expect(result.graph!.edgeStart.length).toBe(result.states + 1);
    expect(result.graph!.cut[0]).toBe(512);
  });

  it("a terminal at which the caller stops", () => {
    const { model, layout } = queue(3, 1);
    const result = search(
      { model, codec: codecOf<Queue>(layout) },
      {},
      { onTerminal: ({ log }) => log === "13" },
    );
    expect(result).toMatchObject({ complete: false, limit: { name: "terminal" } });
    expect(result.stateOf(result.limit!.value as number).log).toBe("13");
  });

  it("a bound of the model: what comes after is not explored", () => {
    const { model, layout } = counters(2, 5);
    const result = search(
      { model, codec: codecOf<Counters>(layout), bound: ({ to }) => (to === 4 ? "fours" : null) },
      {},
      { edges: true },
    );
    expect(result).toMatchObject({
      complete: false,
      limit: { name: "bound", value: "fours" },
      states: 16,
      bounds: [{ name: "fours", action: 0, times: 8 }],
    });
    expect(result.stateOf(result.bounds[0]!.from)).toEqual({ at: [3, 0] });
    expect(result.graph!.cut.length).toBe(7);
    expect(result.graph!.edgeTarget.length).toBe(24);
  });

  it("reports progress", () => {
    const seen: unknown[] = [];
    search(problem, {}, { onProgress: (progress) => seen.push(progress), progressEvery: 400 });
    expect(seen).toEqual([
      { states: 479, transitions: 1177, depth: 12, frontier: 79 },
      { states: 853, transitions: 2250, depth: 18, frontier: 53 },
    ]);
  });
});

describe("a reduction", () => {
  const first = (_: unknown, actions: readonly { readonly actor: number }[]): number[] => [
    actions.findIndex(({ actor }) => actor === actions[0]!.actor),
  ];

  it("follows the ample actions alone", () => {
    const { model, layout } = counters(4, 6);
    const result = search({ model, codec: codecOf<Counters>(layout), ample: first });
    expect(result).toMatchObject({ complete: true, states: 25, transitions: 24 });
    expect(result.pathTo(24).at(0)).toEqual({ index: 0, count: 4, label: "a1" });
  });

  it("expands a state fully where no ample successor is still to be expanded", () => {
    // 0 and 1 go round; only the other action of one of them leads out. Ignoring it for ever would be unsound.
    const { model, layout } = tableModel([
      [
        { target: 1, letters: [] },
        { target: 2, letters: [] },
      ],
      [
        { target: 0, letters: [] },
        { target: 3, letters: [] },
      ],
      [{ target: 3, letters: [] }],
      [],
    ]);
    const codec = codecOf<Place>(layout);
    const result = search({ model, codec, ample: () => [0] });
    expect(result).toMatchObject({ complete: true, states: 3, transitions: 3 });
    expect(result.stateOf(2)).toEqual({ at: 3 });
    const none = search({ model, codec, ample: () => null });
    expect(none).toMatchObject({ states: 4, transitions: 5 });
  });
});

describe("the self-check", () => {
  interface Lists {
    one: number[];
    two: number[];
    n: number;
  }
  const layout: Layout = {
    kind: "struct",
    fields: {
      one: { kind: "list", lengthMax: 4, max: 9 },
      two: { kind: "list", lengthMax: 4, max: 9 },
      n: { kind: "int", min: 0, max: 3 },
    },
  };
  const check = (apply: (draft: Lists) => void, of: Layout = layout) => {
    const model: Model<Lists, string, never> = {
      initial: () => ({ one: [1], two: [], n: 0 }),
      enabled: ({ n }) => (n < 3 ? ["go"] : []),
      apply(draft) {
        draft.n++;
        apply(draft);
      },
      describe: (action) => action,
    };
    return () => search({ model, codec: codecOf<Lists>(of) }, {}, { selfCheck: true });
  };

  it("accepts rules that replace lists", () => {
    expect(
      check((draft) => {
        draft.two = [...draft.one];
        draft.one = [];
      })().complete,
    ).toBe(true);
  });

  it("refuses one list in two places", () => {
    expect(
      check((draft) => {
        draft.two = draft.one;
      }),
    ).toThrow('self-check: after "go": state.two is an object that something else holds');
  });

  it("refuses a constant in the state", () => {
    const NONE: number[] = [];
    expect(
      check((draft) => {
        draft.two = NONE;
      }),
    ).toThrow('self-check: after "go": state.two is an object that something else holds');
  });

  it("refuses rules that remember", () => {
    let calls = 0;
    expect(
      check((draft) => {
        draft.one[0] = calls++ % 2;
      }),
    ).toThrow('self-check: after "go": the executors differ');
  });

  it("refuses a layout that forgets a field", () => {
    const fields = layout.kind === "struct" ? { n: layout.fields["n"]!, one: layout.fields["one"]! } : {};
    expect(check(() => {}, { kind: "struct", fields })).toThrow(
      "self-check: the layout loses something of the initial state",
    );
  });
});
