/** A ring's declaration, as io_uring_setup(2) takes or refuses it (io_uring_fill_params, io_uring_sanitise_params, 6.18). */
import { type RingDecl, SETUP_FLAGS, type SetupFlag } from "../model/scenario.js";
import type { Reporter } from "./diagnostic.js";
import { CQ_ENTRIES_MAX, SQ_ENTRIES_MAX } from "./limits.js";
import { suggest } from "./suggest.js";
import type { Declaration, Integer, Word } from "./syntax.js";
import { clip } from "./tokens.js";

const SQ_ENTRIES_DEFAULT = 8;

/** The ring of a file that declares none. */
export const DEFAULT_RING: RingDecl = {
  name: "r",
  sqEntries: SQ_ENTRIES_DEFAULT,
  cqEntries: 16,
  setup: [],
};

/** What a flag cannot be set with, and what it cannot be set without. */
const REFUSALS: readonly {
  readonly flag: SetupFlag;
  readonly with?: readonly SetupFlag[];
  readonly withoutAny?: readonly SetupFlag[];
}[] = [
  { flag: "SQPOLL", with: ["COOP_TASKRUN", "TASKRUN_FLAG", "DEFER_TASKRUN"] },
  { flag: "TASKRUN_FLAG", withoutAny: ["COOP_TASKRUN", "DEFER_TASKRUN"] },
  { flag: "SQ_AFF", withoutAny: ["SQPOLL"] },
  { flag: "HYBRID_IOPOLL", withoutAny: ["IOPOLL"] },
  { flag: "REGISTERED_FD_ONLY", withoutAny: ["NO_MMAP"] },
  // io_uring_setup(2): since 7.0.
  { flag: "SQ_REWIND", with: ["SQPOLL"], withoutAny: ["NO_SQARRAY"] },
];

/** The ring as the kernel makes it: sizes rounded up to powers of two, DEFER_TASKRUN with the SINGLE_ISSUER that it needs. */
export function compileRing(
  declaration: Extract<Declaration, { kind: "ring" }>,
  reporter: Reporter,
): RingDecl {
  const setup = compileSetup(declaration.setup, reporter);
  const sqEntries = entries(declaration.sq, SQ_ENTRIES_DEFAULT, SQ_ENTRIES_MAX, reporter);
  const cqEntries = entries(declaration.cq, 2 * sqEntries, CQ_ENTRIES_MAX, reporter);
  if (cqEntries < sqEntries) {
    const at = (declaration.cq ?? declaration).at;
    reporter.report(
      at,
      "setup-refused",
      `cq ${cqEntries} is smaller than sq ${sqEntries}`,
      "cq is at least sq",
    );
  }
  return { name: declaration.name.text, sqEntries, cqEntries, setup };
}

function entries(given: Integer | null, otherwise: number, max: number, reporter: Reporter): number {
  if (given === null) return otherwise;
  if (given.value >= 1 && given.value <= max) return 2 ** Math.ceil(Math.log2(given.value));
  reporter.report(given.at, "out-of-range", `a ring cannot have ${given.value} entries`, `1 to ${max}`);
  return otherwise;
}

function compileSetup(words: readonly Word[], reporter: Reporter): readonly SetupFlag[] {
  const flags = new Map<SetupFlag, Word>();
  for (const word of words) {
    const flag = SETUP_FLAGS.find((name) => name === word.text);
    if (flag === undefined) {
      const message = `there is no setup flag \`${clip(word.text)}\``;
      reporter.report(word.at, "unknown-setup-flag", message, suggest(word.text, SETUP_FLAGS));
    } else if (flags.has(flag)) {
      reporter.report(word.at, "duplicate-flag", `\`${flag}\` is given twice`);
    } else {
      flags.set(flag, word);
    }
  }
  for (const refusal of REFUSALS) {
    const word = flags.get(refusal.flag);
    if (word === undefined) continue;
    const clash = refusal.with?.find((flag) => flags.has(flag));
    if (clash !== undefined) {
      reporter.report(
        word.at,
        "setup-refused",
        `${refusal.flag} excludes ${clash}`,
        "io_uring_setup gives -EINVAL",
      );
    }
    const { withoutAny } = refusal;
    if (withoutAny !== undefined && !withoutAny.some((flag) => flags.has(flag))) {
      const message = `${refusal.flag} needs ${withoutAny.join(" or ")}`;
      reporter.report(word.at, "setup-refused", message, "io_uring_setup gives -EINVAL");
    }
  }
  const setup = [...flags.keys()];
  return flags.has("DEFER_TASKRUN") && !flags.has("SINGLE_ISSUER") ? [...setup, "SINGLE_ISSUER"] : setup;
}
