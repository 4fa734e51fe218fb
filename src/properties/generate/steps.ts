/** What the steps of drawn programs, hooks and callbacks alike, are drawn from. */
import * as fc from "fast-check";

/** What `count` of a NOP, a map or a result adds or is. */
export const some = fc.constantFrom(1, 3, 7, -5, 0);

/** A step of one kind; `slot` and `value` are 0 where the kind has none. */
export function stepOf<Kind extends string>(
  kind: Kind,
  slot: fc.Arbitrary<number> = fc.constant(0),
  value: fc.Arbitrary<number> = fc.constant(0),
): fc.Arbitrary<{ readonly kind: Kind; readonly slot: number; readonly value: number }> {
  return fc.record({ kind: fc.constant(kind), slot, value });
}
