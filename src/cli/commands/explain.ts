/** `ringspec explain`: which rules of the specification fired on the run that decides a claim, and where they come from. */
import type { Command } from "commander";
import { check } from "../../check/check.js";
import type { CheckResult, ClaimResult } from "../../check/result.js";
import { rulesOnPath } from "../../check/rulesOf.js";
import type { Rule } from "../../model/event.js";
import type { ProfileName } from "../../model/profile.js";
import { claimTitle, claimVerdict, isFailing } from "../../report/claim.js";
import { formatTable } from "../../report/table.js";
import { replay } from "../../scheduler/replay.js";
import type { Schedule } from "../../scheduler/schedule.js";
import { claimOption, pickClaim } from "../claims.js";
import type { Context } from "../context.js";
import { EXIT, type ExitCode } from "../exitCode.js";
import { addLimitOptions, type LimitOptions, limitsFrom } from "../limits.js";
import { type LoadedLitmus, loadLitmus, profilesOf, requireProfile } from "../litmusFile.js";
import { parseProfile } from "../options.js";
import { runTo } from "../pathTo.js";
import { addProgramsOption, loadPrograms, type ProgramsOptions } from "../programs.js";
import { runTest } from "../runTest.js";
import { say, type Terminal } from "../terminal.js";
import { DEFAULT_PROFILE, printRun } from "./run.js";

interface ExplainOptions extends LimitOptions, ProgramsOptions {
  readonly profile?: ProfileName;
  readonly claim?: string;
}

export function addExplainCommand(program: Command, context: Context): void {
  const command = program
    .command("explain")
    .summary("which rules decide a claim, and their sources")
    .description(
      "Prints the shortest run that decides a claim, a counterexample or for `exists` the example, with the rules that " +
        "fired on it. Where no single run decides a claim, the run of the first outcome stands for all.",
    )
    .argument("<file>", "a litmus file")
    .option(
      "-p, --profile <name>",
      `under which profile; default: ${DEFAULT_PROFILE}, or the file's first`,
      parseProfile,
    )
    .addOption(claimOption("that claim only"));
  addLimitOptions(addProgramsOption(command)).action(async (path: string, options: ExplainOptions) => {
    const litmus = loadLitmus(path, await loadPrograms(context.terminal, options));
    context.exitCode = explainCommand(context.terminal, litmus, options);
  });
}

function explainCommand(terminal: Terminal, litmus: LoadedLitmus, options: ExplainOptions): ExitCode {
  const own = profilesOf(litmus.test);
  const profile = requireProfile(
    litmus,
    options.profile ?? (own.includes(DEFAULT_PROFILE) ? DEFAULT_PROFILE : (own[0] ?? DEFAULT_PROFILE)),
  );
  const result = check(litmus.test, profile, { limits: limitsFrom(options, terminal), outcomesMax: 1 });
  const claims =
    options.claim === undefined ? result.claims : [pickClaim(result.claims, options.claim, litmus.path)];
  const explain = new Explanation(terminal, litmus, result, options);
  say(terminal, `${litmus.test.name}, ${profile}`);
  if (litmus.test.doc !== "") say(terminal, litmus.test.doc);
  for (const source of litmus.test.sources) say(terminal, `source: ${source}`);
  for (const claim of claims) explain.claim(claim);
  if (claims.length === 0) explain.everyRun("the file claims nothing");
  if (result.verdict === "inconclusive") return EXIT.inconclusive;
  return claims.some(isFailing) ? EXIT.violated : EXIT.ok;
}

class Explanation {
  constructor(
    private readonly terminal: Terminal,
    private readonly litmus: LoadedLitmus,
    private readonly result: CheckResult,
    private readonly options: LimitOptions,
  ) {}

  claim(claim: ClaimResult): void {
    const { terminal } = this;
    say(terminal);
    say(terminal, terminal.paint.strong(`${claimTitle(claim)}: ${claimVerdict(claim)}`));
    if (claim.path !== null) this.path(claim.path, `decided by this run of ${claim.path.length} steps`);
    else this.everyRun("no single run decides it: all runs do");
  }

  /** No run is special: one of the first outcome, and beside its rules those of all other runs. */
  everyRun(why: string): void {
    const { terminal, result, litmus, options } = this;
    const [outcome] = result.outcomes.items;
    const run =
      outcome === undefined
        ? null
        : runTo(litmus.test, result.profile, outcome, limitsFrom(options, terminal));
    if (run === null) {
      say(terminal, why);
      this.rules(result.rules, "rules that fired on some run");
      return;
    }
    this.path(run.schedule, `${why}; this is one of them`);
    const fired = new Set(rulesOnPath(litmus.test, result.profile, run.schedule));
    const others = result.rules.filter((rule) => !fired.has(rule));
    if (others.length > 0) this.rules(others, "rules that fired on other runs only");
  }

  private path(path: Schedule, what: string): void {
    const { terminal, litmus, result } = this;
    say(terminal, what);
    say(terminal);
    printRun(terminal, litmus.test.scenario, {
      ...runTest(litmus.test, result.profile, replay(path)),
      claims: null,
    });
    this.rules(rulesOnPath(litmus.test, result.profile, path), "rules that fired");
  }

  private rules(rules: readonly Rule[], what: string): void {
    const rows = rules.map(({ id, title, source }) => [id, title, source]);
    say(this.terminal);
    say(this.terminal, `${what}:`);
    for (const line of formatTable(["rule", "what it says", "source"], rows, ["left", "left", "left"])) {
      say(this.terminal, line);
    }
  }
}
