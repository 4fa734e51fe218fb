/** What transitions tell, as numbers: every list of letters is kept once and named by an id. */
import { IntVector } from "./intVector.js";
import { PairTable } from "./pairTable.js";

/** A list of letters, interned. 0 is the empty list: a silent transition. */
export type LetterListId = number;

/** Letters are integers from 1; a list is its beginning and its last letter, as in a trie. */
export class LetterLists {
  static readonly EMPTY: LetterListId = 0;
  private readonly beginning = new IntVector();
  private readonly last = new IntVector();
  private readonly longer = new PairTable();

  constructor() {
    this.beginning.push(-1);
    this.last.push(0);
  }

  get size(): number {
    return this.last.length;
  }

  get bytes(): number {
    return this.beginning.bytes + this.last.bytes + this.longer.bytes;
  }

  /** `list` with `letter` behind it. Throws a RangeError for what is not a letter. */
  append(list: LetterListId, letter: number): LetterListId {
    const known = this.longer.get(list, letter);
    if (known >= 0) return known;
    if ((letter & 0x7fff_ffff) !== letter || letter === 0) throw new RangeError(`${letter} is not a letter`);
    const id = this.last.length;
    this.beginning.push(list);
    this.last.push(letter);
    this.longer.set(list, letter, id);
    return id;
  }

  /** The last letter of a list that is not empty, and the list before it: for reading backwards without an array. */
  lastOf(list: LetterListId): number {
    return this.last.get(list);
  }

  beginningOf(list: LetterListId): LetterListId {
    return this.beginning.get(list);
  }

  letters(list: LetterListId): number[] {
    const letters: number[] = [];
    for (let at = list; at !== LetterLists.EMPTY; at = this.beginningOf(at)) letters.push(this.lastOf(at));
    return letters.reverse();
  }
}
