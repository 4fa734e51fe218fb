/** What no kernel has that can be asked: told before a helper is started. */
import { expect, it } from "vitest";
import { runOnKernel } from "../../src/kernel/index.js";
import { compileLitmus } from "../../src/litmus/index.js";
import { LIBRARY } from "../litmus/library.js";

const scenarioOf = (declarations: string, statements: string) => {
  const text = `litmus x\n${declarations}\nthread T {\n${statements}\n}\n`;
  const compiled = compileLitmus(text, "-", LIBRARY);
  if (!compiled.ok) throw new Error(compiled.diagnostics[0]!.message);
  return compiled.test.scenario;
};

it.each([
  ["loop hooks", "ring r { setup DEFER_TASKRUN }\nhook h on r = bare", "submit { a: NOP }"],
  ["custom operations", "ring r { setup BPF_EXT }\nbpfop 0 on r = sum", "submit { a: NOP }"],
  ["custom operations", "", "submit { a: BPF op=1 }"],
  ["parameter regions of hooks", "ring r { mem b }\nbuf b[8]", "submit { a: NOP }"],
])("%s are unsupported", async (what, declarations, statements) => {
  const report = await runOnKernel(scenarioOf(declarations, statements), {
    runs: 1,
    workerFile: "/dev/null/no-helper",
  });
  expect(report).toMatchObject({
    kind: "unsupported",
    reason: `this kernel has no such interface: ${what} are run in the model only`,
  });
});
