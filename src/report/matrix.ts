/** The matrix as a person reads it: on a terminal, and as the page docs/MATRIX.md, which is written by nobody else. */
import { COST_KINDS, type CostKind, type CostRange, type Costs } from "../equivalence/costs.js";
import { ENVIRONMENT_NAMES, ENVIRONMENTS, type EnvironmentName } from "../equivalence/environments.js";
import type { Cell, CellVerdict, Row, Trial } from "../equivalence/matrix.js";
import type { Difference } from "../equivalence/result.js";
import type { Paint } from "./paint.js";
import { formatTable } from "./table.js";

const SIGNS: Readonly<Record<CellVerdict, string>> = {
  equivalent: "=",
  "allows more": "+",
  "loses some": "-",
  "differ both ways": "±",
  inconclusive: "?",
  impossible: "x",
};
const NO_PLACE = ".";

export const LEGEND: readonly string[] = [
  "= equivalent   + allows more   - loses some   ± differ both ways   ? inconclusive   x impossible   . no place",
  "Costs: of the original → of the replacement, where nobody disturbs, at least-at most over all runs.",
];

/** Lines without newlines: the table, its legend, and what parts each cell that is not equivalent. */
export function formatMatrix(rows: readonly Row[], paint: Paint): readonly string[] {
  const head = ["feature", "by", "verdict", ...ENVIRONMENT_NAMES, ...COST_KINDS];
  const table = formatTable(
    head,
    rows.flatMap((row) =>
      row.cells.map((cell, at) => [
        at === 0 ? row.name : "",
        cell.replacement,
        cell.verdict,
        ...ENVIRONMENT_NAMES.map((name) => signOf(cell, name)),
        ...COST_KINDS.map((kind) => costOf(cell, kind)),
      ]),
    ),
    head.map((_, at) => (at < 3 ? "left" : "right")),
  );
  const notes = rows.flatMap((row) =>
    row.cells.flatMap((cell) =>
      cell.verdict === "equivalent" ? [] : [`${row.name} ${cell.replacement}: ${reasonOf(cell.decisive)}`],
    ),
  );
  return [...table, "", ...LEGEND.map((line) => paint.faint(line)), "", ...notes];
}

function signOf({ trials }: Cell, environment: EnvironmentName): string {
  const trial = trials.find((one) => one.environment === environment);
  return trial === undefined ? NO_PLACE : SIGNS[trial.verdict];
}

function costOf({ costs, verdict }: Cell, kind: CostKind): string {
  if (verdict === "impossible") return "";
  return `${rangeOf(costs.original, kind)} → ${rangeOf(costs.replacement, kind)}`;
}

/** `2`, `1-3`, `1-∞`; `?`: not known. */
export function rangeOf(costs: Costs | null, kind: CostKind): string {
  if (costs === null) return "?";
  const { min, max }: CostRange = costs[kind];
  const of = (count: number): string => (count === Infinity ? "∞" : String(count));
  return min === max ? of(min) : `${of(min)}-${of(max)}`;
}

/** In which environment, and what shows it; or why there is no replacement. */
export function reasonOf({ environment, why, result }: Trial): string {
  if (why !== null) return why;
  const where = environment === "quiet" ? "" : `${environment}: `;
  if (result?.limit) return `${where}the limit ${result.limit.name} ${result.limit.value} was hit`;
  const shown = (who: string, difference: Difference | null | undefined): string[] =>
    difference ? [`only the ${who} shows ${wordOf(difference)}`] : [];
  return (
    where + [...shown("original", result?.onlyLeft), ...shown("replacement", result?.onlyRight)].join("; ")
  );
}

/** A word that parts two sides, tracks apart by semicolons. */
export function wordOf({ word }: Difference): string {
  return word.map(({ letters }) => letters.join(" ")).join("; ");
}

/** What stands on the page besides the rows: above what they do not say, and at its end. */
export interface PageParts {
  readonly summary: readonly string[];
  readonly sections: readonly string[];
}

/** The page. Deterministic, without times and versions, so that it changes where what it says does. */
export function matrixPage(
  rows: readonly Row[],
  pathOf: (row: Row) => string,
  other: PageParts = { summary: [], sections: [] },
): string {
  const replacements = rows[0]?.cells.map(({ replacement }) => replacement) ?? [];
  const lines = [
    "# Can loop hooks replace links?",
    "",
    "Written by `ringspec matrix --write docs/MATRIX.md`; `--check` says whether it is what the command finds now.",
    "",
    ...WHAT_IT_SAYS,
    "",
    "## The matrix",
    "",
    `| feature | ${replacements.join(" | ")} |`,
    `|---|${replacements.map(() => "---").join("|")}|`,
    ...rows.map((row) => `| [${row.name}](#${row.name}) | ${row.cells.map(summaryOf).join(" | ")} |`),
    "",
    ...tally(rows),
    "",
    ...other.summary,
    "## What it does not say",
    "",
    ...WHAT_IT_DOES_NOT_SAY.map((line) => `- ${line}`),
    "",
    "## Row by row",
    ...rows.flatMap((row) => ["", ...sectionOf(row, pathOf(row))]),
    ...other.sections,
  ];
  return `${lines.join("\n")}\n`;
}

const WHAT_IT_SAYS: readonly string[] = [
  "Each row is a litmus test of one feature of links, and each column somebody who does what links did:",
  "",
  "- **loop**: a loop hook, in the form that was merged for 7.1. Its program is `links` of the shelf: it is handed the SQEs",
  "  with their link flags, submits what has its turn, looks at the CQEs, and goes on or tells the rest -ECANCELED.",
  "- **user**: the same program, run by user space itself, with a system call for each submission and each wait.",
  "- **ops**: each chain as one custom operation (IORING_OP_BPF, third version as posted).",
  "",
  "A cell compares everything that all runs of both sides can show: the CQEs in their total order, what files hold at the",
  "end, how the run ends, and, where the test binds them, what calls return. It does so beside each of these:",
  "",
  ...ENVIRONMENT_NAMES.map((name) => `- **${name}**: ${ENVIRONMENTS[name].doc}`),
  "",
  "*Equivalent*: no run of either side shows what the other cannot show. *Allows more*: the replacement shows something",
  "that the original cannot. *Loses some*: the other way round; where it is a mere order that is lost, nobody may miss it.",
  "*Impossible*: there is no such replacement, and the row says why.",
];

const WHAT_IT_DOES_NOT_SAY: readonly string[] = [
  "What a thread that is written for a hook would do. The thread of a row makes the calls that the row's test makes: it reaps once and goes. A chain goes on behind a thread's last call; a program does not, and what is left then is swept without it. That is what parts the sides beside a full CQ.",
  "Nothing of scenarios with more requests, threads or rings than each row's test has. Within these bounds nothing is sampled.",
  "That no better program exists. `links` never keeps a CQE back to post it again later by a NOP, which could hide a full CQ for the price of copying CQEs. What is shown for other rows follows from when a program gets to run at all.",
  "What time costs. Costs are counted: calls of io_uring_enter(2), system calls, CQEs that user space reads, runs of the program, callbacks. A run of the program in the column `user` is in user mode.",
  "Anything that its observation cannot see: buffers, pipes, when a CQE comes, and, where a test binds nothing, what calls return.",
  "What a kernel does that nobody has modelled: see SCOPE.md. Custom operations are those of patches that were never merged.",
];

function tally(rows: readonly Row[]): readonly string[] {
  const [first] = rows;
  if (first === undefined) return [];
  return first.cells.map(({ replacement }, at) => {
    const cells = rows.map(({ cells }) => cells[at] as Cell);
    const quiet = cells.filter(({ trials }) => trials[0]?.verdict === "equivalent").length;
    const always = cells.filter(({ verdict }) => verdict === "equivalent").length;
    const impossible = cells.filter(({ verdict }) => verdict === "impossible").length;
    return `- ${replacement}: of ${cells.length} rows ${quiet} are equivalent when nobody disturbs, ${always} in every environment; ${impossible} have no replacement.`;
  });
}

/** The verdict when nobody disturbs, then where it is another one. */
function summaryOf({ trials, verdict }: Cell): string {
  const [first, ...others] = trials;
  if (first === undefined || verdict === "impossible") return verdict;
  const parted = others.filter((trial) => trial.verdict !== first.verdict);
  return [first.verdict, ...parted.map((trial) => `${trial.environment}: ${trial.verdict}`)].join("; ");
}

function sectionOf(row: Row, path: string): readonly string[] {
  const flags = `${row.observation.files ? " --files" : ""}${row.observation.returns ? " --returns" : ""}`;
  return [
    `### ${row.name}`,
    "",
    ...(row.doc === null ? [] : [row.doc, ""]),
    ...row.noPlace.map(({ environment, why }) => `No place for ${environment}: ${why}.`),
    ...(row.noPlace.length > 0 ? [""] : []),
    ...row.cells.flatMap((cell) => [...cellLines(cell, path, flags), ""]),
  ].slice(0, -1);
}

function cellLines(cell: Cell, path: string, flags: string): readonly string[] {
  const title = `**${cell.replacement}**: ${summaryOf(cell)}`;
  if (cell.verdict === "impossible") return [`${title}: ${reasonOf(cell.decisive)}.`];
  const costs = COST_KINDS.map((kind) => `${kind} ${costOf(cell, kind)}`).join(", ");
  return [
    `${title} (${costs})`,
    "",
    ...cell.trials.map((trial) => `- ${trialLine(trial)}`),
    "",
    "```",
    ...cell.trials.map(
      ({ environment }) =>
        `ringspec equiv ${path} --replace ${cell.replacement}${environment === "quiet" ? "" : ` --beside ${environment}`}${flags}`,
    ),
    "```",
  ];
}

function trialLine(trial: Trial): string {
  const { environment, verdict, result } = trial;
  if (result === null) return `${environment}: ${verdict}: ${trial.why}`;
  const { left, right } = result;
  const behind = `${left.bounds.requests} and ${right.bounds.requests} requests, ${left.search.states} and ${right.search.states} states`;
  if (verdict === "equivalent") return `${environment}: equivalent (${behind})`;
  const shown = [
    ...(result.onlyLeft === null ? [] : [`only the original shows \`${wordOf(result.onlyLeft)}\``]),
    ...(result.onlyRight === null ? [] : [`only the replacement shows \`${wordOf(result.onlyRight)}\``]),
  ];
  return `${environment}: ${verdict} (${behind}): ${shown.join("; ")}`;
}
