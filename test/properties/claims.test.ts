/** Every property against runs that satisfy it and runs that do not, made by hand. */
import { describe, expect, it } from "vitest";
import type { Scenario } from "../../src/model/scenario.js";
import { PROPERTIES, propertyOf } from "../../src/properties/index.js";
import type { Verdict } from "../../src/properties/property.js";
import {
  type CqeRow,
  cancel,
  FILE,
  fsync,
  invalid,
  linkTimeout,
  msgRing,
  nop,
  other,
  poll,
  type RunParts,
  read,
  recv,
  runOf,
  type ScenarioParts,
  type SqeRow,
  scenarioOf,
  sqe,
  step,
  timeout,
  traceOf,
  write,
} from "./runs.js";

const [EIO, EINVAL, ECANCELED, ETIME, ENOENT, EALREADY, EINTR, EOPNOTSUPP] = [
  -5, -22, -125, -62, -2, -114, -4, -95,
];
const MORE = 2;

type Expected = "ok" | "violated" | "undecided";
interface Case {
  readonly title: string;
  readonly scenario: Scenario;
  readonly cqes: readonly CqeRow[];
  readonly expected: Expected;
  readonly parts: RunParts;
  readonly trace: readonly string[] | null;
  readonly profile: string;
}

type Rest = RunParts & { readonly events?: readonly string[]; readonly profile?: string };

const cases = new Map<string, Case[]>();

function about(
  property: string,
  scenario: Scenario,
): Record<Expected, (title: string, cqes: readonly CqeRow[], rest?: Rest) => void> {
  const add =
    (expected: Expected) =>
    (title: string, cqes: readonly CqeRow[], rest: Rest = {}) => {
      const { events = null, profile = "linux-6.18", ...parts } = rest;
      const list = cases.get(property) ?? [];
      list.push({ title, scenario, cqes, expected, parts, trace: events, profile });
      cases.set(property, list);
    };
  return { ok: add("ok"), violated: add("violated"), undecided: add("undecided") };
}

/** One submission on a default ring. */
const one = (...block: SqeRow[]): Scenario => scenarioOf([block]);
const withParts = (parts: ScenarioParts, ...block: SqeRow[]): Scenario => scenarioOf([block], parts);

{
  const is = about("oneFinalCqe", one(sqe("a", nop()), sqe("b", poll(), "", { multishot: true })));
  is.ok("one CQE each", [
    ["a", 0],
    ["b", 1, MORE],
    ["b", ECANCELED],
  ]);
  is.ok("none where it blocks", [["a", 0]]);
  is.violated("two of one request", [
    ["a", 0],
    ["a", 0],
  ]);
  is.violated("two that end a multishot", [
    ["b", 1],
    ["b", ECANCELED],
  ]);
  is.violated("on a ring that did not submit it", [["b", 1]], { second: [["a", 0]] });
  const stopped = about("oneFinalCqe", one(sqe("a", invalid), sqe("b", nop())));
  stopped.ok("an SQE behind the bad one stays in the SQ", [["a", EINVAL]]);
  stopped.violated("an SQE completes that was never submitted", [
    ["a", EINVAL],
    ["b", 0],
  ]);
}
{
  const is = about(
    "multishotEndsOnce",
    one(sqe("a", nop()), sqe("b", poll(), "", { multishot: true }), sqe("c", timeout(2, false, true))),
  );
  is.ok("MORE, MORE, end", [
    ["b", 1, MORE],
    ["b", 1, MORE],
    ["b", ECANCELED],
    ["c", ETIME, MORE],
    ["c", ETIME],
  ]);
  is.ok("it goes on", [["b", 1, MORE]]);
  is.violated("a CQE after the end", [
    ["b", 1],
    ["b", 1, MORE],
  ]);
  is.violated("MORE of a single shot", [["a", 0, MORE]]);
  is.violated("a timeout fires more often than its count", [
    ["c", ETIME, MORE],
    ["c", ETIME, MORE],
    ["c", ETIME],
  ]);
  is.violated("a timeout's last shot promises another", [
    ["c", ETIME, MORE],
    ["c", ETIME, MORE],
  ]);
}
{
  const is = about(
    "noneLost",
    one(sqe("a", nop(), "L"), sqe("b", read(4), "L"), sqe("c", linkTimeout, "L"), sqe("d", nop())),
  );
  is.ok("all there", [
    ["a", 0],
    ["b", 4],
    ["c", ECANCELED],
    ["d", 0],
  ]);
  is.ok("a read waits for ever, and all behind it", [["a", 0]]);
  is.violated("a NOP has none", [
    ["b", 4],
    ["c", ECANCELED],
    ["d", 0],
  ]);
  is.violated("a tail has none", [
    ["a", 0],
    ["b", 4],
    ["c", ECANCELED],
  ]);
  is.violated("a link timeout has none", [
    ["a", 0],
    ["b", 4],
    ["d", 0],
  ]);
  is.violated("the kernel freed it", [["a", 0]], {
    events: ["issued a", "cqe a 0", "freed a", "issued b", "freed b"],
  });
  is.undecided("a thread hangs before the sweep", [], { hang: true });
  const silent = about("noneLost", one(sqe("a", nop(), "LS"), sqe("b", nop())));
  silent.ok("a skipped success", [["b", 0]]);
  const drained = about("noneLost", one(sqe("a", read(4)), sqe("b", nop(), "D")));
  drained.ok("held behind a drain", []);
  drained.violated("drained, and nothing is left to wait for", [["a", 4]]);
  const counted = about("noneLost", one(sqe("a", nop()), sqe("b", nop(), "D"), sqe("c", invalid)));
  counted.violated("drained, behind a failing prep", [
    ["c", EINVAL],
    ["a", 0],
  ]);
  counted.ok(
    "where CQEs are counted that one holds it for ever",
    [
      ["c", EINVAL],
      ["a", 0],
    ],
    { profile: "linux-6.12" },
  );
  const update = { ts: null, abs: false, link: false };
  const never = one(sqe("a", timeout()), sqe("b", { opcode: "TIMEOUT_REMOVE", target: 0, update }));
  about("noneLost", never).ok("a timeout that is put off for ever", [["b", 0]]);
  const raced = withParts({ code: [step.branch(3), step.queue(0), step.enter(1)] }, sqe("a", nop()));
  about("noneLost", raced).undecided("perhaps never submitted", []);
}
{
  const is = about(
    "chainOrder",
    one(sqe("a", read(4), "L"), sqe("t", linkTimeout, "L"), sqe("b", nop(-5), "L"), sqe("c", nop())),
  );
  is.ok("in order", [
    ["a", 4],
    ["t", ECANCELED],
    ["b", EIO],
    ["c", ECANCELED],
  ]);
  is.ok("a link timeout of a worker's request comes late", [
    ["a", 4],
    ["b", EIO],
    ["t", ECANCELED],
    ["c", ECANCELED],
  ]);
  is.ok("a link timeout fires first", [
    ["t", ETIME],
    ["a", ECANCELED],
    ["b", ECANCELED],
    ["c", ECANCELED],
  ]);
  is.violated("the next before the first", [
    ["b", 0],
    ["a", 4],
    ["t", ECANCELED],
    ["c", 0],
  ]);
  is.violated("canceled members out of order", [
    ["t", ETIME],
    ["a", ECANCELED],
    ["c", ECANCELED],
    ["b", ECANCELED],
  ]);
  is.violated("canceled before what failed", [
    ["a", 4],
    ["t", ECANCELED],
    ["c", ECANCELED],
    ["b", EIO],
  ]);
  const bad = about("chainOrder", one(sqe("a", nop(), "L"), sqe("b", invalid, "L"), sqe("c", nop())));
  bad.ok("of a failed prep", [
    ["a", ECANCELED],
    ["b", EINVAL],
    ["c", ECANCELED],
  ]);
  bad.violated("of a failed prep, the culprit first", [
    ["b", EINVAL],
    ["a", ECANCELED],
    ["c", ECANCELED],
  ]);
  const shots = about("chainOrder", one(sqe("a", poll(), "L", { multishot: true }), sqe("b", nop())));
  shots.ok("behind a multishot's last", [
    ["a", 1, MORE],
    ["a", 1],
    ["b", 0],
  ]);
  shots.violated("between a multishot's CQEs", [
    ["a", 1, MORE],
    ["b", 0],
    ["a", 1],
  ]);
}
{
  const is = about("startsAfterPredecessor", one(sqe("a", read(4), "L"), sqe("b", nop())));
  is.ok("neither has ended", []);
  is.ok(
    "in turn",
    [
      ["a", 4],
      ["b", 0],
    ],
    { events: ["issued a", "cqe a 4", "freed a", "issued b", "cqe b 0", "freed b"] },
  );
  is.violated("the second has a CQE, the first none", [["b", 0]]);
  is.violated(
    "issued together",
    [
      ["a", 4],
      ["b", 0],
    ],
    { events: ["issued a", "issued b", "cqe a 4", "cqe b 0"] },
  );
  const silent = about("startsAfterPredecessor", one(sqe("a", nop(), "LS"), sqe("b", nop())));
  silent.ok("behind a silent one", [["b", 0]], {
    events: ["issued a", "freed a", "issued b", "cqe b 0", "freed b"],
  });
  silent.ok("behind a silent one that task work frees", [["b", 0]], {
    events: ["issued a", "issued b", "freed a", "cqe b 0"],
  });
  silent.violated("before the silent one", [["b", 0]], {
    events: ["issued b", "issued a", "freed a", "cqe b 0"],
  });
}
{
  const is = about("softLinkSevers", one(sqe("a", nop(-5), "L"), sqe("b", nop(), "H"), sqe("c", nop())));
  is.ok("severed", [
    ["a", EIO],
    ["b", ECANCELED],
    ["c", ECANCELED],
  ]);
  is.violated("the next one runs", [
    ["a", EIO],
    ["b", 0],
    ["c", 0],
  ]);
  is.violated("a hardlink further on holds the rest", [
    ["a", EIO],
    ["b", ECANCELED],
    ["c", 0],
  ]);
  is.violated("a canceled one has no CQE", [
    ["a", EIO],
    ["b", ECANCELED],
  ]);
  is.violated(
    "a canceled one was issued",
    [
      ["a", EIO],
      ["b", ECANCELED],
      ["c", ECANCELED],
    ],
    { events: ["issued a", "cqe a -5", "issued b"] },
  );
}
{
  const is = about("hardLinkContinues", one(sqe("a", nop(-5), "H"), sqe("b", nop())));
  is.ok("the next one runs", [
    ["a", EIO],
    ["b", 0],
  ]);
  is.violated("the next one is canceled", [
    ["a", EIO],
    ["b", ECANCELED],
  ]);
  is.violated("the next one is never issued", [["a", EIO]], { events: ["issued a", "cqe a -5", "freed a"] });
  const guarded = about(
    "hardLinkContinues",
    one(sqe("a", read(4), "H"), sqe("t", linkTimeout, "L"), sqe("b", nop())),
  );
  guarded.ok("canceled by its link timeout, hard", [
    ["t", ETIME],
    ["a", ECANCELED],
    ["b", 0],
  ]);
  guarded.violated("the link timeout's own flag decides", [
    ["t", ETIME],
    ["a", ECANCELED],
    ["b", ECANCELED],
  ]);
}
{
  const is = about("successContinues", one(sqe("a", nop(7), "L"), sqe("b", read(4))));
  is.ok("the next one runs", [
    ["a", 7],
    ["b", 4],
  ]);
  is.violated("canceled behind a success", [
    ["a", 7],
    ["b", ECANCELED],
  ]);
  const canceled = about(
    "successContinues",
    one(sqe("a", nop(), "L"), sqe("b", read(4)), sqe("c", cancel(1))),
  );
  canceled.ok("canceled by a request", [
    ["a", 0],
    ["c", 0],
    ["b", ECANCELED],
  ]);
  canceled.violated("the canceler found nothing", [
    ["a", 0],
    ["c", ENOENT],
    ["b", ECANCELED],
  ]);
}
{
  const is = about("shortTransferSevers", one(sqe("a", read(4), "L"), sqe("b", nop())));
  is.ok("a short read severs", [
    ["a", 2],
    ["b", ECANCELED],
  ]);
  is.violated("a short read does not", [
    ["a", 2],
    ["b", 0],
  ]);
  is.violated("an end of file does not", [
    ["a", 0],
    ["b", 0],
  ]);
  const plain = about("shortTransferSevers", one(sqe("a", recv(4), "L"), sqe("b", nop())));
  plain.ok("a short recv goes on", [
    ["a", 2],
    ["b", 0],
  ]);
  plain.violated("a short recv severs", [
    ["a", 2],
    ["b", ECANCELED],
  ]);
  const all = about("shortTransferSevers", one(sqe("a", recv(4, "WAITALL"), "L"), sqe("b", nop())));
  all.ok("a short recv with WAITALL severs", [
    ["a", 2],
    ["b", ECANCELED],
  ]);
  all.violated("a short recv with WAITALL goes on", [
    ["a", 2],
    ["b", 0],
  ]);
  const splice = about(
    "shortTransferSevers",
    one(sqe("a", other("SPLICE", { len: "8" }), "L", { may: [3, 8] }), sqe("b", nop())),
  );
  splice.ok("a short splice severs", [
    ["a", 3],
    ["b", ECANCELED],
  ]);
  splice.violated("a short splice goes on", [
    ["a", 3],
    ["b", 0],
  ]);
}
{
  const is = about("errorWithoutSevering", one(sqe("a", fsync, "L", { may: [EIO] }), sqe("b", nop())));
  is.ok("an fsync's error leaves the chain whole", [
    ["a", EIO],
    ["b", 0],
  ]);
  is.violated("it severs", [
    ["a", EIO],
    ["b", ECANCELED],
  ]);
  is.ok(
    "the manual pages say that it severs",
    [
      ["a", EIO],
      ["b", ECANCELED],
    ],
    { profile: "documented" },
  );
  is.violated(
    "the manual pages do not let it pass",
    [
      ["a", EIO],
      ["b", 0],
    ],
    { profile: "documented" },
  );
  is.undecided("a file that is not there fails around the handler", [
    ["a", -9],
    ["b", 0],
  ]);
  const futex = about(
    "errorWithoutSevering",
    one(sqe("a", other("FUTEX_WAIT"), "L", { may: [0, "never"] }), sqe("b", nop()), sqe("c", cancel(0))),
  );
  futex.ok("a canceled futex wait does not sever", [
    ["c", 1],
    ["a", ECANCELED],
    ["b", 0],
  ]);
  futex.violated("it does", [
    ["c", 1],
    ["a", ECANCELED],
    ["b", ECANCELED],
  ]);
}
{
  const is = about("timeoutSevers", one(sqe("a", timeout(), "L"), sqe("b", nop())));
  is.ok("expired", [
    ["a", ETIME],
    ["b", ECANCELED],
  ]);
  is.violated("expired, and the next one runs", [
    ["a", ETIME],
    ["b", 0],
  ]);
  const success = about("timeoutSevers", one(sqe("a", timeout(0, true), "L"), sqe("b", nop())));
  success.ok("expired, with ETIME_SUCCESS", [
    ["a", ETIME],
    ["b", 0],
  ]);
  success.violated("expired, with ETIME_SUCCESS, and severed", [
    ["a", ETIME],
    ["b", ECANCELED],
  ]);
}
{
  const is = about(
    "prepFailureSevers",
    one(
      sqe("a", nop(), "H"),
      sqe("b", invalid, "H"),
      sqe("c", nop(), "H"),
      sqe("d", nop(), "", { prep: -14 }),
    ),
  );
  is.ok("each its own error", [
    ["a", ECANCELED],
    ["b", EINVAL],
    ["c", ECANCELED],
    ["d", -14],
  ]);
  is.violated("the head runs", [
    ["a", 0],
    ["b", EINVAL],
    ["c", ECANCELED],
    ["d", -14],
  ]);
  is.violated("the culprit has the others' result", [
    ["a", ECANCELED],
    ["b", ECANCELED],
    ["c", ECANCELED],
    ["d", -14],
  ]);
  is.violated("a hardlink holds", [
    ["a", ECANCELED],
    ["b", EINVAL],
    ["c", 0],
    ["d", -14],
  ]);
  is.violated("one has no CQE", [
    ["a", ECANCELED],
    ["b", EINVAL],
    ["d", -14],
  ]);
  is.violated(
    "one was issued",
    [
      ["a", ECANCELED],
      ["b", EINVAL],
      ["c", ECANCELED],
      ["d", -14],
    ],
    { events: ["issued a"] },
  );
  const raced = withParts({ code: [step.branch(3), step.queue(0), step.enter(1)] }, sqe("a", invalid));
  about("prepFailureSevers", raced).undecided("in a submission that is not known", [["a", EINVAL]]);
}
{
  const is = about("canceledHasNoEffect", one(sqe("a", nop(-5), "L"), sqe("b", write("xyz"))));
  is.ok("the file is as it was", [
    ["a", EIO],
    ["b", ECANCELED],
  ]);
  is.violated(
    "the file was written",
    [
      ["a", EIO],
      ["b", ECANCELED],
    ],
    { files: ["xyz"] },
  );
  is.violated(
    "it was issued",
    [
      ["a", EIO],
      ["b", ECANCELED],
    ],
    { events: ["issued a", "issued b"] },
  );
  const own = withParts(
    { code: [step.queue(0, 1), step.enter(2), step.write("xyz")] },
    sqe("a", nop(-5), "L"),
    sqe("b", write("new")),
  );
  about("canceledHasNoEffect", own).ok(
    "the thread wrote it",
    [
      ["a", EIO],
      ["b", ECANCELED],
    ],
    { files: ["xyz"] },
  );
  const unseen = about("canceledHasNoEffect", one(sqe("a", nop(-5), "L"), sqe("b", read(4))));
  unseen.undecided("nobody tells what a read has consumed", [
    ["a", EIO],
    ["b", ECANCELED],
  ]);
}
{
  const is = about(
    "skipVisibility",
    one(sqe("a", nop(), "S"), sqe("b", nop(-5), "S"), sqe("c", read(4), "S")),
  );
  is.ok("successes are silent, failures are not", [
    ["b", EIO],
    ["c", 2],
  ]);
  is.violated("a success is posted", [
    ["a", 0],
    ["b", EIO],
  ]);
  is.violated("a failure is silent", []);
  const guarded = about("skipVisibility", one(sqe("a", read(4), "LS"), sqe("t", linkTimeout, "S")));
  guarded.ok("the canceled request is posted, its link timeout is not", [["a", ECANCELED]]);
  guarded.violated("a link timeout with SKIP is posted", [
    ["t", ETIME],
    ["a", ECANCELED],
  ]);
  const bad = about("skipVisibility", one(sqe("a", invalid, "S")));
  bad.ok("a failing prep is posted", [["a", EINVAL]]);
  bad.violated("a failing prep is silent", []);
  const hidden = about("skipVisibility", one(sqe("a", fsync, "S", { may: [EIO] })));
  hidden.ok("an error that does not fail is silent", []);
  hidden.violated("an error that does not fail is posted", [["a", EIO]]);
}
{
  const is = about("skipBrokenChain", one(sqe("a", nop(-5), "LS"), sqe("b", nop(), "L"), sqe("c", nop())));
  is.ok("what the failing one hides", [["a", EIO]]);
  is.violated("the rest is posted", [
    ["a", EIO],
    ["b", ECANCELED],
    ["c", ECANCELED],
  ]);
  const shown = about(
    "skipBrokenChain",
    one(sqe("a", nop(-5), "L"), sqe("b", nop(), "LS"), sqe("c", nop(), "S")),
  );
  shown.ok("all of it, SKIP or not", [
    ["a", EIO],
    ["b", ECANCELED],
    ["c", ECANCELED],
  ]);
  shown.violated("SKIP hides a canceled one", [["a", EIO]]);
  const head = about(
    "skipBrokenChain",
    one(sqe("a", nop(), "LS"), sqe("t", linkTimeout, "L"), sqe("b", invalid, "L"), sqe("c", nop())),
  );
  head.ok("the head hides the prep failure itself, but not its own link timeout", [
    ["a", ECANCELED],
    ["t", ECANCELED],
  ]);
  head.violated("the prep failure is posted", [
    ["a", ECANCELED],
    ["t", ECANCELED],
    ["b", EINVAL],
    ["c", ECANCELED],
  ]);
  const middle = about(
    "skipBrokenChain",
    one(sqe("a", nop(), "L"), sqe("b", invalid, "LS"), sqe("c", nop(), "S")),
  );
  middle.ok("SKIP on a bad member hides nothing", [
    ["a", ECANCELED],
    ["b", EINVAL],
    ["c", ECANCELED],
  ]);
  middle.violated("it hides the rest", [
    ["a", ECANCELED],
    ["b", EINVAL],
  ]);
}
{
  const is = about("linkTimeoutPlacement", one(sqe("a", read(4), "L"), sqe("t", linkTimeout)));
  is.ok("behind a request", [
    ["a", 4],
    ["t", ECANCELED],
  ]);
  is.violated("refused behind a request", [
    ["a", ECANCELED],
    ["t", EINVAL],
  ]);
  const lone = about("linkTimeoutPlacement", one(sqe("a", read(4)), sqe("t", linkTimeout)));
  lone.ok("behind an unlinked request", [["t", EINVAL]]);
  lone.violated("accepted behind an unlinked request", [["t", ETIME]]);
}
{
  const is = about("linkTimeoutAgrees", one(sqe("a", read(4), "L"), sqe("t", linkTimeout)));
  is.ok("it lost", [
    ["a", 4],
    ["t", ECANCELED],
  ]);
  is.ok("it fired", [
    ["t", ETIME],
    ["a", ECANCELED],
  ]);
  is.ok("it fired too late", [
    ["a", 4],
    ["t", ENOENT],
  ]);
  is.ok("the read goes on", []);
  is.violated("it fired, and the request goes on", [["t", ETIME]]);
  is.violated("it lost, and the request goes on", [["t", ECANCELED]]);
  is.violated("it returns 0", [
    ["a", 4],
    ["t", 0],
  ]);
  is.violated("it returns a count for a read", [
    ["t", 1],
    ["a", ECANCELED],
  ]);
  is.violated("the request was firing, but is no timeout", [
    ["t", EALREADY],
    ["a", 4],
  ]);
  is.ok(
    "so it could on older kernels",
    [
      ["t", EALREADY],
      ["a", 4],
    ],
    { profile: "linux-6.12" },
  );
  const twin = about(
    "linkTimeoutAgrees",
    one(sqe("a", read(4), "L"), sqe("t", linkTimeout), sqe("b", read(4), "", { userData: 0 })),
  );
  twin.undecided("it may have canceled the other", [
    ["t", ETIME],
    ["b", ECANCELED],
  ]);
}
{
  const is = about(
    "firingTimeoutComesFirst",
    one(sqe("a", read(4), "L"), sqe("t", linkTimeout), sqe("c", cancel(0))),
  );
  is.ok("first", [
    ["t", ETIME],
    ["a", ECANCELED],
    ["c", ENOENT],
  ]);
  is.ok("another canceled it", [
    ["c", 0],
    ["a", ECANCELED],
    ["t", ETIME],
  ]);
  is.violated("last", [
    ["c", ENOENT],
    ["a", ECANCELED],
    ["t", ETIME],
  ]);
  is.violated("it lost, and comes first", [
    ["t", ECANCELED],
    ["a", 4],
    ["c", ENOENT],
  ]);
}
{
  const is = about("cancelAgrees", one(sqe("a", read(4)), sqe("c", cancel(0))));
  is.ok("found", [
    ["c", 0],
    ["a", ECANCELED],
  ]);
  is.ok("found, with a part transferred", [
    ["c", 0],
    ["a", 2],
  ]);
  is.ok("not found", [
    ["c", ENOENT],
    ["a", 4],
  ]);
  is.ok("running", [
    ["c", EALREADY],
    ["a", EINTR],
  ]);
  is.violated("found, and it completes", [
    ["c", 0],
    ["a", 4],
  ]);
  is.violated("found, and it goes on", [["c", 0]]);
  is.violated("no such result", [
    ["c", EINTR],
    ["a", 4],
  ]);
  const all = about(
    "cancelAgrees",
    one(sqe("a", read(4)), sqe("b", read(4)), sqe("c", cancel("none", "ANY"))),
  );
  all.ok("a count", [
    ["c", 2],
    ["a", ECANCELED],
    ["b", ECANCELED],
  ]);
  all.violated("a count of too many", [
    ["c", 2],
    ["a", ECANCELED],
  ]);
  const nobody = about("cancelAgrees", one(sqe("a", read(4)), sqe("c", cancel("none"))));
  nobody.violated("found nobody's request", [
    ["c", 0],
    ["a", ECANCELED],
  ]);
}
{
  const is = about("canceledBySomebody", one(sqe("a", read(4)), sqe("b", read(4)), sqe("c", cancel(0))));
  is.ok("by a request", [
    ["c", 0],
    ["a", ECANCELED],
  ]);
  is.violated("by one that found nothing", [
    ["c", ENOENT],
    ["a", ECANCELED],
  ]);
  is.violated("by one that was after another", [
    ["c", 0],
    ["a", ECANCELED],
    ["b", ECANCELED],
  ]);
  const sync = withParts({ code: [step.queue(0), step.enter(1), step.syncCancel(0)] }, sqe("a", read(4)));
  about("canceledBySomebody", sync).ok("by sync_cancel", [["a", ECANCELED]]);
  const polled = about("canceledBySomebody", one(sqe("a", read(4), "L"), sqe("t", linkTimeout)));
  polled.violated("its link timeout found nothing", [
    ["t", ENOENT],
    ["a", ECANCELED],
  ]);
  const worker = about("canceledBySomebody", one(sqe("a", read(4), "LA"), sqe("t", linkTimeout)));
  worker.ok("a worker that has just picked it up is told to stop", [
    ["t", ENOENT],
    ["a", ECANCELED],
  ]);
  const itself = about("canceledBySomebody", one(sqe("a", nop(ECANCELED))));
  itself.ok("it was told to say so", [["a", ECANCELED]]);
}
{
  const is = about(
    "drainWaits",
    one(sqe("a", read(4)), sqe("b", nop(), "L"), sqe("c", nop(), "D"), sqe("d", nop())),
  );
  is.ok("after what came before it", [
    ["a", 4],
    ["b", 0],
    ["c", 0],
    ["d", 0],
  ]);
  is.ok("it waits", []);
  is.violated("the chain's head is ahead", [
    ["b", 0],
    ["a", 4],
    ["c", 0],
    ["d", 0],
  ]);
  is.violated("it did not wait", [
    ["b", 0],
    ["c", 0],
  ]);
  is.violated(
    "issued too soon",
    [
      ["a", 4],
      ["b", 0],
      ["c", 0],
      ["d", 0],
    ],
    { events: ["issued a", "issued b", "cqe a 4", "cqe b 0", "issued c"] },
  );
  const counted = about("drainWaits", one(sqe("a", read(4)), sqe("b", nop(), "D"), sqe("c", invalid)));
  counted.violated("a failing prep lets it go", [
    ["c", EINVAL],
    ["b", 0],
    ["a", 4],
  ]);
  counted.ok(
    "so it did where CQEs were counted",
    [
      ["c", EINVAL],
      ["b", 0],
      ["a", 4],
    ],
    { profile: "linux-6.12" },
  );
  const raced = withParts(
    { code: [step.branch(3), step.queue(0, 1), step.enter(2)] },
    sqe("a", read(4)),
    sqe("b", nop(), "D"),
  );
  about("drainWaits", raced).undecided("in a submission that is not known", [["b", 0]]);
}
{
  const is = about("drainHolds", one(sqe("a", read(4), "D"), sqe("b", nop()), sqe("c", invalid)));
  is.ok("in order, less what fails prep", [
    ["c", EINVAL],
    ["a", 4],
    ["b", 0],
  ]);
  is.ok("held", [["c", EINVAL]]);
  is.violated("it passes", [
    ["b", 0],
    ["c", EINVAL],
    ["a", 4],
  ]);
  is.violated("it was not held", [["b", 0]]);
  is.violated(
    "issued too soon",
    [
      ["a", 4],
      ["b", 0],
    ],
    { events: ["issued a", "issued b", "cqe a 4", "cqe b 0"] },
  );
}
{
  const is = about(
    "failedPrepPassesDrain",
    one(sqe("a", read(4)), sqe("b", nop(), "D"), sqe("c", nop(), "L"), sqe("d", invalid)),
  );
  is.ok("it passes", [
    ["c", ECANCELED],
    ["d", EINVAL],
  ]);
  is.violated("it is held", []);
  is.undecided("a thread hangs", [], { hang: true });
}
{
  const is = about("drainAfterSkipFails", one(sqe("a", nop(), "S"), sqe("b", nop(), "D")));
  is.ok("refused", [["b", EOPNOTSUPP]]);
  is.violated("it drains", [["b", 0]]);
  const early = about("drainAfterSkipFails", one(sqe("a", nop(), "D"), sqe("b", nop(), "S")));
  early.ok("before the first SKIP", [["a", 0]]);
  early.violated("refused before the first SKIP", [["a", EOPNOTSUPP]]);
}
{
  const is = about(
    "timeoutCounts",
    one(sqe("a", nop()), sqe("b", timeout(2)), sqe("c", nop()), sqe("d", timeout())),
  );
  is.ok("behind two", [
    ["a", 0],
    ["c", 0],
    ["b", 0],
    ["d", ETIME],
  ]);
  is.ok("expired", [["b", ETIME]]);
  is.violated("behind one", [
    ["a", 0],
    ["b", 0],
    ["c", 0],
  ]);
  is.violated("an expired timeout is counted", [
    ["a", 0],
    ["d", ETIME],
    ["b", 0],
    ["c", 0],
  ]);
  is.violated("0 without a count", [
    ["a", 0],
    ["c", 0],
    ["d", 0],
  ]);
  is.violated("another result", [["b", EIO]]);
}
{
  const is = about("overflowKeepsOrder", one(sqe("a", nop()), sqe("b", nop())));
  is.ok(
    "as posted",
    [
      ["a", 0],
      ["b", 0],
    ],
    { events: ["cqe a 0", "cqe b 0"] },
  );
  is.undecided("nobody tells the posts", [
    ["a", 0],
    ["b", 0],
  ]);
  is.undecided("a trace without CQEs", [["a", 0]], { events: ["issued a"] });
  is.violated(
    "one jumps the queue",
    [
      ["b", 0],
      ["a", 0],
    ],
    { events: ["cqe a 0", "cqe b 0"] },
  );
  is.violated("one is dropped", [["a", 0]], { events: ["cqe a 0", "cqe b 0"] });
  is.violated(
    "one was never posted",
    [
      ["a", 0],
      ["b", 0],
    ],
    { events: ["cqe a 0"] },
  );
}
{
  const is = about("enterReturns", one(sqe("a", nop()), sqe("b", invalid), sqe("c", nop())));
  is.ok("the bad one is counted", [], { values: [2] });
  is.ok("it never returned", [], { values: [null] });
  is.violated("the error", [], { values: [EINVAL] });
  is.violated("all of them", [], { values: [3] });
  const polled = about(
    "enterReturns",
    withParts({ setup: ["SQPOLL"] }, sqe("a", nop()), sqe("b", invalid), sqe("c", nop())),
  );
  polled.ok("SQPOLL: to_submit", [], { values: [3] });
  polled.violated("SQPOLL: what was consumed", [], { values: [2] });
  const traced = about("enterReturns", withParts({ code: [step.queue(0), step.enter(1)] }, sqe("a", nop())));
  traced.ok("told by the trace", [["a", 0]], { events: ["entered 1"] });
  traced.violated("told by the trace", [["a", 0]], { events: ["entered 0"] });
  const waits = about("enterReturns", withParts({ code: [step.enter(0, 0, 1)] }, sqe("a", nop())));
  waits.ok("a wait ends by its timeout", [], { values: [ETIME] });
  waits.violated("it submitted nothing", [], { values: [1] });
  const raced = withParts({ code: [step.branch(3), step.queue(0), step.enter(1, 0)] }, sqe("a", nop()));
  about("enterReturns", raced).undecided("what is in the SQ is not known", [], { values: [1] });
}
{
  const parts = { extraLabels: ["m"] };
  const is = about("msgRingPosts", withParts(parts, sqe("a", nop(), "L"), sqe("b", msgRing(7, 2))));
  is.ok(
    "posted",
    [
      ["a", 0],
      ["b", 0],
    ],
    { second: [["m", 7]] },
  );
  is.violated("not posted", [
    ["a", 0],
    ["b", 0],
  ]);
  is.violated(
    "posted twice",
    [
      ["a", 0],
      ["b", 0],
    ],
    {
      second: [
        ["m", 7],
        ["m", 7],
      ],
    },
  );
  is.violated("posted on its own ring", [
    ["a", 0],
    ["m", 7],
    ["b", 0],
  ]);
  is.violated(
    "another result",
    [
      ["a", 0],
      ["b", 0],
    ],
    { second: [["m", 8]] },
  );
  is.violated(
    "it failed, and posted",
    [
      ["a", 0],
      ["b", EIO],
    ],
    { second: [["m", 7]] },
  );
  const severed = about("msgRingPosts", withParts(parts, sqe("a", nop(-5), "L"), sqe("b", msgRing(7, 2))));
  severed.violated(
    "canceled, and posted",
    [
      ["a", EIO],
      ["b", ECANCELED],
    ],
    { second: [["m", 7]] },
  );
}
{
  const is = about(
    "resultInRange",
    one(
      sqe("a", nop(7)),
      sqe("b", read(4, FILE)),
      sqe("c", poll()),
      sqe("d", { opcode: "OP" }, "", { may: [1, EIO] }),
      sqe("e", fsync),
    ),
  );
  is.ok("all in range", [
    ["a", 7],
    ["b", 4],
    ["c", 17],
    ["d", EIO],
    ["e", 0],
  ]);
  is.violated("a NOP makes it up", [["a", 0]]);
  is.violated("a read returns more than it was asked for", [["b", 5]]);
  is.violated("a poll tells what was not asked for", [["c", 4]]);
  is.violated("an operation returns what it may not", [["d", 0]]);
  is.violated("an fsync returns a length", [["e", 3]]);
}

function verdictOf(name: string, { scenario, cqes, parts, trace, profile }: Case): Verdict {
  const events = trace === null ? {} : { trace: traceOf(scenario, ...trace) };
  return propertyOf(name)!.check(runOf(scenario, cqes, { ...parts, ...events }), profile);
}

describe.each(PROPERTIES.map((property) => [property.name, property] as const))("%s", (name, property) => {
  const list = cases.get(name) ?? [];

  it.each(list.map((row) => [row.expected, row.title, row] as const))("%s: %s", (expected, _, row) => {
    const verdict = verdictOf(name, row);
    const found = verdict === null ? "ok" : verdict === "undecided" ? "undecided" : "violated";
    expect(found, JSON.stringify(verdict)).toBe(expected);
    if (verdict !== null && verdict !== "undecided") {
      expect(verdict.property).toBe(name);
      expect(verdict.message).not.toMatch(/undefined|null|NaN/);
    }
  });

  it("is shown to hold and to fail", () => {
    for (const expected of ["ok", "violated"])
      expect(list.some((row) => row.expected === expected)).toBe(true);
  });

  it("says what it claims, and whence", () => {
    expect(property.title).toMatch(/\.$/);
    expect(property.source).not.toBe("");
    for (const rule of property.rules) expect(rule).toMatch(/^[A-Z]+-\d\d$/);
  });
});
