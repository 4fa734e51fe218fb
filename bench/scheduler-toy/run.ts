/** Transitions a second of the search over the toy, by hand: `CHAINS LENGTH [reaped] [edges]`. */
import { codecOf } from "../../src/scheduler/packing.js";
import { search } from "../../src/scheduler/search.js";
import { chainsLayout, chainsModel, letterOf, type State } from "./chains.js";

const [chains = "3", length = "3", ...flags] = process.argv.slice(2);
const model = chainsModel(Number(chains), Number(length), flags.includes("reaped"));
const codec = codecOf<State>(chainsLayout(Number(chains), Number(length)));
for (let round = 0; round < 3; round++) {
  const started = performance.now();
  const result = search(
    { model, codec, letter: letterOf },
    { statesMax: 1_000_000 },
    { edges: flags.includes("edges") },
  );
  const seconds = (performance.now() - started) / 1000;
  const { states, transitions, depth, complete, bytes } = result;
  console.log(
    `${codec.words} words, ${states} states, ${transitions} transitions, depth ${depth}, complete ${complete}, ` +
      `${(bytes / 1e6).toFixed(0)} MB, ${seconds.toFixed(2)} s, ${(transitions / seconds / 1e6).toFixed(2)} M transitions/s`,
  );
}
