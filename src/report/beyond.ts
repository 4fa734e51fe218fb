/** The matrix' second part: what hooks do and links cannot, on a terminal and on the page. */
import type { BeyondRow, Opposed } from "../equivalence/beyond/row.js";
import { COST_KINDS } from "../equivalence/costs.js";
import { type Block, printLitmus, type SqeSyntax } from "../litmus/index.js";
import { rangeOf, wordOf } from "./matrix.js";
import type { Paint } from "./paint.js";
import { formatTable } from "./table.js";

/** Lines without newlines: a row each, and what parts the nearest chain from the hook. */
export function formatBeyond(rows: readonly BeyondRow[], paint: Paint): readonly string[] {
  if (rows.length === 0) return [];
  const head = ["hook", "chains that do it", "in user space", ...COST_KINDS];
  const table = formatTable(
    head,
    rows.map((row) => [
      row.name,
      chainsOf(row),
      row.user.result.verdict,
      ...COST_KINDS.map((kind) => `${rangeOf(row.costs, kind)} → ${rangeOf(row.user.costs, kind)}`),
    ]),
    head.map((_, at) => (at < 3 ? "left" : "right")),
  );
  const legend =
    "Chains of the hook's requests: each of that number was tried; --json says which they are. Costs: of the hook → of user space.";
  return [...table, "", paint.faint(legend), "", ...rows.map((row) => `${row.name}: ${nearestOf(row)}`)];
}

function chainsOf({ links }: BeyondRow): string {
  if (typeof links === "string") return "inconclusive";
  return `${links.equivalent === 0 ? "none" : links.equivalent} of ${links.assignments}`;
}

/** In a sentence. */
function nearestOf(row: BeyondRow): string {
  const { links, nearest } = row;
  if (typeof links === "string" || nearest === null) return `no answer: ${String(links)}`;
  const chain = `\`${chainText(nearest)}\``;
  if (links.equivalent > 0) return `${chain} is equivalent`;
  const { onlyLeft, onlyRight } = nearest.result;
  const shown = [
    ...(onlyLeft === null ? [] : [`only the hook shows \`${wordOf(onlyLeft)}\``]),
    ...(onlyRight === null ? [] : [`only the chain shows \`${wordOf(onlyRight)}\``]),
  ];
  return `the nearest is ${chain}: ${shown.join("; ")}`;
}

/** The chain's SQEs on one line: `a LINK, b SKIP`. */
function chainText({ test }: Opposed): string {
  const blocks = test.ast.declarations.flatMap((one): readonly Block<SqeSyntax>[] =>
    one.kind === "thread"
      ? one.body.items.flatMap((each) => (each.kind === "submit" ? [each.sqes] : []))
      : [],
  );
  return blocks
    .flatMap(({ items }) => items)
    .map(({ label, flags }) => [label.text, ...flags.map(({ text }) => text)].join(" "))
    .join(", ");
}

/** For the page, above the first part's rows: what it is, and the table. */
export function beyondSummary(rows: readonly BeyondRow[]): readonly string[] {
  if (rows.length === 0) return [];
  const possible = rows.filter(({ links }) => typeof links !== "string" && links.equivalent > 0);
  const equal = rows.filter(({ user }) => user.result.verdict === "equivalent");
  return [
    "## The other direction",
    "",
    ...WHAT_IT_IS,
    "",
    `| a hook that | chains that do it | the same in user space | enters | crossings | steps |`,
    "|---|---|---|---|---|---|",
    ...rows.map((row) => {
      const costs = (["enters", "crossings", "steps"] as const).map(
        (kind) => `${rangeOf(row.costs, kind)} → ${rangeOf(row.user.costs, kind)}`,
      );
      const cells = [`[${row.name}](#beyond-${row.name})`, chainsOf(row), row.user.result.verdict, ...costs];
      return `| ${cells.join(" | ")} |`;
    }),
    "",
    `Of ${rows.length} hooks ${rows.length - possible.length} have no chain, and ${equal.length} are the same when user space runs them.`,
    "",
  ];
}

const WHAT_IT_IS: readonly string[] = [
  "What a hook can do and links cannot. Each row is a litmus test of a hook that was handed some requests and decides by a",
  "result, or by data, what comes next. Two questions are asked of each:",
  "",
  "- **Is there a chain of links that does it?** Every chain of the same requests, in one submission, is tried: which of them,",
  "  in which order, a request as often as the hook submits it, with each assignment of the flags that a section names. One run",
  "  that shows what no run of the hook shows, in any order of CQEs, refutes a chain; of those that no drawn run refutes, all",
  "  runs are found and compared: CQEs, files at the end, and how runs end. Nobody waits for the chain's CQEs, so that none",
  "  is refuted by its waiting. Operands are as the hook got them.",
  "- **What does user space need instead?** The same program, run by the thread, with a system call for each submission and",
  "  each wait; compared with the hook in total order of CQEs. Costs are the hook's → user space's, over all runs.",
  "",
  "Rows that links can do are among them: they show that the search finds a chain where there is one.",
];

/** For the page's end: a section a row. */
export function beyondSections(
  rows: readonly BeyondRow[],
  pathOf: (row: BeyondRow) => string,
): readonly string[] {
  if (rows.length === 0) return [];
  return [
    "",
    "## The other direction, row by row",
    ...rows.flatMap((row) => ["", ...sectionOf(row, pathOf(row))]),
  ];
}

function sectionOf(row: BeyondRow, path: string): readonly string[] {
  const { name, doc, user, costs } = row;
  const kinds = COST_KINDS.map(
    (kind) => `${kind} ${rangeOf(costs, kind)} → ${rangeOf(user.costs, kind)}`,
  ).join(", ");
  return [
    `### beyond: ${name}`,
    "",
    ...(doc === null ? [] : [doc, ""]),
    ...linksLines(row),
    `**user space**: ${user.result.verdict} (${boundsOf(user)}; ${kinds})`,
    "",
    "```",
    `ringspec equiv ${path} --hook-by links --files`,
    `ringspec equiv ${path} --hook-by user --files`,
    "```",
  ];
}

function linksLines(row: BeyondRow): readonly string[] {
  const { links, nearest } = row;
  if (typeof links === "string" || nearest === null) return [`**links**: no answer: ${String(links)}`, ""];
  const copies = Object.entries(links.copies)
    .filter(([, count]) => count > 1)
    .map(([label, count]) => `\`${label}\` up to ${count} times`);
  const space = [
    links.extent,
    ...copies,
    ...(links.hasMore ? ["the hook may submit more than that"] : []),
  ].join(", ");
  const inOrder = links.sameMultisets - links.equivalent;
  return [
    `**links**: ${chainsOf(row)} chains (${space}). ` +
      `${links.refutedByRun} are refuted by one run, ${links.refutedBySearch} by all their runs, ` +
      `${inOrder} by the order of CQEs alone; ${links.equivalent} are equivalent.`,
    "",
    `Of those whose runs were all found ${nearestOf(row)} (${boundsOf(nearest)}):`,
    "",
    "```",
    ...printLitmus(nearest.test.ast).trimEnd().split("\n"),
    "```",
    "",
  ];
}

function boundsOf({ result: { left, right } }: Opposed): string {
  return `${left.bounds.requests} and ${right.bounds.requests} requests, ${left.search.states} and ${right.search.states} states`;
}
