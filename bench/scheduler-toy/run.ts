/** Transitions a second of the search over the toy, by hand: `CHAINS LENGTH [reaped] [edges]`. */
import { codecOf } from "../../src/scheduler/packing.js";
import { search } from "../../src/scheduler/search.js";
import { words } from "../../src/scheduler/words.js";
import { chainsLayout, chainsModel, letterOf, type State } from "./chains.js";

const [chains = "3", length = "3", ...flags] = process.argv.slice(2);
const model = chainsModel(Number(chains), Number(length), flags.includes("reaped"));
const codec = codecOf<State>(chainsLayout(Number(chains), Number(length)));
for (let round = 0; round < 3; round++) {
  const cpu = process.cpuUsage();
  const result = search(
    { model, codec, letter: letterOf },
    { statesMax: 1_000_000 },
    { edges: flags.includes("edges") },
  );
  const seconds = process.cpuUsage(cpu).user / 1e6;
  const { states, transitions, depth, complete, bytes } = result;
  console.log(
    `${codec.words} words, ${states} states, ${transitions} transitions, depth ${depth}, complete ${complete}, ` +
      `${(bytes / 1e6).toFixed(0)} MB, ${seconds.toFixed(2)} s of processor, ${(transitions / seconds / 1e6).toFixed(2)} M transitions/s`,
  );
  if (result.graph === null) continue;
  const counting = performance.now();
  const found = words(result.graph, { tracks: 1, trackOf: () => 0 }, () => 0);
  const count =
    found.kind === "finite" ? `${found.set.count()} words, ${found.set.sets.nodes} nodes` : found.kind;
  console.log(`  ${count}, ${((performance.now() - counting) / 1000).toFixed(2)} s`);
}
