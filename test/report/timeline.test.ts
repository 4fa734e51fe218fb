/** What a timeline says of programs. */
import { expect, it } from "vitest";
import { compileLitmus } from "../../src/litmus/index.js";
import type { Event } from "../../src/model/event.js";
import { paint } from "../../src/report/paint.js";
import { formatTimeline } from "../../src/report/timeline.js";
import { LIBRARY } from "../litmus/library.js";

const TEXT = `litmus x
ring r { setup DEFER_TASKRUN }
ring q { setup BPF_EXT }
hook h on r = count(total=1)
bpfop 7 on q = sum
thread T {
  submit r {
    a: NOP
    m: MSG_RING ring=q label=told
  }
}
`;

it("shows what a hook takes, calls of operations, and what their authors ought to know", () => {
  const compiled = compileLitmus(TEXT, "-", LIBRARY);
  if (!compiled.ok) throw new Error(compiled.diagnostics[0]!.message);
  const { scenario } = compiled.test;
  const nop = scenario.labels.indexOf("h-nop");
  const taken = { kind: "taken", ring: 0, label: nop, res: 0, flags: 0 } as const;
  const events: readonly Event[] = [
    { kind: "step", hook: 0 },
    // The request's id is also the label of a message, which it has nothing to do with.
    { kind: "issued", req: 2, label: nop, by: "submitter" },
    { kind: "cqe", ring: 0, label: nop, res: 0, flags: 0, overflow: false },
    { ...taken, hooked: true },
    { ...taken, hooked: false },
    { kind: "call", operation: 0, callback: "issue", req: 0, label: 0 },
    {
      kind: "diagnosis",
      code: "past-tail",
      program: "h",
      text: "reads a CQE that is not there",
      refused: false,
    },
    { kind: "diagnosis", code: "out-of-bounds", program: "h", text: "reads 4 bytes at 8", refused: true },
  ];
  const lines = formatTimeline([{ label: "T: h", events }], scenario, paint(false));
  expect(lines.slice(2).map((line) => line.trim())).toEqual([
    "h-nop is issued by the submitter",
    "CQE h-nop=0 on r",
    "a hook takes CQE h-nop=0 on r",
    "operation 7: issue of a",
    "h: reads a CQE that is not there [past-tail]",
    "h: reads 4 bytes at 8 [out-of-bounds]; the verifier would refuse it",
  ]);
});
