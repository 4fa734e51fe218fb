/** `ringspec programs`: the loop hooks and custom operations that litmus files may name. */
import type { Command } from "commander";
import type { Program } from "../../model/programs/index.js";
import { formatTable } from "../../report/table.js";
import type { Context } from "../context.js";
import { addProgramsOption, loadPrograms, type Programs, type ProgramsOptions } from "../programs.js";
import { say, type Terminal } from "../terminal.js";

interface ProgramsCommandOptions extends ProgramsOptions {
  readonly json?: boolean;
}

export function addProgramsCommand(program: Command, context: Context): void {
  const command = program
    .command("programs")
    .summary("loop hooks and custom operations that litmus files may name")
    .description(
      "Lists the programs of the shelf: what `hook H on r = NAME` and `bpfop ID on r = NAME` may name, with their " +
        "parameters (optional ones in brackets) and the variables that conditions can ask for.",
    )
    .option("--json", "one JSON object");
  addProgramsOption(command).action(async (options: ProgramsCommandOptions) => {
    const { terminal } = context;
    const programs = await loadPrograms(terminal, options);
    if (options.json) say(terminal, programsJson(programs));
    else print(terminal, programs);
  });
}

function print(terminal: Terminal, { library, brought }: Programs): void {
  const rows = Object.entries(library).map(([name, program]) => [
    brought.has(name) ? `${name} (module)` : name,
    kindOf(program),
    [
      ...(program.parameters?.required ?? []),
      ...(program.parameters?.optional ?? []).map((parameter) => `[${parameter}]`),
    ].join(" "),
    Object.keys(program.variables ?? {}).join(" "),
    program.doc,
  ]);
  const heads = ["program", "kind", "parameters", "variables", "what it is for"];
  for (const line of formatTable(
    heads,
    rows.map((row) => row.map((cell) => (cell === "" ? "-" : cell))),
    heads.map(() => "left"),
  )) {
    say(terminal, line);
  }
}

/** Hooks by their form: `loop_step` is the merged one, `loop` the first that was posted. */
function kindOf(program: Program): string {
  if (program.kind === "operation") return "operation";
  return program.loopStep === undefined ? "hook (loop)" : "hook (loop_step)";
}

function programsJson({ library, brought }: Programs): string {
  const programs = Object.entries(library).map(([name, program]) => ({
    name,
    kind: program.kind,
    ...(program.kind === "hook" && { form: program.loopStep === undefined ? "loop" : "loop_step" }),
    doc: program.doc,
    from: brought.has(name) ? "module" : "shelf",
    memoryBytes: program.memoryBytes,
    ...(program.kind === "operation" && { map: program.map ?? null }),
    parameters: {
      required: program.parameters?.required ?? [],
      optional: program.parameters?.optional ?? [],
    },
    variables: program.variables ?? {},
    ...(program.kind === "hook" && { labels: [...Object.keys(program.userData ?? {}), "other"] }),
  }));
  return JSON.stringify({ schema: "ringspec.programs/1", programs });
}
