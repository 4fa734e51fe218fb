/** The alphabet that two scenarios share: what somebody can see of a run, by name. */
import { formatRes } from "../model/errno.js";

/** How a run ends. `endless`: it goes on for ever without anything to see. */
export type EndKind = "done" | "hang" | "endless";

/** `files` and `values`: null where they are not looked at; a value that was never bound is null. */
export type Letter =
  | {
      readonly kind: "cqe";
      readonly ring: string;
      readonly label: string;
      readonly res: number;
      readonly flags: number;
    }
  | {
      readonly kind: "end";
      readonly end: EndKind;
      readonly files: Readonly<Record<string, string>> | null;
      readonly values: Readonly<Record<string, number | null>> | null;
    };

/** IORING_CQE_F_ bits by name. */
const CQE_FLAGS: readonly (readonly [bit: number, name: string])[] = [
  [1, "BUFFER"],
  [2, "MORE"],
  [4, "SOCK_NONEMPTY"],
  [8, "NOTIF"],
];

/** Letters numbered from 1, as they are met: the same name, the same number, whichever scenario it comes from. */
export class Letters {
  private readonly ids = new Map<string, number>();
  private readonly list: { readonly letter: Letter; readonly name: string }[] = [];

  /** `rings`: whether a CQE's name says its ring. */
  constructor(private readonly namesRings: boolean) {}

  get size(): number {
    return this.list.length;
  }

  /** The number of a letter. */
  id(letter: Letter): number {
    const name = this.write(letter);
    const known = this.ids.get(name);
    if (known !== undefined) return known;
    this.list.push({ letter, name });
    this.ids.set(name, this.list.length);
    return this.list.length;
  }

  letter(id: number): Letter {
    return this.entry(id).letter;
  }

  /** `a=-ECANCELED`, `p=1[MORE]`, `r: a=0`, `done f="xy" n=3`: equal names, equal letters. */
  name(id: number): string {
    return this.entry(id).name;
  }

  /** By number of a letter: its place among all names in the order of their UTF-16 units, from 1. */
  ranks(): Int32Array {
    const order = this.list.map((_, at) => at + 1);
    order.sort((a, b) => (this.name(a) < this.name(b) ? -1 : 1));
    const ranks = new Int32Array(this.list.length + 1);
    for (const [at, id] of order.entries()) ranks[id] = at + 1;
    return ranks;
  }

  private entry(id: number): { readonly letter: Letter; readonly name: string } {
    const entry = this.list[id - 1];
    if (entry === undefined) throw new RangeError(`no letter is numbered ${id}`);
    return entry;
  }

  private write(letter: Letter): string {
    if (letter.kind === "end") {
      const files = Object.entries(letter.files ?? {}).map(
        ([name, text]) => `${name}=${JSON.stringify(text)}`,
      );
      const values = Object.entries(letter.values ?? {}).map(
        ([name, value]) => `${name}=${value ?? "unbound"}`,
      );
      return [letter.end, ...files, ...values].join(" ");
    }
    const { ring, label, res, flags } = letter;
    const known = CQE_FLAGS.filter(([bit]) => (flags & bit) !== 0);
    const rest = flags & ~known.reduce((bits, [bit]) => bits | bit, 0);
    const shown = [...known.map(([, name]) => name), ...(rest === 0 ? [] : [`0x${rest.toString(16)}`])];
    const cqe = `${label}=${formatRes(res)}${shown.length > 0 ? `[${shown.join(",")}]` : ""}`;
    return this.namesRings ? `${ring}: ${cqe}` : cqe;
  }
}
