/**
 * Fresh states of a layout, always in the same object shapes: whatever reads them meets one shape a struct, in
 * every search.
 */
import type { Layout } from "./model.js";

type Struct = Readonly<Record<string, unknown>>;

/** Makes a struct of the given values. By the names of its fields; forgotten all at once when there are too many. */
const makers = new Map<string, (...values: readonly unknown[]) => Struct>();
const MAKERS_MAX = 500;

/**
 * A state with every field at zero, or at what is next to zero in its bounds; lists and texts empty. Every part is
 * a new object. `new Function`, because only an object literal has its fields inside of the object from the start.
 * Names are those that `placementOf` accepts.
 */
export function scratchOf(layout: Layout): unknown {
  switch (layout.kind) {
    case "int":
      return Math.min(Math.max(layout.min, 0), layout.max);
    case "bool":
      return false;
    case "text":
      return "";
    case "list":
      return [];
    case "array": {
      const parts: unknown[] = [];
      for (let index = 0; index < layout.length; index++) parts.push(scratchOf(layout.of));
      return parts;
    }
    case "struct":
      return makerOf(Object.keys(layout.fields))(...Object.values(layout.fields).map(scratchOf));
  }
}

function makerOf(names: readonly string[]): (...values: readonly unknown[]) => Struct {
  const key = names.join();
  let maker = makers.get(key);
  if (maker === undefined) {
    const parameters = names.map((_, index) => `v${index}`);
    const fields = names.map((name, index) => `${name}: v${index}`);
    maker = new Function(...parameters, `"use strict"; return { ${fields.join(", ")} };`) as typeof maker &
      object;
    if (makers.size >= MAKERS_MAX) makers.clear();
    makers.set(key, maker);
  }
  return maker;
}
