/** Automata for Graphviz. */
import { type Automaton, SILENT } from "./automaton.js";

/** Lines without newlines. State 0 has a double border; edges between the same states are one, with a line a letter. */
export function* dotLines(
  { states, edgeStart, edgeLetter, edgeTarget }: Automaton,
  name: string,
  nameOf: (letter: number) => string,
): Generator<string> {
  yield `digraph ${quoted(name)} {`;
  yield "  rankdir=LR;";
  yield "  node [shape=circle];";
  yield "  0 [shape=doublecircle];";
  for (let id = 0; id < states; id++) {
    const byTarget = new Map<number, string[]>();
    for (let at = edgeStart[id]!; at < edgeStart[id + 1]!; at++) {
      const letter = edgeLetter[at]!;
      const names = byTarget.get(edgeTarget[at]!) ?? [];
      byTarget.set(edgeTarget[at]!, names);
      names.push(letter === SILENT ? "τ" : nameOf(letter));
    }
    for (const [target, names] of byTarget) yield `  ${id} -> ${target} [label=${quoted(names.join("\n"))}];`;
  }
  yield "}";
}

function quoted(text: string): string {
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")}"`;
}
