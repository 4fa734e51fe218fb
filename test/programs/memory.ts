/** Memory for programs under test: regions whose guard throws what a real one would refuse. */
import { type Guard, Region } from "../../src/model/programs/index.js";

/** The verifier would not have let it run. */
export class Refused extends Error {}

/** Accesses that one run of a program may make, as the verifier bounds instructions. */
const ACCESSES_MAX = 100_000;

export class TestGuard implements Guard {
  private left = ACCESSES_MAX;
  /** Of what the program's author was told. */
  readonly told: string[] = [];

  begin(): void {
    this.left = ACCESSES_MAX;
  }
  spend(): void {
    if (this.left-- === 0) throw new Refused("too many instructions");
  }
  refuse(text: string): never {
    throw new Refused(text);
  }
  tell(code: string): void {
    this.told.push(code);
  }
}

/** All of `bytes`, read and write. */
export function writable(name: string, bytes: Uint8Array, guard: Guard): Region {
  return new Region(bytes, { name, writable: [0, bytes.length] }, guard);
}

export function readOnly(name: string, bytes: Uint8Array, guard: Guard): Region {
  return new Region(bytes, { name, writable: null }, guard);
}
