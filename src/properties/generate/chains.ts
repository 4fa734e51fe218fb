/**
 * Arbitraries of scenarios whose links somebody else could replace: whole chains on one ring, submitted by one thread,
 * each with a few of the things that chains are used for.
 */
import * as fc from "fast-check";
import type { GeneratedScenario, GeneratedSqe, GeneratedStatement } from "./scenario.js";

interface MemberChoice {
  readonly operation: Operation;
  /** To the next member; of a chain's last member it counts where the chain dangles. */
  readonly link: "LINK" | "HARDLINK";
  readonly skip: boolean;
  readonly drain: boolean;
  /** A LINK_TIMEOUT behind it; null: none. */
  readonly guard: string | null;
}

interface Operation {
  readonly opcode: string;
  readonly keys?: readonly (readonly [name: string, value: string])[];
  readonly multishot?: true;
  readonly may?: readonly string[];
}

interface ChainsChoice {
  readonly setup: readonly string[];
  readonly chains: readonly (readonly MemberChoice[])[];
  /** The chain that a second submission begins with; null: there is one submission. */
  readonly cut: number | null;
  /** How many CQEs the last submission waits for: all that may come, one, or none. */
  readonly wait: "all" | "one" | "none";
  /** A call that waits for all behind the last submission. */
  readonly waitsAgain: boolean;
  /** When the thread writes what members read off the pipe. */
  readonly feed: "before" | "after" | "never";
  readonly dangles: boolean;
  /** Picks the SQE that a cancel behind all chains is aimed at; null: there is no cancel. */
  readonly cancel: number | null;
  readonly binds: boolean;
  /** Both DRAIN and CQE_SKIP_SUCCESS may stand there; else the latter only where the former does not. */
  readonly drainsAndSkips: boolean;
}

const LABELS = "abcdefghijklmnopqrstuvwxyz";
const SUBMIT_ALL = "SUBMIT_ALL";

const NOP: Operation = { opcode: "NOP" };
const nop = (key: string, value: string): Operation => ({ opcode: "NOP", keys: [[key, value]] });
const read = (fd: string, len: string): Operation => ({
  opcode: "READ",
  keys: [["fd", fd], ["len", len], ...(fd === "f" ? ([["off", "0"]] as const) : [])],
});

const PLAIN: MemberChoice = { operation: NOP, link: "LINK", skip: false, drain: false, guard: null };

/** Listed first what others shrink to. */
const OPERATIONS: readonly (readonly [weight: number, operations: readonly Operation[]])[] = [
  [6, [NOP]],
  [3, [nop("res", "-EIO"), nop("res", "7")]],
  [
    2,
    [
      { opcode: "OP", may: ["0"] },
      { opcode: "OP", may: ["0", "-EIO"] },
    ],
  ],
  [2, [read("f", "3"), read("f", "10")]],
  [
    1,
    [
      {
        opcode: "WRITE",
        keys: [
          ["fd", "g"],
          ["data", '"x"'],
          ["off", "0"],
        ],
      },
    ],
  ],
  [2, [read("p.r", "1"), read("p.r", "4")]],
  [1, [{ opcode: "UNLINKAT", may: ["-ENOENT", "0"] }]],
  [
    1,
    [
      {
        opcode: "POLL_ADD",
        keys: [
          ["fd", "p.r"],
          ["events", "IN"],
        ],
        multishot: true,
      },
    ],
  ],
  [1, [nop("prep", "-EINVAL")]],
];

/** True once in `every` times, and shrinks to false. */
const rarely = (every: number): fc.Arbitrary<boolean> =>
  fc.nat({ max: every - 1 }).map((n) => n === every - 1);

function rareValue<T>(every: number, value: fc.Arbitrary<T>): fc.Arbitrary<T | null> {
  return fc.record({ isThere: rarely(every), value }).map((choice) => (choice.isThere ? choice.value : null));
}

const operation: fc.Arbitrary<Operation> = fc.oneof(
  { withCrossShrink: true },
  ...OPERATIONS.map(([weight, operations]) => ({ weight, arbitrary: fc.constantFrom(...operations) })),
);

const member: fc.Arbitrary<MemberChoice> = fc.record({
  operation,
  link: fc.constantFrom("LINK", "LINK", "HARDLINK"),
  skip: rarely(8),
  drain: rarely(8),
  guard: rareValue(8, fc.constantFrom("10ms", "never")),
});

const choices: fc.Arbitrary<ChainsChoice> = fc.record({
  setup: fc.oneof(
    { withCrossShrink: true },
    { weight: 12, arbitrary: fc.constant<readonly string[]>([]) },
    {
      weight: 4,
      arbitrary: fc.constantFrom<readonly string[]>([SUBMIT_ALL], ["SINGLE_ISSUER", "DEFER_TASKRUN"]),
    },
    { weight: 1, arbitrary: fc.constantFrom<readonly string[]>(["SQPOLL"], ["IOPOLL"]) },
  ),
  chains: fc.array(fc.array(member, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 2 }),
  cut: rareValue(8, fc.integer({ min: 1, max: 2 })),
  wait: fc.oneof(
    { withCrossShrink: true },
    { weight: 6, arbitrary: fc.constant("all" as const) },
    { weight: 1, arbitrary: fc.constantFrom("one" as const, "none" as const) },
  ),
  waitsAgain: fc.boolean(),
  feed: fc.constantFrom("before", "after", "never"),
  dangles: rarely(12),
  cancel: rareValue(12, fc.nat({ max: 7 })),
  binds: rarely(12),
  drainsAndSkips: rarely(12),
});

/** Scenarios of at most `sqesMax` SQEs. Shrinks by dropping members, clearing flags and simplifying operations to NOP. */
export function chainScenarios(sqesMax: number): fc.Arbitrary<GeneratedScenario> {
  return choices.map((choice) => build(choice, sqesMax));
}

function build(choice: ChainsChoice, sqesMax: number): GeneratedScenario {
  const chains = labelled(choice, Math.min(sqesMax, LABELS.length));
  const sqes = chains.flat();
  const first = choice.cut === null || choice.cut >= chains.length ? chains.length : choice.cut;
  const submissions = [chains.slice(0, first), chains.slice(first)].filter((part) => part.length > 0);
  const reads = sqes.filter(({ keys }) => keys.some(([, value]) => value === "p.r"));
  const feed: GeneratedStatement[] = reads.map(() => ({ kind: "line", text: 'write p.w "a"' }));
  const all = sqes.filter(({ flags }) => !flags.includes("SKIP")).length;
  const statements: GeneratedStatement[] = submissions.map((part, at) => ({
    kind: "submit",
    ring: "r",
    sqes: part.flat(),
    wait: at < submissions.length - 1 ? null : { all, one: 1, none: null }[choice.wait],
    bind: choice.binds ? `n${at}` : null,
  }));
  if (choice.feed === "before") statements.unshift(...feed);
  if (choice.feed === "after") statements.push(...feed);
  if (choice.waitsAgain) statements.push({ kind: "line", text: `enter r wait ${all}` });
  statements.push({ kind: "line", text: "reap r" });
  const has = (pattern: RegExp): boolean =>
    sqes.some(({ keys }) => keys.some(([, value]) => pattern.test(value)));
  const needsAll = sqes.some(({ keys }) => keys.some(([name]) => name === "prep"));
  const setup = needsAll && !choice.setup.includes(SUBMIT_ALL) ? [SUBMIT_ALL, ...choice.setup] : choice.setup;
  return {
    rings: [{ name: "r", sq: 8, cq: 16, setup }],
    world: [
      ...(has(/^f$/) ? ['file f = "abc"'] : []),
      ...(has(/^g$/) ? ['file g = ""'] : []),
      ...(has(/^p\.r$/) ? ["pipe p"] : []),
    ],
    threads: [{ name: "T0", statements }],
  };
}

/** The chains as SQEs, those left out for which there is no room. */
function labelled(
  { chains, dangles, cancel, drainsAndSkips }: ChainsChoice,
  sqesMax: number,
): GeneratedSqe[][] {
  const sizeOf = ({ guard }: MemberChoice): number => (guard === null ? 1 : 2);
  let left = sqesMax;
  const kept = withLink(chains)
    .map((chain) =>
      chain.filter((one) => {
        if (sizeOf(one) > left) return false;
        left -= sizeOf(one);
        return true;
      }),
    )
    .filter((chain) => chain.length > 0);
  const count = sqesMax - left;
  const maySkip = drainsAndSkips || !kept.flat().some(({ drain }) => drain);
  let used = 0;
  const next = (): string => LABELS[used++] ?? "a";
  const made = kept.map((chain, at) =>
    chain.flatMap((one, place): GeneratedSqe[] => {
      const isLinked = place < chain.length - 1 || (dangles && cancel === null && at === kept.length - 1);
      const { opcode, keys = [], multishot = false, may = [] } = one.operation;
      const own = [...(one.drain ? ["DRAIN"] : []), ...(one.skip && maySkip ? ["SKIP"] : [])];
      const sqe: GeneratedSqe = {
        label: next(),
        opcode,
        keys,
        multishot,
        may,
        flags: [...(isLinked || one.guard !== null ? [one.link] : []), ...own],
      };
      if (one.guard === null) return [sqe];
      return [sqe, plain(next(), "LINK_TIMEOUT", [["ts", one.guard]], isLinked ? ["LINK"] : [])];
    }),
  );
  if (cancel === null || count === 0) return made;
  const target = LABELS[cancel % count] ?? "a";
  return [...made, [plain(next(), "ASYNC_CANCEL", [["target", target]])]];
}

/** Without a link there would be nothing to replace: chains of one stay, but for the last, which gets a NOP behind it. */
function withLink(chains: ChainsChoice["chains"]): ChainsChoice["chains"] {
  if (chains.some((chain) => chain.length > 1)) return chains;
  return chains.map((chain, at) => (at === chains.length - 1 ? [...chain, PLAIN] : chain));
}

function plain(
  label: string,
  opcode: string,
  keys: GeneratedSqe["keys"],
  flags: readonly string[] = [],
): GeneratedSqe {
  return { label, opcode, keys, multishot: false, may: [], flags };
}
