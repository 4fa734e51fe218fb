/** The `.expected` file beside a litmus file: what every profile makes of it, in a form that a diff shows well. */
import type { CheckResult } from "../check/result.js";
import type { ProfileName } from "../model/profile.js";
import { claimTitle, claimVerdict } from "./claim.js";
import { formatOutcome, type Names } from "./outcome.js";

/** Outcomes that an `.expected` file lists one by one; of the rest it keeps how many they are and their hash. */
export const EXPECTED_OUTCOMES_MAX = 200;
/** A profile with more outcomes than these has only the first of them listed, and no hash. */
export const EXPECTED_HASHED_MAX = 100_000;

const HEAD = "semantics ";

/** The section of one profile; ends with a newline. `hash` is a function of its argument alone. */
export function formatSection(result: CheckResult, names: Names, hash: (text: string) => string): string {
  const { outcomes, explored } = result;
  const listed = outcomes.items
    .slice(0, EXPECTED_OUTCOMES_MAX)
    .map((outcome) => formatOutcome(outcome, names));
  const lines = [
    `${HEAD}${result.profile}`,
    `verdict ${result.verdict}`,
    ...result.claims.map((claim) => `claim ${claimVerdict(claim)}: ${claimTitle(claim)}`),
    ...result.diagnoses.map(({ code, program, text }) => `diagnosis ${code}: ${program} ${text}`),
    `outcomes ${outcomes.total ?? "unknown"}`,
    ...listed.map((line) => `  ${line}`),
  ];
  const rest = (outcomes.total ?? outcomes.items.length) - listed.length;
  if (rest > 0) {
    const whole = outcomes.items.length === outcomes.total;
    const digest = whole
      ? hash(outcomes.items.map((outcome) => formatOutcome(outcome, names)).join("\n"))
      : "not hashed";
    lines.push(`  … and ${rest} more, all ${outcomes.total ?? "of them"}: ${digest}`);
  }
  lines.push(`states ${explored.states}`, `transitions ${explored.transitions}`);
  if (explored.limit !== null) lines.push(`limit ${explored.limit.name} ${explored.limit.value}`);
  return `${lines.join("\n")}\n`;
}

/** The whole file: its sections in the order of the profiles. */
export function formatExpected(litmus: string, sections: readonly string[]): string {
  return [`expected ${litmus}\n`, ...sections].join("\n");
}

/** The sections of an `.expected` file by profile, each as `formatSection` writes it. Total: what it does not know, it leaves out. */
export function sectionsOf(text: string): ReadonlyMap<ProfileName | string, string> {
  const sections = new Map<string, string>();
  let name: string | null = null;
  let lines: string[] = [];
  const close = (): void => {
    while (lines.at(-1) === "") lines.pop();
    if (name !== null) sections.set(name, `${lines.join("\n")}\n`);
  };
  for (const line of text.split("\n")) {
    if (line.startsWith(HEAD)) {
      close();
      name = line.slice(HEAD.length).trim();
      lines = [line];
    } else lines.push(line);
  }
  close();
  return sections;
}
