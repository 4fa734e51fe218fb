/** The point of no return is the first step after which no continuation ends well. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { codecOf } from "../../src/scheduler/packing.js";
import { pointOfNoReturn } from "../../src/scheduler/pointOfNoReturn.js";
import { search } from "../../src/scheduler/search.js";
import { type Edge, type Place, philosophers, type Queue, queue, type Table, tableModel } from "./toys.js";

const to = (target: number): Edge => ({ target, letters: [] });

function explored(edges: Edge[][], limits = {}) {
  const { model, layout } = tableModel(edges);
  const result = search({ model, codec: codecOf<Place>(layout) }, limits, { edges: true });
  return { ...result, graph: result.graph! };
}

describe("pointOfNoReturn", () => {
  it("is where the last way out was left behind", () => {
    const { model, layout } = queue(3, 3);
    const result = search({ model, codec: codecOf<Queue>(layout) }, {}, { edges: true });
    const isBad = (id: number): boolean => result.stateOf(id).log !== "123";
    const bad = [...result.terminals].find((id) => result.stateOf(id).log === "12")!;
    const path = result.pathTo(bad);
    const step = pointOfNoReturn(result.graph!, isBad, result.idsTo(bad))!;
    expect(path[step - 1]!.label).toBe("drop 3");
    const good = [...result.terminals].find((id) => !isBad(id))!;
    expect(pointOfNoReturn(result.graph!, isBad, result.idsTo(good))).toBe(null);
  });

  it("is the start where every end is bad, though a run need not end", () => {
    const { model, layout } = philosophers(4);
    const result = search({ model, codec: codecOf<Table>(layout) }, {}, { edges: true });
    const [deadlock] = result.terminals;
    // To eat for ever is no way out: there is no other end.
    expect(pointOfNoReturn(result.graph!, () => true, result.idsTo(deadlock!))).toBe(0);
  });

  it("counts what was not explored as a way out", () => {
    const edges = [[to(1), to(2)], [], [to(3)], []];
    const whole = explored(edges);
    expect(pointOfNoReturn(whole.graph, () => true, whole.idsTo(1))).toBe(0);
    const part = explored(edges, { depthMax: 1 });
    expect(pointOfNoReturn(part.graph, () => true, part.idsTo(1))).toBe(1);
  });

  it("agrees with looking at every continuation, on random graphs with cycles", () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.nat({ max: 7 }).map(to), { maxLength: 3 }), { minLength: 8, maxLength: 8 }),
        fc.nat({ max: 255 }),
        (edges, badness) => {
          const result = explored(edges);
          const isBad = (id: number): boolean => ((badness >> result.stateOf(id).at) & 1) === 1;
          const reaches = (id: number): boolean => {
            const seen = new Set([result.stateOf(id).at]);
            for (const at of seen) for (const { target } of edges[at]!) seen.add(target);
            return [...seen].some((at) => edges[at]!.length === 0 && ((badness >> at) & 1) === 0);
          };
          for (const end of result.terminals) {
            const path = result.idsTo(end);
            const step = path.findIndex((id) => !reaches(id));
            expect(pointOfNoReturn(result.graph, isBad, path)).toBe(step < 0 ? null : step);
          }
        },
      ),
      { numRuns: 300, seed: 9 },
    );
  });
});
