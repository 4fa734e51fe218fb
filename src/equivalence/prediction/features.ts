/** Link features, each the name of a row of the matrix: does a scenario use it? */
import { type Anatomy, type Chain, hasFlag, keyOf, type Member } from "./anatomy.js";

export interface Feature {
  /** The row: `litmus/matrix/NAME.litmus`. */
  readonly row: string;
  /**
   * `members`: what a member is or does; `shape`: how chains are submitted and waited for. That there is no replacement
   * for the members of a row is said of features of the first kind only: the row had to have some members.
   */
  readonly about: "members" | "shape";
  readonly isUsed: (anatomy: Anatomy) => boolean;
  /**
   * Some run is sure to get to where the feature matters, whatever else the scenario does: where the row differs, so does
   * the scenario. Left out: nothing is sure.
   */
  readonly isSure?: (anatomy: Anatomy) => boolean;
}

type Says = Feature["isUsed"];
const members = (row: string, isUsed: Says): Feature => ({ row, about: "members", isUsed });
const shape = (row: string, isUsed: Says): Feature => ({ row, about: "shape", isUsed });

/** Some member of a chain with a link. */
const some =
  (is: (member: Member) => boolean) =>
  ({ chains }: Anatomy): boolean =>
    chains.some(({ members, isLinked }) => isLinked && members.some(is));

const mayFail = ({ fate, failsPrep }: Member): boolean => !failsPrep && fate !== "passes";
const mayPass = ({ fate, failsPrep }: Member): boolean => !failsPrep && fate !== "fails";
const skips = ({ sqe }: Member): boolean => hasFlag(sqe, "SKIP");
const drains = ({ sqe }: Member): boolean => hasFlag(sqe, "DRAIN");
const isShort = ({ sqe, fate }: Member): boolean => sqe.opcode.text === "READ" && fate !== "passes";
const isOnFile = ({ sqe: { opcode }, by }: Member): boolean =>
  by === "worker" && (opcode.text === "READ" || opcode.text === "WRITE");
const onRing =
  (flag: string) =>
  ({ setup }: Anatomy): boolean =>
    setup.includes(flag);

/** CQEs that the chains post if all goes well. */
const cqesOf = (members: readonly Member[]): number =>
  members.reduce((sum, member) => sum + (skips(member) ? 0 : 1) + (member.timer === null ? 0 : 1), 0);

/** A wait that ends before all that was submitted is through. */
function endsEarly({ calls }: Anatomy, at: number): boolean {
  const members = calls.slice(0, at + 1).flatMap(({ chains }) => chains.flatMap((one) => one.members));
  const isSilentTail = members.some((member) => skips(member) && member.isTail);
  // One that would be silent tells of its failure: the wait is over before the rest of its chain is.
  const isTold = members.some((member) => skips(member) && mayFail(member));
  return (calls[at]?.wait ?? 0) < cqesOf(members) || isSilentTail || isTold;
}

/** Not its submitter: work, a drain that lets it through, and the end of a submission with a chain still open do that. */
const mayRunOnWorker = ({ members, dangles }: Chain): boolean =>
  dangles || members.some((member) => member.by === "worker" || drains(member));

const hasTimer = ({ timer }: Member): boolean => timer !== null;

/** Chains that are submitted with others, each with those. */
const neighbours = ({ calls }: Anatomy): readonly (readonly [chain: Chain, others: readonly Chain[]])[] =>
  calls.flatMap(({ chains }) =>
    chains.map((chain) => [chain, chains.filter((other) => other !== chain)] as const),
  );

/** All of the first chain that is submitted run, and their CQEs are seen. */
const isPlain = ({ members, calls }: Anatomy): boolean =>
  calls.length === 1 && !members.some((one) => skips(one) || drains(one) || hasTimer(one));

const isCancel = ({ sqe }: Member): boolean => sqe.opcode.text === "ASYNC_CANCEL";

/** No chain is held back for ever, by a drain behind something that need not end. */
export function areAllReached({ members }: Anatomy): boolean {
  return !members.some(drains) || !members.some(({ by, sqe }) => by === "data" || sqe.multishot);
}

/** What an ASYNC_CANCEL without a link is aimed at is a member behind one that waits for data. */
export function aimsAtWaiting({ chains }: Anatomy, cancel: Member): boolean {
  const target = keyOf(cancel.sqe, "target");
  const name = target?.kind === "words" ? target.words[0]?.text : undefined;
  return chains.some(({ members }) => {
    const at = members.findIndex(({ sqe }) => sqe.label.text === name);
    return at > 0 && members[0]?.by === "data";
  });
}

const isWorkBeside = (chains: readonly Chain[]): boolean =>
  chains.length > 1 && chains.some(({ members }) => members.some(({ by }) => by === "worker"));

/** In the order of the matrix. */
export const FEATURES: readonly Feature[] = [
  shape("batch-boundary", ({ calls }) => calls.filter(({ chains }) => chains.length > 0).length > 1),
  members(
    "branch-by-severing",
    some(({ fate, sqe }) => fate === "either" || sqe.may !== null),
  ),
  shape("branch-on-a-value", ({ file }) =>
    file.declarations.some(
      (one) => one.kind === "thread" && one.body.items.some(({ kind }) => kind === "if"),
    ),
  ),
  shape("cancel-of-a-waiting-member", ({ members }) => members.some(isCancel)),
  shape("cancel-of-the-head", ({ others }) => others.some(({ kind }) => kind === "sync_cancel")),
  shape("dangling-chain", ({ chains }) => chains.some(({ dangles }) => dangles)),
  shape("dangling-chain-beside-another", (anatomy) =>
    neighbours(anatomy).some(([{ dangles }, others]) => dangles && others.length > 0),
  ),
  shape("dangling-link-timeout", ({ chains }) =>
    chains.some(({ dangles, members }) => dangles && members.some(hasTimer)),
  ),
  shape("dangling-work-beside-a-chain", (anatomy) =>
    neighbours(anatomy).some(
      ([{ dangles, members }, others]) =>
        dangles && others.length > 0 && members.some(({ by }) => by !== "submitter"),
    ),
  ),
  members(
    "data-comes-in-parts",
    ({ thread, members }) =>
      thread.filter(({ kind }) => kind === "write").length > 1 &&
      members.some((one) => one.by === "data" && isShort(one)),
  ),
  members("data-passed-on", some(isOnFile)),
  shape("defer-taskrun", onRing("DEFER_TASKRUN")),
  shape(
    "defer-taskrun-and-work",
    (anatomy) => onRing("DEFER_TASKRUN")(anatomy) && anatomy.calls.some(({ chains }) => isWorkBeside(chains)),
  ),
  shape("drain-and-skip", ({ members }) => members.some(drains) && members.some(skips)),
  shape("drain-inside", ({ members }) => members.some((member) => drains(member) && member.place > 0)),
  shape("drain-on-head", ({ members }) => members.some((member) => drains(member) && member.place === 0)),
  members(
    "error-that-does-not-sever",
    some(({ sqe }) => ["FSYNC", "STATX", "UNLINKAT"].includes(sqe.opcode.text)),
  ),
  members(
    "hard-goes-on",
    some((member) => member.link === "hard"),
  ),
  members(
    "head-waits-for-data",
    some(({ by }) => by === "data"),
  ),
  shape("iopoll", onRing("IOPOLL")),
  members(
    "link-timeout-and-a-next",
    some(({ timer, isTail }) => timer !== null && !isTail),
  ),
  members("link-timeout-and-a-worker", ({ chains }) =>
    chains.some(
      (chain) => mayRunOnWorker(chain) && chain.members.some((one) => hasTimer(one) && !one.isTail),
    ),
  ),
  members("link-timeout-and-drain", ({ chains }) =>
    chains.some(({ members }) => members.some(hasTimer) && members.some(drains)),
  ),
  shape("link-timeout-beside-a-chain", (anatomy) =>
    neighbours(anatomy).some(([{ members }, others]) => members.some(hasTimer) && others.length > 0),
  ),
  shape("link-timeout-before-a-chain", ({ calls }) =>
    calls.some(({ chains }) => chains.slice(0, -1).some(({ members }) => members.some(hasTimer))),
  ),
  shape("link-timeout-and-a-next-call", ({ calls }) =>
    calls.slice(0, -1).some(({ chains }) => chains.some(({ members }) => members.some(hasTimer))),
  ),
  members("link-timeout-beside-work", (anatomy) =>
    neighbours(anatomy).some(
      ([{ members }, others]) =>
        members.some(hasTimer) &&
        others.some((other) => mayRunOnWorker(other) || other.members.some(({ by }) => by === "data")),
    ),
  ),
  members(
    "link-timeout-lost",
    some(({ timer, by }) => timer !== null && by !== "submitter"),
  ),
  members(
    "link-timeout-raced",
    ({ file, members }) =>
      file.declarations.some((one) => one.kind === "time" && one.mode.text === "free") &&
      members.some(({ timer }) => timer !== null),
  ),
  members(
    "link-timeout-won",
    some(({ timer }) => timer !== null),
  ),
  members("mixed-soft-and-hard", ({ chains }) =>
    chains.some(
      ({ members }) =>
        members.some(({ link }) => link === "hard") && members.some(({ link }) => link === "soft"),
    ),
  ),
  members(
    "multishot-member",
    some(({ sqe }) => sqe.multishot),
  ),
  shape("no-call-while-it-runs", ({ thread }) => thread.some(({ kind }) => kind === "peek")),
  shape("nobody-waits", (anatomy) => endsEarly(anatomy, anatomy.calls.length - 1)),
  shape("overflow", ({ members, cqEntries }) => cqesOf(members) > cqEntries),
  members(
    "prep-head-fails",
    some(({ failsPrep, place }) => failsPrep && place === 0),
  ),
  shape("prep-fails-behind-a-drain", ({ members }) => {
    const first = members.findIndex(drains);
    return first >= 0 && members.some(({ failsPrep }, at) => failsPrep && at > first);
  }),
  members("prep-head-fails-behind-hard-links", ({ chains }) =>
    chains.some(
      ({ members }) =>
        members.some(({ failsPrep }) => failsPrep) && members.some(({ link }) => link === "hard"),
    ),
  ),
  members(
    "prep-middle-fails",
    some(({ failsPrep, place, isTail }) => failsPrep && place > 0 && !isTail),
  ),
  members(
    "prep-tail-fails",
    some(({ failsPrep, place, isTail }) => failsPrep && place > 0 && isTail),
  ),
  shape("severing-beside-work", (anatomy) =>
    neighbours(anatomy).some(
      ([{ members }, others]) =>
        members.some((member) => mayFail(member) && !member.isTail) &&
        others.some((other) => other.members.some(({ by }) => by !== "submitter")),
    ),
  ),
  members("short-read", some(isShort)),
  members(
    "skip-on-a-failing-member",
    some((member) => skips(member) && mayFail(member)),
  ),
  members(
    "skip-on-success",
    some((member) => skips(member) && mayPass(member)),
  ),
  members(
    "soft-all-succeed",
    some((member) => member.link === "soft" && mayPass(member)),
  ),
  members(
    "soft-head-fails",
    some((member) => mayFail(member) && member.place === 0 && !member.isTail),
  ),
  members(
    "soft-middle-fails",
    some((member) => mayFail(member) && member.place > 0 && !member.isTail),
  ),
  members(
    "soft-tail-fails",
    some((member) => mayFail(member) && member.isTail),
  ),
  shape("sqpoll", onRing("SQPOLL")),
  shape("two-chains-interleave", ({ calls }) =>
    calls.some(
      ({ chains }) =>
        chains.length > 1 &&
        chains.some(({ members, isLinked }) => isLinked && members.some(({ by }) => by === "worker")),
    ),
  ),
  shape("two-chains", ({ calls }) => calls.some(({ chains }) => chains.length > 1)),
  shape("wait-for-fewer-than-all", (anatomy) =>
    anatomy.calls.slice(0, -1).some(({ wait }, at) => wait > 0 && endsEarly(anatomy, at)),
  ),
  shape("wait-for-more-than-come", (anatomy) => {
    const last = anatomy.calls.at(-1);
    const silenced = anatomy.chains.some(({ members }) =>
      members.some(
        (member) => skips(member) && member.link !== null && (mayFail(member) || member.failsPrep),
      ),
    );
    return (last?.wait ?? 0) > cqesOf(anatomy.members) || (silenced && (last?.wait ?? 0) > 1);
  }),
  {
    ...shape("what-the-call-returns", ({ calls }) => calls.some(({ binds }) => binds)),
    // A call that never returns has no value.
    isSure: (anatomy) => isPlain(anatomy) && anatomy.members.every(({ by }) => by !== "data"),
  },
  shape("work-beside-a-chain", ({ calls }) => calls.some(({ chains }) => isWorkBeside(chains))),
];
