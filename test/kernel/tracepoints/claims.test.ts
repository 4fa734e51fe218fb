/** What a claim finds, and what it must leave alone, on logs of a few lines each. */
import { describe, expect, it } from "vitest";
import { checkLog, readLog, type TraceReport } from "../../../src/kernel/tracepoints/index.js";
import type { ProfileName } from "../../../src/model/profile.js";
import { writeLog } from "./writeLog.js";

function judge(events: readonly string[], profile: ProfileName = "linux-6.18"): TraceReport {
  const read = readLog(writeLog(...events));
  if (!read.ok) throw new Error(read.problem.message);
  return checkLog(read.log, profile);
}

/** Flags: 4 LINK, 8 HARDLINK, 2 DRAIN, 40 SKIP. */
const CHAIN = ["submit a NOP 4", "submit b NOP 4", "link b a", "submit c NOP", "link c b"];
const SEVERED = [...CHAIN, "done a -5", "fail a b", "fail a c"];
const GUARDED = [
  "submit a READ 4",
  "submit t LINK_TIMEOUT 4",
  "link t a",
  "submit c NOP",
  "link c t",
  "start a",
];
/** So that every claim has what it needs. */
const NEEDED = [
  "create ring:9",
  "submit x NOP 4 ring:9",
  "bad y NOP 0 -22 ring:9",
  "done x -125 ring:9",
  "fail x y ring:9",
  "done y -22 ring:9",
  "submit v NOP 4 ring:9",
  "submit w NOP ring:9",
  "link w v ring:9",
  "done v 0 ring:9",
  "done w 0 ring:9",
];
const DRAINED = ["submit a READ", "submit b NOP 2", "defer b"];

/** Events after NEEDED and the ring's creation; the claim and the last words of the event that cannot be; the rule. */
const WRONG: readonly (readonly [
  title: string,
  events: readonly string[],
  claim: string,
  event: RegExp,
  rule: string,
])[] = [
  [
    "a second completion",
    ["submit a NOP", "done a 0", "done a 0"],
    "oneCompletion",
    /complete.*0aa000061|complete/,
    "CORE-01",
  ],
  ["a completion of nothing", ["done a 0"], "oneCompletion", /complete/, "CORE-01"],
  ["another user_data", ["submit a NOP", "done a 0 b"], "oneCompletion", /user_data 0x62/, "FORM-11"],
  ["memory used again", ["submit a NOP", "submit a NOP"], "noneLost", /submit_req/, "CORE-01"],
  [
    "memory used again by a bad SQE",
    ["submit a NOP", "bad a NOP 0 -22"],
    "noneLost",
    /req_failed/,
    "CORE-01",
  ],
  [
    "memory used again on another ring",
    ["create ring:2", "submit a NOP", "submit a NOP ring:2"],
    "noneLost",
    /submit_req/,
    "CORE-01",
  ],
  ["a ring that ended too early", ["submit a NOP", "create"], "noneLost", /create/, "CORE-01"],
  ["a failure before its CQE", [...CHAIN, "fail a b"], "noneLost", /fail_link/, "CORE-02"],
  ["a member that passes its predecessor", [...CHAIN, "done b 0"], "chainOrder", /complete/, "FAIL-15"],
  ["a member that starts too early", [...CHAIN, "punt b"], "chainOrder", /queue_async/, "FAIL-15"],
  [
    "a member that completes late, though it could have been silent",
    ["submit a NOP 44", "submit b NOP", "link b a", "done b 0", "done a -5"],
    "chainOrder",
    /result -5/,
    "FAIL-15",
  ],
  ["a canceled member that succeeds", [...SEVERED, "done b 0"], "canceledTogether", /result 0/, "PROP-01"],
  ["a canceled member that starts", [...SEVERED, "punt b"], "canceledTogether", /queue_async/, "FORM-10"],
  ["canceled members out of order", [...SEVERED, "done c -125"], "canceledTogether", /complete/, "PROP-01"],
  [
    "a completion between canceled members",
    ["submit d NOP", ...SEVERED, "done b -125", "done d 0"],
    "canceledTogether",
    /0x64/,
    "PROP-01",
  ],
  [
    "a CQE that a failing skipped member silences",
    ["submit a NOP 44", "submit b NOP", "link b a", "done a -5", "fail a b", "done b -125"],
    "canceledTogether",
    /result -125/,
    "SKIP-02",
  ],
  [
    "a success behind a failure, without a sign of severing",
    [...CHAIN, "done a -5", "done b 0"],
    "softLinkSevers",
    /result 0/,
    "FAIL-10",
  ],
  ["a start behind a failure", [...CHAIN, "done a -5", "punt b"], "softLinkSevers", /queue_async/, "FAIL-10"],
  ["a success that severs", [...CHAIN, "done a 0", "fail a b"], "severedForReason", /fail_link/, "FAIL-01"],
  [
    "a hard link that severs",
    ["submit a NOP 8", "submit b NOP", "link b a", "done a -5", "fail a b"],
    "severedForReason",
    /fail_link/,
    "FAIL-14",
  ],
  ["a bad SQE with another error", ["bad a NOP 0 -22", "done a -14"], "prepFailureSevers", /-14/, "PREP-03"],
  [
    "a success in a chain that failed prep",
    ["submit a NOP 4", "bad b NOP 4 -22", "submit c NOP", "link c b", "done a 0"],
    "prepFailureSevers",
    /result 0/,
    "PREP-03",
  ],
  [
    "a start in a chain that failed prep",
    ["submit a NOP 4", "bad b NOP 4 -22", "submit c NOP", "link c b", "start a"],
    "prepFailureSevers",
    /file_get/,
    "PREP-03",
  ],
  ["a link timeout that succeeds", [...GUARDED, "done t 0"], "linkTimeoutAgrees", /result 0/, "LT-06"],
  [
    "a link timeout disarmed too early",
    [...GUARDED, "done t -125", "submit z NOP"],
    "linkTimeoutAgrees",
    /-125/,
    "LT-04",
  ],
  [
    "a link timeout disarmed before a request that might have been silent",
    ["submit a READ 44", "submit t LINK_TIMEOUT", "link t a", "done t -125", "done a -5", "submit z NOP"],
    "linkTimeoutAgrees",
    /result -5/,
    "LT-04",
  ],
  [
    "a request that its timeout canceled, and that succeeds",
    [...GUARDED, "done t -62", "done a 0"],
    "linkTimeoutAgrees",
    /result 0/,
    "LT-05",
  ],
  [
    "a timeout that fires when its request is canceled, by nobody",
    [...GUARDED, "done a -125", "done t -62", "submit z NOP"],
    "linkTimeoutAgrees",
    /-62/,
    "ORD-02",
  ],
  [
    "a link timeout behind the members that the failure canceled",
    [...GUARDED, "done a -5", "fail a c", "done c -125", "done t -125"],
    "linkTimeoutAgrees",
    /0x74/,
    "PROP-05",
  ],
  ["a drain that does not wait", [...DRAINED, "punt b"], "drainWaits", /queue_async/, "DRN-01"],
  [
    "a request that passes the drain",
    [...DRAINED, "submit c NOP", "defer c", "done a 0", "punt b", "punt c"],
    "drainWaits",
    /0x63/,
    "DRN-03",
  ],
];

describe("finds", () => {
  it.each(WRONG)("%s", (_title, events, claim, event, rule) => {
    const { verdict, violation } = judge([...NEEDED, "create", ...events]);
    expect(verdict).toBe("violated");
    expect([violation?.claim.name, violation?.rules.map(({ id }) => id)]).toEqual([
      claim,
      expect.arrayContaining([rule]),
    ]);
    expect(violation?.event.text).toMatch(event);
  });
});

const RIGHT: readonly (readonly [title: string, events: readonly string[]])[] = [
  ["a severed chain", [...SEVERED, "done b -125", "done c -125"]],
  ["requests in flight at the end", ["submit a READ", "start a"]],
  ["a success that is silent, and its memory used again", ["submit a NOP 40", "submit a NOP 40"]],
  ["a multishot that posts, and ends", ["submit a POLL_ADD", "more a 1", "more a 1", "done a -125"]],
  ["the notification of a zero-copy send", ["submit a SEND_ZC", "done a 5 a 2", "done n 0 a 8"]],
  ["a completion that overflows", ["submit a NOP", "overflow a 0", "submit a NOP"]],
  [
    "an overflow that may be of either",
    ["submit a NOP 0 u", "submit b NOP 0 u", "overflow u 0", "submit a NOP", "submit b NOP"],
  ],
  [
    "an overflow that is told twice, as up to 6.2",
    ["submit a NOP 0 u", "submit b NOP 0 u", "done a 0 u", "overflow u 0", "done b 0 u"],
  ],
  [
    "a link timeout that fires",
    [...GUARDED, "done t -62", "done a -125", "fail a c", "done c -125", "submit z NOP"],
  ],
  [
    "one that fires, and a part transferred",
    [...GUARDED, "done t -62", "done a 3", "fail a c", "done c -125"],
  ],
  [
    "a timeout that fires too late, the request canceled by another",
    [...GUARDED, "submit k ASYNC_CANCEL", "done k 0", "done a -125", "done t -62", "submit z NOP"],
  ],
  [
    "the same with IORING_REGISTER_SYNC_CANCEL",
    [...GUARDED, "register 24", "done a -125", "done t -62", "submit z NOP"],
  ],
  ["what a task does that exits", [...GUARDED, "done t -125"]],
  [
    "a short read that severs",
    ["submit a READ 4", "submit b NOP", "link b a", "done a 3", "fail a b", "done b -125"],
  ],
  [
    "a chain that the submission's end closes, and a bad SQE of the next",
    ["submit a NOP 4", "punt a", "bad b NOP 0 -22", "done b -22", "done a 0"],
  ],
  [
    "a hard link behind a failed prep",
    ["submit a NOP 8", "bad b NOP 0 -22", "done a -125", "fail a b", "done b -22"],
  ],
  [
    "a drain that waits",
    [...DRAINED, "submit c NOP", "defer c", "done a 0", "punt b", "done b 0", "punt c", "done c 0"],
  ],
  ["a deferred request that its ring's end cancels", [...DRAINED, "done b -125"]],
  [
    "a file looked up while the chain is assembled, as on 6.1",
    ["submit a NOP 4", "submit b READ 4", "start b", "link b a", "bad c NOP 0 -22", "done a -125"],
  ],
];

describe("leaves alone", () => {
  it.each(RIGHT)("%s", (_title, events) => {
    expect(judge([...NEEDED, "create", ...events])).toMatchObject({ verdict: "ok", violation: null });
  });

  it("the order and the drain of 6.1", () => {
    const events = [
      ...NEEDED,
      "create",
      ...DRAINED,
      "punt b",
      ...GUARDED.map((event) => event.replaceAll(" a", " q").replace(" c", " r")),
    ];
    expect(judge(events).verdict).toBe("violated");
    expect(judge(events, "linux-6.1").verdict).toBe("ok");
  });
});

describe("a log that starts in mid-life", () => {
  it("may complete what it does not show submitted, once at each address", () => {
    expect(judge([...NEEDED, "done a 0", "done b 0"]).verdict).toBe("ok");
    expect(judge([...NEEDED, "done a 0", "done a 0"]).verdict).toBe("violated");
  });

  it("is judged in what it shows whole", () => {
    expect(judge([...NEEDED, ...CHAIN, "done b 0"]).violation?.claim.name).toBe("chainOrder");
  });
});

describe("lost events", () => {
  const missing = ["submit a NOP", "submit @1 d NOP", "submit a NOP"];

  it("excuse what stands between them, on every CPU", () => {
    expect(judge([...NEEDED, "create", ...missing]).verdict).toBe("violated");
    const report = judge([...NEEDED, "create", "submit @1 q NOP", ...missing, "lost 1", "submit @1 e NOP"]);
    expect(report).toMatchObject({ verdict: "ok", violation: null });
    expect(report.losses).toEqual([{ cpu: 1, count: 5, after: 17, before: 19 }]);
  });

  it("do not excuse what came before the last event of their CPU", () => {
    const events = [...NEEDED, "create", ...missing, "submit @1 q NOP", "lost 1", "submit @1 e NOP"];
    expect(judge(events).verdict).toBe("violated");
  });

  it("make what was known before unknown", () => {
    expect(judge([...NEEDED, "create", "submit a NOP", "lost 0", "done a 0", "submit a NOP"]).verdict).toBe(
      "ok",
    );
  });

  it("leave nothing to decide: inconclusive", () => {
    expect(judge(["create", "submit a NOP", "lost 0", "done a 0"]).verdict).toBe("inconclusive");
  });

  it("are seen where an older part of the buffer was overwritten", () => {
    const text = writeLog("submit @1 a NOP", "submit @1 a NOP", "create", "submit d NOP", "done d 0");
    const header = "# entries-in-buffer/entries-written: 5/9   #P:2";
    const read = readLog(text.replace("#\n", `${header}\n`));
    expect(read.ok && read.log.losses).toEqual([{ cpu: null, count: null, after: 0, before: 5 }]);
    expect(read.ok && checkLog(read.log, "linux-6.18").violation).toBe(null);
  });

  it.each([
    ["trace-cmd", "x: CPU:1 [5 EVENTS DROPPED]", 1, 5],
    ["trace-cmd, uncounted", "CPU:1 [EVENTS DROPPED]", 1, null],
    ["tracefs, uncounted", "CPU:1 [LOST EVENTS]", 1, null],
    ["perf script", "  app 7 [001] 1.5: PERF_RECORD_LOST lost 5", 1, 5],
  ])("are read as %s writes them", (_who, line, cpu, count) => {
    const read = readLog(`${writeLog("create")}${line}\n`);
    expect(read.ok && read.log.losses).toMatchObject([{ cpu, count }]);
  });
});

describe("the order of a log", () => {
  it("is that of time between CPUs, as trace_pipe needs it", () => {
    const events = ["time 10", ...CHAIN, "time 30", "done b 0 @1", "done c 0 @1", "time 20", "done a 0"];
    const read = readLog(
      writeLog(
        ...NEEDED,
        "create",
        "time 2000000",
        ...events.map((event) => event.replace("time ", "time 20000")),
      ),
    );
    expect(read.ok && read.log.movedCount).toBe(1);
    expect(read.ok && checkLog(read.log, "linux-6.18").violation).toBe(null);
  });

  it("is its own on one CPU, whatever the times say", () => {
    expect(
      judge([...NEEDED, "create", ...CHAIN, "time 3000000", "done b 0", "time 2000000", "done a 0"]).violation
        ?.event.text,
    ).toMatch(/0x62/);
  });
});
