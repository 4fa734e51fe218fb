/** The figures of a differential run, for people: what agreed, and how tight the model is where it did. */
import { formatTable } from "./table.js";

/** Figures of some scenarios, as `DifferentialTally` adds them up. */
export interface TightnessFigures {
  readonly scenarios: number;
  readonly single: number;
  readonly allowed: number;
  readonly seen: number;
  readonly ratio: number;
  readonly logRatio: number;
}

/** Means over scenarios; null: there are none. */
export interface TightnessMeans {
  readonly scenarios: number;
  /** Scenarios with exactly one allowed outcome. */
  readonly single: number;
  readonly allowed: number | null;
  readonly seen: number | null;
  /** Allowed outcomes for each one seen: the arithmetic mean, and the geometric one, that few wide scenarios do not rule. */
  readonly allowedPerSeen: number | null;
  readonly allowedPerSeenGeometric: number | null;
}

export function tightnessMeans(figures: TightnessFigures): TightnessMeans {
  const { scenarios, single, allowed, seen, ratio, logRatio } = figures;
  const mean = (sum: number): number | null => (scenarios === 0 ? null : sum / scenarios);
  const geometric = mean(logRatio);
  return {
    scenarios,
    single,
    allowed: mean(allowed),
    seen: mean(seen),
    allowedPerSeen: mean(ratio),
    allowedPerSeenGeometric: geometric === null ? null : Math.exp(geometric),
  };
}

/** A row a feature, then one of all scenarios. */
export function formatTightness(
  all: TightnessFigures,
  features: readonly (readonly [name: string, figures: TightnessFigures])[],
): readonly string[] {
  const row = (name: string, figures: TightnessFigures): string[] => {
    const means = tightnessMeans(figures);
    return [
      name,
      String(means.scenarios),
      String(means.single),
      ...[means.allowed, means.seen, means.allowedPerSeen, means.allowedPerSeenGeometric].map((value) =>
        value === null ? "-" : value.toFixed(2),
      ),
    ];
  };
  return formatTable(
    ["feature", "scenarios", "one outcome", "allowed", "seen", "allowed per seen", "geometric"],
    [...features.map(([name, figures]) => row(name, figures)), row("all", all)],
    ["left", "right", "right", "right", "right", "right", "right"],
  );
}

/** Reasons with the number of scenarios that had them, the most frequent first. */
export function formatReasons(reasons: Readonly<Record<string, number>>): readonly string[] {
  return Object.entries(reasons)
    .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
    .map(([reason, count]) => `  ${count}  ${reason}`);
}
