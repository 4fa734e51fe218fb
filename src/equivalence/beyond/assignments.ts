/** Every chain that can be made of some requests: which of them, in what order, with what flags. */
import { IOSQE } from "../../model/scenario.js";

/** `members`: which request each SQE is, by index; `flags`: IOSQE bits of each SQE. */
export interface Assignment {
  readonly members: readonly number[];
  readonly flags: readonly number[];
}

/** What was left out so that there are not too many. From all to the fewest. */
export const EXTENTS = [
  { name: "any order, LINK, HARDLINK, DRAIN, SKIP", anyOrder: true, skip: true },
  { name: "any order, LINK, HARDLINK, DRAIN", anyOrder: true, skip: false },
  { name: "the order of the declaration, LINK, HARDLINK, DRAIN", anyOrder: false, skip: false },
] as const;
export type Extent = (typeof EXTENTS)[number];

const LINKS = [0, IOSQE.LINK, IOSQE.HARDLINK];
const DRAINS = [0, IOSQE.DRAIN];
const SKIPS = [0, IOSQE.SKIP];

/**
 * The widest extent with at most `max` assignments; the last where all have more. `copies`: how often each request may
 * stand in a chain.
 */
export function extentWithin(copies: readonly number[], max: number): Extent {
  const fits = EXTENTS.find((extent) => countOf(copies, extent) <= max);
  return fits ?? (EXTENTS.at(-1) as Extent);
}

/** How many assignments there are. */
export function countOf(copies: readonly number[], extent: Extent): number {
  return ordersOf(copies, extent.anyOrder).reduce(
    (sum, members) =>
      sum + flagsOfSqe(extent, false).length ** (members.length - 1) * flagsOfSqe(extent, true).length,
    0,
  );
}

/**
 * The choices of requests, at least one, in their orders: shortest first, then as the indices say. Copies of a request
 * are alike, and are told apart by nothing.
 */
export function ordersOf(copies: readonly number[], anyOrder: boolean): readonly (readonly number[])[] {
  const orders: number[][] = [];
  let longest: number[][] = [[]];
  while (longest.length > 0) {
    longest = longest.flatMap((order) =>
      copies.flatMap((count, member) => {
        const isLeft = order.filter((one) => one === member).length < count;
        const inOrder = anyOrder || order.length === 0 || member >= (order.at(-1) as number);
        return isLeft && inOrder ? [[...order, member]] : [];
      }),
    );
    orders.push(...longest);
  }
  return orders;
}

/** All assignments of flags to `count` SQEs. The last has no link, which would lead to nothing: the submission ends there (FORM-03). */
export function* flagsFor(count: number, extent: Extent): Generator<readonly number[]> {
  if (count === 0) {
    yield [];
    return;
  }
  for (const last of flagsOfSqe(extent, true)) {
    for (const before of product(count - 1, flagsOfSqe(extent, false))) yield [...before, last];
  }
}

function* product(count: number, each: readonly number[]): Generator<readonly number[]> {
  if (count === 0) {
    yield [];
    return;
  }
  for (const before of product(count - 1, each)) for (const one of each) yield [...before, one];
}

function flagsOfSqe({ skip }: Extent, isLast: boolean): readonly number[] {
  return (isLast ? [0] : LINKS).flatMap((link) =>
    DRAINS.flatMap((drain) => (skip ? SKIPS : [0]).map((silent) => link | drain | silent)),
  );
}
