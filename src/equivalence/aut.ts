/** Automata in Aldebaran's format, which mCRL2, CADP and LTSmin read. */
import { type Automaton, SILENT } from "./automaton.js";

/** Lines without newlines: `des (0, EDGES, STATES)`, then an edge a line; a silent edge is `i`. `nameOf`: of a letter. */
export function* autLines(
  { states, edgeStart, edgeLetter, edgeTarget }: Automaton,
  nameOf: (letter: number) => string,
): Generator<string> {
  yield `des (0, ${edgeTarget.length}, ${states})`;
  for (let id = 0; id < states; id++) {
    for (let at = edgeStart[id]!; at < edgeStart[id + 1]!; at++) {
      const letter = edgeLetter[at]!;
      yield `(${id}, ${letter === SILENT ? "i" : quoted(nameOf(letter))}, ${edgeTarget[at]})`;
    }
  }
}

/** The format has no escapes: a quotation mark is written `%22`, and a percent sign `%25`, so that names stay apart. */
function quoted(name: string): string {
  return `"${name.replaceAll("%", "%25").replaceAll('"', "%22")}"`;
}
