/** What is true of every program on the shelf. */
import { describe, expect, it } from "vitest";
import type { VariableType } from "../../src/model/programs/index.js";
import { SHELF } from "../../src/programs/index.js";

const BYTES: Readonly<Record<VariableType, number>> = { u8: 1, u32: 4, i32: 4, u64: 8 };

describe.each(Object.entries(SHELF))("%s", (name, program) => {
  it("has a name that a declaration can say", () => {
    expect(name).toMatch(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/);
    expect(program.doc).toMatch(/^[^\n]{10,150}$/);
  });

  it("has its variables side by side within its memory, each at a multiple of its size", () => {
    let end = 0;
    for (const { offset, type } of Object.values(program.variables ?? {})) {
      expect(offset).toBeGreaterThanOrEqual(end);
      expect(offset % BYTES[type]).toBe(0);
      end = offset + BYTES[type];
    }
    // An array has no name, and neither have programs that are all array.
    if (name === "links" || name.startsWith("straight")) expect(program.memoryBytes).toBeGreaterThan(end);
    else if (program.variables !== undefined) expect(program.memoryBytes).toBe(end);
  });

  it("has the callbacks of one form", () => {
    if (program.kind === "hook") {
      expect([program.loop, program.loopStep].filter((step) => step !== undefined)).toHaveLength(1);
    } else expect(program.prep === undefined).toBe(name === "no-prep");
  });
});
