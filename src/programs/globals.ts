/** A program's globals: where in its memory each one lies, so that conditions and reports can name them. */
import { type ErrnoName, errnoNumber } from "../model/errno.js";
import type { ProgramArguments, ProgramMemory, VariableType } from "../model/programs/index.js";

const BYTES: Readonly<Record<VariableType, number>> = { u8: 1, u32: 4, i32: 4, u64: 8 };

export interface Globals<Name extends string> {
  /** Offset of each global, in bytes. */
  readonly at: Readonly<Record<Name, number>>;
  /** What of it the program's declaration holds. */
  readonly memory: Required<ProgramMemory>;
}

/** Lays globals out in the order given, each aligned to its own size, as a compiler would. */
export function globals<Name extends string>(types: Readonly<Record<Name, VariableType>>): Globals<Name> {
  const at = {} as Record<Name, number>;
  const variables: Record<string, { offset: number; type: VariableType }> = {};
  let end = 0;
  for (const name of Object.keys(types) as Name[]) {
    const type = types[name];
    const offset = Math.ceil(end / BYTES[type]) * BYTES[type];
    at[name] = offset;
    variables[name] = { offset, type };
    end = offset + BYTES[type];
  }
  return { at, memory: { memoryBytes: end, variables } };
}

/** An argument as an int of C; `otherwise` where the declaration does not name it. */
export function intArgument(args: ProgramArguments, name: string, otherwise: number): number {
  const value = args[name];
  return value === undefined ? otherwise : Number(BigInt.asIntN(32, value));
}

/** An argument that is an address or a user_data; `otherwise` where the declaration does not name it. */
export function wordArgument(args: ProgramArguments, name: string, otherwise: bigint): bigint {
  const value = args[name];
  return value === undefined ? otherwise : BigInt.asUintN(64, value);
}

/** The result that stands for an error: -22 for EINVAL. */
export function errorOf(name: ErrnoName): number {
  return -errnoNumber(name)!;
}
