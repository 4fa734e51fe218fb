/** `ringspec trace-check`: a log of the kernel's io_uring tracepoints, held against the rules. */
import type { Command } from "commander";
import {
  checkLog,
  LOG_BYTES_MAX,
  readLog,
  type TraceEvent,
  type TraceLog,
  type TraceReport,
} from "../../kernel/tracepoints/index.js";
import type { ProfileName } from "../../model/profile.js";
import type { Context } from "../context.js";
import { EXIT, type ExitCode } from "../exitCode.js";
import { readText } from "../files.js";
import { parseProfile } from "../options.js";
import { UserError } from "../problem.js";
import { say, type Terminal } from "../terminal.js";

interface TraceCheckOptions {
  readonly profile: ProfileName;
  readonly json?: boolean;
}

export function addTraceCheckCommand(program: Command, context: Context): void {
  program
    .command("trace-check")
    .summary("judge a log of the kernel's io_uring tracepoints")
    .description(
      "Reads io_uring tracepoints as text, as tracefs, `trace-cmd report` and `perf script` write them, and names the first event " +
        "that no run of the kernel explains. docs/TRACE-CHECK.md says how to record a log, and what one can decide.",
    )
    .argument("<log>", "a file of text")
    .option("-p, --profile <name>", "the kernel that the log is of", parseProfile, "linux-6.18")
    .option("--json", "one JSON object")
    .action((path: string, options: TraceCheckOptions) => {
      context.exitCode = traceCheckCommand(context.terminal, path, options);
    });
}

const EXIT_OF: Readonly<Record<TraceReport["verdict"], ExitCode>> = {
  ok: EXIT.ok,
  violated: EXIT.violated,
  inconclusive: EXIT.inconclusive,
};

function traceCheckCommand(terminal: Terminal, path: string, options: TraceCheckOptions): ExitCode {
  const log = loadLog(path);
  const report = checkLog(log, options.profile);
  if (options.json) say(terminal, traceCheckJson(path, options.profile, log, report));
  else print(terminal, path, options.profile, log, report);
  return EXIT_OF[report.verdict];
}

const NOT_TEXT_HINT =
  "trace.dat and perf.data are binary: `trace-cmd report` and `perf script` make text of them";

function loadLog(path: string): TraceLog {
  let text: string;
  try {
    text = readText(path, LOG_BYTES_MAX, "a log");
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(
      error.problems.map((one) =>
        one.code === "not-text" && one.hint === null ? { ...one, hint: NOT_TEXT_HINT } : one,
      ),
    );
  }
  const read = readLog(text);
  if (!read.ok) throw new UserError([{ file: path, ...read.problem }]);
  return read.log;
}

function print(
  terminal: Terminal,
  path: string,
  profile: ProfileName,
  log: TraceLog,
  report: TraceReport,
): void {
  const { paint } = terminal;
  const { counts, violation } = report;
  say(terminal, `Log ${path}: ${log.format}, ${log.lines} lines, ${log.eventsRead} io_uring events`);
  say(terminal, `Semantics ${profile}`);
  say(
    terminal,
    `Found ${counts.rings} rings, ${counts.requests} requests, ${counts.chains} chains, ` +
      `${counts.completions} completions`,
  );
  if (log.movedCount > 0) {
    say(terminal, paint.faint(`${log.movedCount} events stood out of time order between CPUs`));
  }
  sayLosses(terminal, report);
  for (const { claim, heldCount, off } of report.claims) {
    if (off === null) say(terminal, `${String(heldCount).padStart(9)} ${claim.name}`);
    else say(terminal, paint.faint(`        - ${claim.name}: ${off}`));
  }
  if (violation !== null) {
    say(terminal, paint.bad(`Line ${violation.event.line} cannot be: ${violation.why}`));
    say(terminal, `  ${quote(violation.event)}`);
    for (const rule of violation.rules) {
      say(terminal, `Rule ${rule.id}: ${rule.title}`);
      say(terminal, paint.faint(`  ${rule.source}`));
    }
    for (const cause of violation.because) say(terminal, `Because of line ${cause.line}\n  ${quote(cause)}`);
  } else if (report.inFlightCount > 0) {
    say(
      terminal,
      paint.faint(`${report.inFlightCount} requests are in flight at the log's end, which is no error`),
    );
  }
  if (report.verdict === "inconclusive") {
    say(terminal, paint.doubtful("Inconclusive: nothing in the log could be decided"));
  } else say(terminal, violation === null ? paint.good("Ok") : paint.bad("No"));
}

/** Losses that are printed one by one. */
const LOSSES_SHOWN_MAX = 10;

function sayLosses(terminal: Terminal, { losses, unjudgedCount }: TraceReport): void {
  if (losses.length === 0) return;
  for (const { cpu, count, after, before } of losses.slice(0, LOSSES_SHOWN_MAX)) {
    const where = cpu === null ? "" : ` on CPU ${cpu}`;
    const lines = `between lines ${after} and ${before}`;
    say(terminal, terminal.paint.doubtful(`Lost ${count ?? "some"} events${where}, ${lines}`));
  }
  if (losses.length > LOSSES_SHOWN_MAX)
    say(terminal, `… and ${losses.length - LOSSES_SHOWN_MAX} more losses`);
  say(
    terminal,
    terminal.paint.doubtful(
      `${unjudgedCount} events beside the lost ones are not judged, and nothing from before is concluded from after`,
    ),
  );
}

/** Characters of an event that are printed. */
const QUOTED_MAX = 300;

function quote({ text }: TraceEvent): string {
  const line = text.replace(/[^\x20-\x7e]/g, "?");
  return line.length > QUOTED_MAX ? `${line.slice(0, QUOTED_MAX)}…` : line;
}

function traceCheckJson(path: string, profile: ProfileName, log: TraceLog, report: TraceReport): string {
  const place = (event: TraceEvent) => ({ line: event.line, text: event.text });
  const { violation } = report;
  return JSON.stringify({
    schema: "ringspec.traceCheck/1",
    file: path,
    semantics: profile,
    verdict: report.verdict,
    format: log.format,
    lines: log.lines,
    events: log.eventsRead,
    moved: log.movedCount,
    ...report.counts,
    inFlight: report.inFlightCount,
    losses: report.losses,
    unjudged: report.unjudgedCount,
    claims: report.claims.map(({ claim, heldCount, off }) => ({ name: claim.name, held: heldCount, off })),
    violation:
      violation === null
        ? null
        : {
            claim: violation.claim.name,
            ...place(violation.event),
            why: violation.why,
            rules: violation.rules.map(({ id, title, source }) => ({ id, title, source })),
            because: violation.because.map(place),
          },
  });
}
