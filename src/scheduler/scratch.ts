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
 * a new object, and a plain one: its prototype is Object's. Names are those that `placementOf` accepts.
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

/**
 * `new Function`, because only a constructor that names its fields has them inside of the object from the start. Not
 * a literal: the layout is written as one with the same names, and V8 would give both one shape, whose fields hold
 * objects or integers. In a shape of its own a field of integers is known to hold nothing else, and is read without
 * a check.
 */
function makerOf(names: readonly string[]): (...values: readonly unknown[]) => Struct {
  const key = names.join();
  let maker = makers.get(key);
  if (maker === undefined) {
    const parameters = names.map((_, index) => `v${index}`).join(", ");
    const fields = names.map((name, index) => `this.${name} = v${index};`).join(" ");
    const source =
      `"use strict"; function Struct(${parameters}) { ${fields} } Struct.prototype = Object.prototype; ` +
      "return (...values) => new Struct(...values);";
    maker = new Function(source)() as typeof maker & object;
    if (makers.size >= MAKERS_MAX) makers.clear();
    makers.set(key, maker);
  }
  return maker;
}
