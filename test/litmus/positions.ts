/** A tree without its positions: what two spellings of one file have in common. */
import { NOWHERE } from "../../src/litmus/index.js";

/** A copy in which every `at` is NOWHERE. */
export function withoutPositions<Tree>(tree: Tree): Tree {
  return JSON.parse(JSON.stringify(tree, (key, value: unknown) => (key === "at" ? NOWHERE : value))) as Tree;
}
