/** `ringspec replay`: follows a trace step by step, and says where the run parts from it and whether it violates what it violated. */
import type { Command } from "commander";
import type { ProfileName } from "../../model/profile.js";
import { checkAll, observedOf, propertyOf } from "../../properties/index.js";
import { replay } from "../../scheduler/replay.js";
import type { Trace, TraceViolation } from "../../trace/index.js";
import type { Context } from "../context.js";
import { EXIT, type ExitCode } from "../exitCode.js";
import { type LoadedLitmus, loadLitmus } from "../litmusFile.js";
import { addProgramsOption, loadPrograms, type Programs, type ProgramsOptions } from "../programs.js";
import { runTest, type TestRun } from "../runTest.js";
import { say, type Terminal } from "../terminal.js";
import { loadTrace } from "../traceFile.js";
import { printRun } from "./run.js";

interface ReplayOptions extends ProgramsOptions {
  readonly litmus?: string;
  readonly quiet?: boolean;
}

export function addReplayCommand(program: Command, context: Context): void {
  const command = program
    .command("replay")
    .summary("follow a saved trace")
    .description(
      "Follows a trace and prints its timeline. Exit code 0: the run is the recorded one, and violates what was " +
        "recorded; 1: it parts from it, or violates it no more.",
    )
    .argument("<trace>", "a trace file")
    .option("--litmus <file>", "follow it in this file, instead of in the text that the trace holds")
    .option("-q, --quiet", "no timeline");
  addProgramsOption(command).action(async (path: string, options: ReplayOptions) => {
    const programs = await loadPrograms(context.terminal, options);
    context.exitCode = replayCommand(context.terminal, path, programs, options);
  });
}

function replayCommand(
  terminal: Terminal,
  path: string,
  programs: Programs,
  options: ReplayOptions,
): ExitCode {
  const { trace, litmus: own } = loadTrace(path, programs);
  const litmus = options.litmus === undefined ? own : loadLitmus(options.litmus, programs);
  say(terminal, `${litmus.test.name}, ${trace.semantics}, ${trace.choices.length} steps`);
  if (trace.seed !== null) say(terminal, `seed ${trace.seed}`);
  if (litmus.hash !== trace.litmus.hash) {
    say(
      terminal,
      terminal.paint.doubtful(
        `the scenario was changed: its hash is ${litmus.hash}, recorded was ${trace.litmus.hash}`,
      ),
    );
  }
  const run = followTrace(trace, litmus);
  if (!options.quiet) {
    say(terminal);
    printRun(terminal, litmus.test.scenario, run);
  }
  if (run.end === "parted") {
    say(terminal, terminal.paint.bad(run.why ?? "The run parts from its schedule."));
    return EXIT.violated;
  }
  if (run.schedule.length < trace.choices.length) {
    const rest = trace.choices.length - run.schedule.length;
    const next = trace.choices[run.schedule.length]?.label ?? "";
    const where = `step ${run.schedule.length + 1}: expected "${next}"; enabled: nothing`;
    say(
      terminal,
      terminal.paint.bad(`The run parts from its schedule at ${where}; ${rest} steps are left over.`),
    );
    return EXIT.violated;
  }
  return sayViolation(terminal, trace, litmus, run);
}

/** The run of a trace, as far as the scenario follows it. */
export function followTrace(trace: Trace, litmus: LoadedLitmus): TestRun {
  let step = 0;
  // An older trace has no counts: what there is to choose from now is taken for what there was.
  const counts = trace.choices.map(({ count }) => count);
  const schedule = trace.choices.map(({ index, label, count }) => ({ index, label, count: count ?? -1 }));
  const follow = replay(schedule);
  return runTest(
    litmus.test,
    trace.semantics,
    {
      choose: (alternatives) => {
        const choice = schedule[step];
        if (choice !== undefined && counts[step] === null) choice.count = alternatives.count;
        step++;
        return follow.choose(alternatives);
      },
    },
    trace.choices.length,
  );
}

function sayViolation(terminal: Terminal, trace: Trace, litmus: LoadedLitmus, run: TestRun): ExitCode {
  const { violates } = trace;
  if (violates === null) {
    say(terminal, "the run is the recorded one");
    return EXIT.ok;
  }
  const title = "claim" in violates ? violates.claim : `property ${violates.property}`;
  const again = reproduces(violates, trace.semantics, litmus, run);
  if (again) {
    say(terminal, `the run is the recorded one, and violates what was recorded: ${title}`);
    return EXIT.ok;
  }
  say(
    terminal,
    terminal.paint.bad(`the run is the recorded one, but does not violate what was recorded: ${title}`),
  );
  return EXIT.violated;
}

function reproduces(
  violates: TraceViolation,
  profile: ProfileName,
  litmus: LoadedLitmus,
  run: TestRun,
): boolean {
  if ("claim" in violates) {
    return run.claims?.some(({ title, says }) => title === violates.claim && says === "violated") ?? false;
  }
  const property = propertyOf(violates.property);
  if (property === undefined || run.outcome === null) return false;
  const { scenario } = litmus.test;
  const judged = { scenario, outcome: run.outcome, trace: observedOf(run.events) };
  return checkAll(judged, profile, [property]).violations.length > 0;
}
