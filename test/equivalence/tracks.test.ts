/** Words of which only some of the order counts; and chains as user space wrote them. */
import { expect, it } from "vitest";
import { chainsOf } from "../../src/equivalence/observation.js";
import { compareTracks } from "../../src/equivalence/tracks.js";
import type { Graph } from "../../src/scheduler/graph.js";
import { LetterLists } from "../../src/scheduler/letterLists.js";
import { automaton, type Edge } from "./automata.js";
import { test } from "./litmus.js";

/** The last state is the end; a letter an edge. */
function graph(states: number, edges: readonly Edge[]): { graph: Graph; showsForEver: number } {
  const { edgeStart, edgeLetter, edgeTarget } = automaton(states, edges);
  const lists = new LetterLists();
  const edgeLetters = edgeLetter.map((letter) => (letter === 0 ? 0 : lists.append(0, letter)));
  const terminals = Int32Array.of(states - 1);
  return {
    graph: { states, edgeStart, edgeTarget, edgeLetters, lists, terminals, cut: new Int32Array() },
    showsForEver: -1,
  };
}

const TRACKS = { count: 2, of: (letter: number) => letter % 2 };
const ONE = graph(4, [
  [0, 1, 1],
  [1, 2, 2],
  [2, 3, 3],
]);

it("does not see the order between tracks, and sees the one within", () => {
  const same = graph(4, [
    [0, 2, 1],
    [1, 1, 2],
    [2, 3, 3],
  ]);
  expect(compareTracks(ONE, same, 3, TRACKS)).toMatchObject({
    onlyLeft: null,
    onlyRight: null,
    counts: [1n, 1n],
  });
  const turned = graph(4, [
    [0, 3, 1],
    [1, 2, 2],
    [2, 1, 3],
  ]);
  expect(compareTracks(ONE, turned, 3, TRACKS)).toMatchObject({
    onlyLeft: { tracks: [[2], [1, 3]] },
    onlyRight: { tracks: [[2], [3, 1]] },
  });
});

it("compares no infinite sets, and says whose is", () => {
  const loops = graph(4, [
    [0, 1, 1],
    [1, 2, 1],
    [1, 3, 3],
  ]);
  expect(compareTracks(ONE, loops, 3, TRACKS).limit).toEqual({ name: "infinite", value: "right" });
  expect(compareTracks({ ...ONE, showsForEver: 1 }, ONE, 3, TRACKS).limit).toEqual({
    name: "infinite",
    value: "left",
  });
});

it("names its limits", () => {
  expect(compareTracks(ONE, ONE, 2 ** 15, TRACKS).limit).toEqual({ name: "lettersMax", value: 32_767 });
  expect(compareTracks(ONE, ONE, 3, TRACKS, { nodesMax: 2 }).limit).toEqual({ name: "nodesMax", value: 2 });
});

it("reads chains off the submissions: links do not reach into the next one", () => {
  const chains = (body: string, setup = "") =>
    chainsOf(test(body, `ring r { sq 8 cq 16 ${setup} }`).scenario).map((labels) => labels.join(" "));
  const sqes = "a: NOP | LINK\nb: NOP | HARDLINK\nc: NOP\nd: NOP | LINK";
  expect(chains(`submit r {\n${sqes}\n}\nsubmit r {\ne: NOP\n}`)).toEqual(["a b c", "d", "e"]);
  expect(chains(`queue r {\n${sqes}\n}\nenter r submit 2\nenter r submit 2`)).toEqual(["a b", "c", "d"]);
  expect(chains(`queue r {\n${sqes}\n}\nqueue r {\ne: NOP\n}\nenter r submit 5`)).toEqual(["a b c", "d e"]);
  expect(chains(`queue r {\n${sqes}\n}\nqueue r {\ne: NOP\n}\nenter r`, "setup SQPOLL")).toEqual([
    "a b c",
    "d",
    "e",
  ]);
  expect(chains("queue r {\na: NOP | LINK\nb: NOP\n}")).toEqual(["a b"]);
});
