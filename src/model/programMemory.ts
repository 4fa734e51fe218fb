/** What user space writes into the memory of programs before it loads them, and what their named places hold. */
import { ringConstants } from "./bytes/ringLayout.js";
import { type Machine, userSpace } from "./machine.js";
import {
  bytesOfText,
  type Guard,
  guarded,
  type ProgramArguments,
  ProgramError,
  Region,
  textOfBytes,
  type Variable,
} from "./programs/index.js";
import type { ArgumentRef, RingDecl } from "./scenario.js";

/** Runs each program's `init`, hooks first, in the order of their declarations. Throws a ProgramError where one may not do what it does. */
export function fillMemories(m: Machine): void {
  for (const { name, program, ring, memory, args, sqes } of m.scenario.hooks) {
    const own = (m.s.memories[memory] ?? "").slice(0, program.memoryBytes);
    m.s.memories[memory] = own + sqes.map((req) => userSpace(m).sqeBytes(req)).join("");
    fill(m, name, memory, (region) =>
      program.init?.(region, ringConstants(m.scenario.rings[ring] as RingDecl), numbersOf(m, args)),
    );
  }
  for (const { id, program, memory, args } of m.scenario.operations) {
    fill(m, `${id}`, memory, (region) => program.init?.(region, numbersOf(m, args)));
  }
}

function fill(m: Machine, name: string, memory: number, init: (region: Region) => void): void {
  const bytes = bytesOfText(m.s.memories[memory] ?? "");
  const guard: Guard = {
    spend: () => {},
    refuse: (text) => {
      throw new ProgramError(name, text);
    },
    tell: () => {},
  };
  guarded(name, () => init(new Region(bytes, { name: "its memory", writable: [0, bytes.length] }, guard)));
  m.s.memories[memory] = textOfBytes(bytes);
}

function numbersOf(m: Machine, args: Readonly<Record<string, ArgumentRef>>): ProgramArguments {
  return Object.fromEntries(Object.entries(args).map(([key, ref]) => [key, userSpace(m).argument(ref)]));
}

/** What a named place holds; of 64 bits as near as a number comes. */
export function readVariable(memory: string, { offset, type }: Variable): number {
  const view = new DataView(bytesOfText(memory).buffer);
  switch (type) {
    case "u8":
      return view.getUint8(offset);
    case "u32":
      return view.getUint32(offset, true);
    case "i32":
      return view.getInt32(offset, true);
    case "u64":
      return Number(view.getBigUint64(offset, true));
  }
}
