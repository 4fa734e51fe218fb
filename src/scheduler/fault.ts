/** Which field of a state is out of its bounds? Asked only once something is known to be wrong, so it may be slow. */
import { type PathStep, pathText, type Slot } from "./placement.js";

/** A sentence about the first field, in declared order, that `slots` cannot hold; null: it can hold the state. */
export function faultOf(slots: readonly Slot[], state: unknown): string | null {
  for (const slot of slots) {
    const fault = faultAt(slot, valueAt(state, slot.path));
    if (fault !== null) return `${pathText(slot.path)}${fault}`;
  }
  return null;
}

function faultAt({ leaf }: Slot, value: unknown): string | null {
  switch (leaf.kind) {
    case "int":
      return isInteger(value, leaf.min, leaf.max)
        ? null
        : `: ${String(value)} is not an integer ${leaf.min}..${leaf.max}`;
    case "bool":
      return typeof value === "boolean" ? null : `: ${String(value)} is not a boolean`;
    case "text":
      return typeof value === "string" ? null : `: ${String(value)} is not a string`;
    case "length":
      if (!Array.isArray(value)) return `: ${String(value)} is not an array`;
      return value.length === leaf.length ? null : `: has ${value.length} parts instead of ${leaf.length}`;
    default: {
      if (!Array.isArray(value)) return `: ${String(value)} is not a list`;
      if (value.length > leaf.lengthMax) {
        return `: has ${value.length} entries, at most ${leaf.lengthMax} are allowed`;
      }
      // A hole is an entry too: `findIndex` visits it, as undefined.
      const at = value.findIndex((entry) => !isInteger(entry, 0, leaf.max));
      return at < 0 ? null : `[${at}]: ${String(value[at])} is not an integer 0..${leaf.max}`;
    }
  }
}

function isInteger(value: unknown, min: number, max: number): boolean {
  return typeof value === "number" && Number.isInteger(value) && value >= min && value <= max;
}

function valueAt(state: unknown, path: readonly PathStep[]): unknown {
  let value = state;
  for (const step of path) {
    if (typeof value !== "object" || value === null) return undefined;
    value = (value as Readonly<Record<PathStep, unknown>>)[step];
  }
  return value;
}
