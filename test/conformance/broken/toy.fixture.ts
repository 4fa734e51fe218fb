/** Fails on purpose: suite.test.ts runs it and looks at what it says. */
import { SUITES } from "../../../src/index.js";
import { describeConformance } from "../../../src/vitest/index.js";
import { toyRing } from "../toy/implementation.js";

const file = (
  name: string,
  litmus: string,
  body: string,
): { readonly name: string; readonly text: string } => ({
  name,
  text: `litmus ${litmus}\nthread T0 {\n  submit r {\n${body}\n  } wait 1\n}\n`,
});

describeConformance(toyRing("a soft link never severs"), {
  profile: "linux-6.18",
  files: [
    file("fails", "fails", "    a: NOP res=-EIO | LINK\n    b: NOP"),
    file("passes", "passes", "    a: NOP"),
    file("is unsupported", "odd", "    a: OP may 0"),
  ],
  features: ["links", "inject"],
  suites: SUITES.filter(({ name }) => name === "skip"),
  scenariosPerSuite: 50,
  scenarios: 50,
});
