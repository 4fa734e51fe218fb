/** The smallest deterministic automaton with the same words, numbered by the words alone. */
import type { Automaton } from "./automaton.js";

/**
 * Hopcroft's partition refinement (An n log n algorithm for minimizing states in a finite automaton, 1971), in the form
 * for automata some of whose moves are missing (Valmari, Lehtinen: Efficient minimization of DFAs with partial
 * transition functions, 2008): blocks of states and blocks of moves refine each other, and only the smaller half of
 * what is split is looked at again. O(m log n).
 *
 * `automaton`: deterministic, without silent edges, every state reachable from state 0. The result is numbered breadth
 * first along ascending letters: automata with the same words give the same result, number by number.
 */
export function minimise(automaton: Automaton): Automaton {
  const { states, edgeStart, edgeLetter, edgeTarget } = automaton;
  const edges = edgeTarget.length;
  const source = new Int32Array(edges);
  for (let id = 0; id < states; id++) source.fill(id, edgeStart[id]!, edgeStart[id + 1]!);

  const blocks = new Partition(states);
  const moves = new Partition(edges);
  moves.splitBy(edgeLetter);
  const into = movesInto(states, edgeTarget);
  // All states accept, so they start as one block; every block of moves is to be looked at.
  let block = 1;
  for (let cord = 0; cord < moves.count; cord++) {
    for (let at = moves.first(cord); at < moves.end(cord); at++) blocks.mark(source[moves.at(at)]!);
    blocks.split();
    for (; block < blocks.count; block++) {
      for (let at = blocks.first(block); at < blocks.end(block); at++) {
        const id = blocks.at(at);
        for (let edge = into.start[id]!; edge < into.start[id + 1]!; edge++) moves.mark(into.edges[edge]!);
      }
      moves.split();
    }
  }
  return quotient(automaton, blocks);
}

/** Edges by their targets. */
function movesInto(states: number, edgeTarget: Int32Array): { start: Int32Array; edges: Int32Array } {
  const start = new Int32Array(states + 1);
  for (const target of edgeTarget) start[target + 1]!++;
  for (let id = 0; id < states; id++) start[id + 1]! += start[id]!;
  const next = start.slice();
  const edges = new Int32Array(edgeTarget.length);
  for (let edge = 0; edge < edgeTarget.length; edge++) edges[next[edgeTarget[edge]!]!++] = edge;
  return { start, edges };
}

function quotient(automaton: Automaton, blocks: Partition): Automaton {
  const numberOf = new Int32Array(blocks.count).fill(-1);
  const members: number[] = [0];
  const edgeStart: number[] = [];
  const letters: number[] = [];
  const targets: number[] = [];
  numberOf[blocks.of(0)] = 0;
  for (let id = 0; id < members.length; id++) {
    edgeStart.push(letters.length);
    const member = members[id]!;
    for (let at = automaton.edgeStart[member]!; at < automaton.edgeStart[member + 1]!; at++) {
      const target = automaton.edgeTarget[at]!;
      const block = blocks.of(target);
      if (numberOf[block]! < 0) {
        numberOf[block] = members.length;
        members.push(target);
      }
      letters.push(automaton.edgeLetter[at]!);
      targets.push(numberOf[block]!);
    }
  }
  edgeStart.push(letters.length);
  return {
    states: members.length,
    edgeStart: Int32Array.from(edgeStart),
    edgeLetter: Int32Array.from(letters),
    edgeTarget: Int32Array.from(targets),
  };
}

/** A refinable partition of 0..size - 1: blocks are stretches of one array, marked elements stand at their beginnings. */
class Partition {
  count: number;
  private readonly elements: Int32Array;
  private readonly place: Int32Array;
  private readonly blockOf: Int32Array;
  private readonly starts: Int32Array;
  private readonly ends: Int32Array;
  private readonly marked: Int32Array;
  private readonly touched: number[] = [];

  constructor(size: number) {
    this.elements = Int32Array.from({ length: size }, (_, at) => at);
    this.place = this.elements.slice();
    this.blockOf = new Int32Array(size);
    this.starts = new Int32Array(size + 1);
    this.ends = new Int32Array(size + 1);
    this.marked = new Int32Array(size + 1);
    this.ends[0] = size;
    this.count = size > 0 ? 1 : 0;
  }

  of(element: number): number {
    return this.blockOf[element]!;
  }

  first(block: number): number {
    return this.starts[block]!;
  }

  end(block: number): number {
    return this.ends[block]!;
  }

  at(place: number): number {
    return this.elements[place]!;
  }

  mark(element: number): void {
    const block = this.blockOf[element]!;
    const place = this.place[element]!;
    const to = this.starts[block]! + this.marked[block]!;
    if (place < to) return;
    this.elements[place] = this.elements[to]!;
    this.place[this.elements[place]!] = place;
    this.elements[to] = element;
    this.place[element] = to;
    if (this.marked[block]!++ === 0) this.touched.push(block);
  }

  /** Parts the marked from the others; the smaller half becomes a new block. Nothing is marked any more. */
  split(): void {
    for (let block = this.touched.pop(); block !== undefined; block = this.touched.pop()) {
      const [start, end] = [this.starts[block]!, this.ends[block]!];
      const middle = start + this.marked[block]!;
      this.marked[block] = 0;
      if (middle === end) continue;
      const isFirstSmaller = middle - start <= end - middle;
      this.starts[this.count] = isFirstSmaller ? start : middle;
      this.ends[this.count] = isFirstSmaller ? middle : end;
      if (isFirstSmaller) this.starts[block] = middle;
      else this.ends[block] = middle;
      for (let at = this.starts[this.count]!; at < this.ends[this.count]!; at++) {
        this.blockOf[this.elements[at]!] = this.count;
      }
      this.count++;
    }
  }

  /** The first partition: elements of one key, one block. */
  splitBy(keys: Int32Array): void {
    if (this.elements.length === 0) return;
    this.elements.sort((a, b) => keys[a]! - keys[b]! || a - b);
    this.count = 0;
    for (let at = 0; at < this.elements.length; at++) {
      const element = this.elements[at]!;
      this.place[element] = at;
      if (at === 0 || keys[this.elements[at - 1]!] !== keys[element]) this.starts[this.count++] = at;
      this.blockOf[element] = this.count - 1;
      this.ends[this.count - 1] = at + 1;
    }
  }
}
