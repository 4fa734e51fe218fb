/** The deterministic automaton of one without silent edges, state by state as it is asked for. */
import { IntVector } from "../scheduler/intVector.js";
import type { Automaton } from "./automaton.js";

/** Bounds of a determinisation; absent: the defaults. */
export interface DeterministicLimits {
  /** Deterministic states; default 1,000,000. */
  readonly deterministicMax?: number;
  /** Members of all their sets together; default 100,000,000, which are 400 MB. */
  readonly membersMax?: number;
}

export interface DeterministicLimit {
  readonly name: "deterministicMax" | "membersMax";
  readonly value: number;
}

const DETERMINISTIC_MAX = 1_000_000;
const MEMBERS_MAX = 100_000_000;
/** A move as one number: states are below 2^31. */
const STATES_MAX = 2 ** 31;

/**
 * The subset construction (Rabin, Scott: Finite automata and their decision problems, 1959) on the fly: a deterministic
 * state is a sorted set of states, kept whole and found by its hash; it is expanded when somebody asks for its moves.
 * States are numbered as they are found, so the numbers depend on the order of the questions only. State 0 is the
 * initial one. Where a limit is passed, `limit` says so and `expand` answers false from then on.
 */
export class Determinisation {
  limit: DeterministicLimit | null = null;
  private readonly setStart = new IntVector();
  private readonly members = new IntVector();
  private readonly rowStart = new IntVector();
  private readonly rowEnd = new IntVector();
  private readonly letters = new IntVector();
  private readonly targets = new IntVector();
  private table = new Int32Array(256);
  private buffer = new Float64Array(64);
  private readonly deterministicMax: number;
  private readonly membersMax: number;

  /** `automaton` must have no silent edges. */
  constructor(
    private readonly automaton: Automaton,
    limits: DeterministicLimits = {},
  ) {
    this.deterministicMax = limits.deterministicMax ?? DETERMINISTIC_MAX;
    this.membersMax = limits.membersMax ?? MEMBERS_MAX;
    this.setStart.push(0);
    this.members.push(0);
    this.keep();
  }

  get states(): number {
    return this.rowStart.length;
  }

  /** Makes the moves of a state known: `moveStart` to `moveEnd`, by letter. False: a limit is passed. */
  expand(id: number): boolean {
    if (this.rowStart.get(id) >= 0) return true;
    if (this.limit !== null) return false;
    const count = this.gather(id);
    const sorted = this.buffer.subarray(0, count).sort();
    const first = this.letters.length;
    for (let at = 0; at < count; ) {
      const letter = Math.floor(sorted[at]! / STATES_MAX);
      const from = this.members.length;
      let last = -1;
      for (; at < count && sorted[at]! < (letter + 1) * STATES_MAX; at++) {
        const member = sorted[at]! - letter * STATES_MAX;
        if (member !== last) this.members.push(member);
        last = member;
      }
      const target = this.intern(from);
      if (target < 0) {
        this.letters.length = first;
        this.targets.length = first;
        return false;
      }
      this.letters.push(letter);
      this.targets.push(target);
    }
    this.rowStart.data[id] = first;
    this.rowEnd.data[id] = this.letters.length;
    return true;
  }

  moveStart(id: number): number {
    return this.rowStart.get(id);
  }

  moveEnd(id: number): number {
    return this.rowEnd.get(id);
  }

  letterAt(move: number): number {
    return this.letters.get(move);
  }

  targetAt(move: number): number {
    return this.targets.get(move);
  }

  /** Expands all that can be reached; the whole automaton, or null where a limit is passed. */
  whole(): Automaton | null {
    const edgeStart = new IntVector();
    const edgeLetter = new IntVector();
    const edgeTarget = new IntVector();
    for (let id = 0; id < this.states; id++) {
      if (!this.expand(id)) return null;
      edgeStart.push(edgeLetter.length);
      for (let move = this.moveStart(id); move < this.moveEnd(id); move++) {
        edgeLetter.push(this.letterAt(move));
        edgeTarget.push(this.targetAt(move));
      }
    }
    edgeStart.push(edgeLetter.length);
    return {
      states: this.states,
      edgeStart: edgeStart.view(),
      edgeLetter: edgeLetter.view(),
      edgeTarget: edgeTarget.view(),
    };
  }

  private gather(id: number): number {
    const { edgeStart, edgeLetter, edgeTarget } = this.automaton;
    const end = this.setStart.get(id + 1);
    let count = 0;
    for (let member = this.setStart.get(id); member < end; member++) {
      const state = this.members.get(member);
      for (let at = edgeStart[state]!; at < edgeStart[state + 1]!; at++) {
        if (count === this.buffer.length) {
          const grown = new Float64Array(2 * count);
          grown.set(this.buffer);
          this.buffer = grown;
        }
        this.buffer[count++] = edgeLetter[at]! * STATES_MAX + edgeTarget[at]!;
      }
    }
    return count;
  }

  /** The state whose set stands in `members` from `from` on; -1: a limit is passed. */
  private intern(from: number): number {
    const count = this.members.length - from;
    const mask = this.table.length - 1;
    for (let slot = this.hash(from, count) & mask; this.table[slot] !== 0; slot = (slot + 1) & mask) {
      const known = this.table[slot]! - 1;
      if (!this.isEqual(known, from, count)) continue;
      this.members.length = from;
      return known;
    }
    if (this.states >= this.deterministicMax) {
      this.limit = { name: "deterministicMax", value: this.deterministicMax };
    } else if (this.members.length > this.membersMax) {
      this.limit = { name: "membersMax", value: this.membersMax };
    }
    if (this.limit === null) return this.keep();
    this.members.length = from;
    return -1;
  }

  /** Makes the members behind the last set a state. */
  private keep(): number {
    const id = this.states;
    const from = this.setStart.get(id);
    const count = this.members.length - from;
    this.setStart.push(this.members.length);
    this.rowStart.push(-1);
    this.rowEnd.push(-1);
    if (2 * id >= this.table.length) this.grow();
    this.place(id, this.hash(from, count));
    return id;
  }

  private place(id: number, hash: number): void {
    const mask = this.table.length - 1;
    let slot = hash & mask;
    while (this.table[slot] !== 0) slot = (slot + 1) & mask;
    this.table[slot] = id + 1;
  }

  private grow(): void {
    this.table = new Int32Array(2 * this.table.length);
    for (let id = 0; id < this.states - 1; id++) {
      const from = this.setStart.get(id);
      this.place(id, this.hash(from, this.setStart.get(id + 1) - from));
    }
  }

  private hash(from: number, count: number): number {
    let hash = count;
    for (let at = from; at < from + count; at++) {
      hash = Math.imul(hash ^ this.members.get(at), 0x9e3779b1);
      hash ^= hash >>> 15;
    }
    hash = Math.imul(hash, 0x85ebca77);
    return hash ^ (hash >>> 13);
  }

  private isEqual(id: number, from: number, count: number): boolean {
    const start = this.setStart.get(id);
    if (this.setStart.get(id + 1) - start !== count) return false;
    for (let at = 0; at < count; at++) {
      if (this.members.get(start + at) !== this.members.get(from + at)) return false;
    }
    return true;
  }
}
