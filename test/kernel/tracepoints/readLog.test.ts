/** Texts that are no log, or a damaged one: the first thing that is wrong, with its place; and never a crash. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkLog, LINE_CHARS_MAX, readLog } from "../../../src/kernel/tracepoints/index.js";
import { folder, ringspec } from "../../cli/cli.js";
import { writeLog } from "./writeLog.js";

const files = folder();
const LOG = writeLog(
  "create",
  "submit a NOP 4",
  "submit b NOP",
  "link b a",
  "done a -5",
  "fail a b",
  "done b -125",
);
const cut = (chars: number): string => `${LOG.split("\n").slice(0, 4).join("\n").slice(0, -chars)}\n`;

describe("ringspec trace-check refuses", () => {
  it.each([
    ["an empty file", "", /empty.log: error\[empty-log\]: .*\nhint: docs\/TRACE-CHECK.md/],
    ["white space", " \n\n\t\n", /error\[empty-log\]/],
    ["another text", "litmus a\nthread T0 { }\n", /error\[no-io-uring-events\]: .*\nhint: .*TRACE-CHECK/],
    [
      "a log of other tracepoints",
      " a-1 [000] ..... 1.0: sched_switch: prev_comm=a\n",
      /error\[no-io-uring-events\]/,
    ],
    ["events without CPU and time", "io_uring_complete: ring 1, req 2\n", /error\[no-io-uring-events\]/],
    ["a binary file", "\0\x01trace", /error\[not-text\]: .*\nhint: trace.dat and perf.data are binary/],
    ["an event that is cut off", cut(20), /cut.log:4:\d+: error\[truncated-event\]: .*submit_req.*\nhint: /],
    ["one that is cut off in its name", cut(100), /cut.log:4:\d+: error\[truncated-event\]/],
    ["a last line without end", LOG.slice(0, -3), /end.log:9:\d+: error\[cut-off\]: .*\nhint: /],
  ])("%s", async (title, text, answer) => {
    const name = /without end/.test(title) ? "end" : /cut off/.test(title) ? "cut" : "empty";
    const run = await ringspec("trace-check", files.write(`${name}.log`, text));
    expect(run).toMatchObject({ code: 2, out: "" });
    expect(run.err).toMatch(answer);
  });

  it("a missing file", async () => {
    expect(await ringspec("trace-check", `${files.path}/nowhere`)).toMatchObject({ code: 2, out: "" });
  });
});

describe("ringspec trace-check prints", () => {
  const right = files.write("right.log", LOG);
  const wrong = files.write("wrong.log", LOG.replace("result -125", "result 0"));

  it("Ok, and what was decided, exit code 0", async () => {
    const { code, out } = await ringspec("trace-check", right);
    expect([code, out.split("\n").at(-2)]).toEqual([0, "Ok"]);
    expect(out).toMatch(/Found 1 rings, 2 requests, 1 chains, 2 completions/);
    expect(out).toMatch(/ 1 canceledTogether\n/);
    expect(out).toMatch(/- drainWaits: the log has no io_uring_defer/);
  });

  it("the event that cannot be, why, the rule and the lines that exclude it, exit code 1", async () => {
    const { code, out } = await ringspec("trace-check", wrong);
    expect(code).toBe(1);
    expect(out).toMatch(
      /Line 9 cannot be: NOP 0x62 \(submitted in line 5\) was canceled .*\n {2}app-7 .*io_uring_complete.*result 0.*\nRule PROP-01: /,
    );
    expect(out).toMatch(/Because of line 8\n.*io_uring_fail_link/);
    expect(out.trimEnd().endsWith("No")).toBe(true);
  });

  it("one JSON object, the same exit codes", async () => {
    const ok = await ringspec("trace-check", "--json", right);
    expect(JSON.parse(ok.out)).toMatchObject({
      schema: "ringspec.traceCheck/1",
      verdict: "ok",
      violation: null,
      events: 7,
    });
    const bad = await ringspec("trace-check", "--json", wrong);
    expect(JSON.parse(bad.out)).toMatchObject({
      verdict: "violated",
      violation: { claim: "canceledTogether", line: 9, because: [{ line: 8 }, { line: 5 }] },
    });
    expect([ok.code, bad.code]).toEqual([0, 1]);
  });

  it("what was lost, and that nothing could be decided, exit code 3", async () => {
    const lossy = files.write("lossy.log", writeLog("submit a NOP", "lost 0", "done a 0"));
    const { code, out } = await ringspec("trace-check", lossy);
    expect(code).toBe(3);
    expect(out).toMatch(/Lost 5 events on CPU 0, between lines 3 and 4\n/);
    expect(out.trimEnd().endsWith("Inconclusive: nothing in the log could be decided")).toBe(true);
  });
});

describe("a damaged log", () => {
  const lines = LOG.split("\n");
  const judge = (text: string): void => {
    const read = readLog(text);
    if (read.ok) checkLog(read.log, "linux-6.18");
  };

  it("never makes the check crash: lines left out, said twice, moved and cut", () => {
    const line = fc.oneof(
      fc.constantFrom(...lines),
      fc.tuple(fc.constantFrom(...lines), fc.nat(200)).map(([text, end]) => text.slice(0, end)),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 40 }), (some) => judge(`${some.join("\n")}\n`)),
      { numRuns: 2000, seed: 3 },
    );
  });

  it("never makes it crash: any events in any order", () => {
    const letter = fc.constantFrom("a", "b", "c", "d");
    const event = fc
      .tuple(
        fc.constantFrom(
          "submit",
          "link",
          "start",
          "punt",
          "defer",
          "fail",
          "done",
          "overflow",
          "create",
          "bad",
        ),
        letter,
        letter,
      )
      .map(([what, a, b]) => {
        if (what === "submit")
          return `submit ${a} ${b === "a" ? "LINK_TIMEOUT" : "NOP"} ${b === "d" ? "46" : "4"}`;
        if (what === "done") return `done ${a} ${b === "a" ? -125 : 0}`;
        if (what === "overflow") return `overflow ${a} 0`;
        if (what === "bad") return `bad ${a} NOP 4 -22`;
        return what === "create" ? "create" : `${what} ${a} ${b}`;
      });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), (some) => judge(writeLog(...some))),
      { numRuns: 2000, seed: 4 },
    );
  });

  it("of a line longer than the limit ignores that line", () => {
    const read = readLog(`${LOG}${" ".repeat(LINE_CHARS_MAX)}${lines[2]}\n`);
    expect(read.ok && read.log.eventsRead).toBe(7);
  });
});

describe("ten megabytes are judged in seconds of one CPU", () => {
  const MIB = 1024 * 1024;
  /** About 1.5 are needed; what grows with the square of the length would take minutes. */
  const CPU_SECONDS_MAX = 15;
  const fill = (text: string): string => text.repeat(Math.ceil((10 * MIB) / text.length));
  const whole = (...events: readonly string[]): string =>
    writeLog(...events)
      .split("\n")
      .slice(2)
      .join("\n");
  /** Addresses and user_data that differ from line to line. */
  const numbered = (text: string, from: string): string => {
    let count = 0;
    return text.replaceAll(from, () => `${(count++ + 0x10000000).toString(16)}`);
  };

  it.each([
    ["one chain without end", numbered(fill(whole("submit a NOP 44", "link a b")), "aa000061")],
    [
      "requests in flight, all with one user_data",
      numbered(fill(whole("submit a NOP", "overflow a 0")), "aa000061"),
    ],
    [
      "drains behind silent requests",
      numbered(fill(whole("submit a NOP 42", "defer a", "punt a")), "aa000061"),
    ],
    ["rings without end", numbered(fill(whole("create", "submit a NOP 4")), "bb000001")],
    ["losses without end", fill(whole("submit a NOP", "lost 0"))],
    ["one line", "x".repeat(10 * MIB)],
    ["heads without events", fill("[000]".repeat(100))],
  ])("%s", (_title, text) => {
    const started = process.cpuUsage();
    const read = readLog(`${text}\n`);
    if (read.ok) checkLog(read.log, "linux-6.18");
    expect(process.cpuUsage(started).user / 1e6).toBeLessThan(CPU_SECONDS_MAX);
  });
});
