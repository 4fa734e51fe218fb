/**
 * What the matrix says of a scenario that is none of its rows: the verdicts that the rows of its features, taken
 * together, leave possible. Nothing is known here but the rows.
 */
import type { LitmusFile } from "../../litmus/index.js";
import type { EnvironmentName } from "../environments.js";
import { CELL_VERDICTS, type CellVerdict, type Row, type Trial } from "../matrix.js";
import type { ReplacementName } from "../replace/replacements.js";
import { type Anatomy, anatomyOf } from "./anatomy.js";
import { blindSpotOf } from "./blindSpots.js";
import { areAllReached, FEATURES } from "./features.js";

/** A cell that a prediction rests on. */
export interface Ground {
  readonly row: string;
  readonly environment: EnvironmentName;
  readonly verdict: CellVerdict;
}

export type Prediction =
  | {
      readonly kind: "verdicts";
      /** One of these, from the best to the worst. */
      readonly verdicts: readonly CellVerdict[];
      /** Cells that are not equivalent; empty: all are. */
      readonly grounds: readonly Ground[];
      readonly features: readonly string[];
    }
  | { readonly kind: "none"; readonly why: string; readonly features: readonly string[] };

/** Rows by name, with the number of chains that the row's largest submission has. */
export type KnownRows = ReadonlyMap<string, { readonly row: Row; readonly chainsMax: number }>;

export function knownRows(rows: readonly { readonly row: Row; readonly file: LitmusFile }[]): KnownRows {
  return new Map(rows.map(({ row, file }) => [row.name, { row, chainsMax: chainsMaxOf(anatomyOf(file)) }]));
}

/**
 * The verdict of `file` against its replacement, where `environment` stands beside both. How rows combine:
 *
 * - *impossible* if some row of its features is, for what it is a row of;
 * - else *equivalent* if all of them are: in quiet, beside `environment`, and beside another chain where the scenario's
 *   submission has more chains than the row's;
 * - else a row that loses some, or allows more, lets the scenario do so. It need not: another feature may keep it from
 *   getting there, so this is one-sided, and rows that differ both ways leave nothing to predict;
 * - but what is observed in every run tells the sides apart for certain: what a call returns, and for custom operations
 *   that a chain that is reached posts one CQE.
 */
export function predict(
  file: LitmusFile,
  rows: KnownRows,
  replacement: ReplacementName,
  environment: EnvironmentName,
): Prediction {
  const anatomy = anatomyOf(file);
  const features = FEATURES.filter(({ isUsed }) => isUsed(anatomy)).map(({ row }) => row);
  const blind = blindSpotOf(anatomy) ?? (replacement === "ops" ? blindSpotOfOps(anatomy) : null);
  if (blind !== null) return { kind: "none", why: blind, features };
  const chains = chainsMaxOf(anatomy);
  const grounds: Ground[] = [];
  for (const name of features) {
    const known = rows.get(name);
    if (known === undefined) return { kind: "none", why: `there is no row ${name}`, features };
    const beside: EnvironmentName[] = ["quiet"];
    if (environment !== "quiet") beside.push(environment);
    if (environment !== "chain" && chains > known.chainsMax) beside.push("chain");
    for (const trial of trialsOf(known.row, replacement, beside))
      grounds.push({ row: name, environment: trial.environment, verdict: trial.verdict });
  }
  const of = (...verdicts: readonly CellVerdict[]): readonly Ground[] =>
    grounds.filter(({ verdict }) => verdicts.includes(verdict));
  const impossible = of("impossible").filter((ground) => countsAsImpossible(ground, replacement));
  if (impossible.length > 0)
    return { kind: "verdicts", verdicts: ["impossible"], grounds: impossible, features };
  if (of("inconclusive").length > 0)
    return { kind: "none", why: `a row is inconclusive: ${of("inconclusive")[0]?.row}`, features };
  const mayLose = of("loses some", "differ both ways").length > 0;
  const mayGain = of("allows more", "differ both ways").length > 0;
  const isSure =
    (replacement === "ops" && areAllReached(anatomy)) ||
    of("loses some", "allows more", "differ both ways").some(({ row }) => isSureOf(row, anatomy));
  const verdicts = CELL_VERDICTS.filter((verdict) => {
    switch (verdict) {
      case "equivalent":
        return !isSure || (!mayLose && !mayGain);
      case "loses some":
        return mayLose;
      case "allows more":
        return mayGain;
      case "differ both ways":
        return mayLose && mayGain;
      default:
        return false;
    }
  });
  if (mayLose && mayGain && !isSure)
    return {
      kind: "none",
      why: `rows differ in both directions, and it need not get there: ${[...new Set(of("loses some", "allows more", "differ both ways").map(({ row }) => row))].join(", ")}`,
      features,
    };
  return {
    kind: "verdicts",
    verdicts,
    grounds: of("loses some", "allows more", "differ both ways"),
    features,
  };
}

/** That a custom operation cannot do what a row's members do says something of scenarios with such members only. */
function countsAsImpossible({ row }: Ground, replacement: ReplacementName): boolean {
  return (
    replacement !== "ops" || FEATURES.some((feature) => feature.row === row && feature.about === "members")
  );
}

/** A chain is replaced where it has two SQEs. */
function blindSpotOfOps({ chains }: Anatomy): string | null {
  const isAlone = chains.some(
    ({ members, isLinked }) => isLinked && members.length === 1 && members[0]?.timer === null,
  );
  return isAlone ? "a chain of one SQE is not replaced by an operation" : null;
}

function isSureOf(row: string, anatomy: Anatomy): boolean {
  return FEATURES.some((feature) => feature.row === row && feature.isSure?.(anatomy) === true);
}

function trialsOf(
  row: Row,
  replacement: ReplacementName,
  beside: readonly EnvironmentName[],
): readonly Trial[] {
  const cell = row.cells.find((one) => one.replacement === replacement);
  return (cell?.trials ?? []).filter(({ environment }) => beside.includes(environment));
}

function chainsMaxOf({ calls }: Anatomy): number {
  return Math.max(0, ...calls.map(({ chains }) => chains.length));
}
