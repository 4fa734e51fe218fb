/**
 * Every wrong completion that one edit makes of a recorded log, and whether the log then contradicts itself, worked
 * out from the text in a way of its own: by what is said of the chain elsewhere in the log.
 */

export interface Mutation {
  readonly kind: "removed" | "swapped" | "turned into a success";
  readonly text: string;
  /** Of the request, or the two, that it is about: what the finding names. */
  readonly userData: readonly string[];
  /** null: the log proves it wrong; else why it does not. */
  readonly undecidable: string | null;
}

interface Member {
  /** Who submitted it. */
  readonly task: string;
  readonly req: string;
  readonly ring: string;
  readonly userData: string;
  readonly opcode: string;
  readonly flags: number;
  readonly submitted: number;
  readonly isBad: boolean;
  /** Line of its completion, and its result. */
  completed: number;
  res: number;
  /** Line of the first sign that it runs. */
  started: number;
  /** Line at which a drain holds it. */
  deferred: number;
  /** Line of the fail_link event that cancels it, and of the first that it is the cause of. */
  severed: number;
  severs: number;
  /** Line at which its address, or its ring's, is used again. */
  reused: number;
  chain: Member[];
}

const NEVER = Number.POSITIVE_INFINITY;
const DRAIN = 0x02;
const SKIP = 0x40;
const ECANCELED = -125;
const ETIME = -62;

/** All requests in order of submission, with the lines (from 0) at which things happen to them. */
function requestsOf(lines: readonly string[]): readonly Member[] {
  const members: Member[] = [];
  const at = new Map<string, Member>();
  /** The chain that may still grow, by ring. */
  const open = new Map<string, Member[]>();
  lines.forEach((line, index) => {
    const event = /io_uring_(\w+): +ring (?:0x)?0*([0-9a-f]+), (.*)$/.exec(line);
    if (event === null) return;
    const [, what, ring, rest] = event as unknown as [string, string, string, string];
    const req = /^(?:req|request) (?:0x)?0*([0-9a-f]+)/.exec(rest)?.[1] ?? "";
    const member = at.get(req);
    if (what === "create") {
      for (const old of members) if (old.ring === ring && old.reused === NEVER) old.reused = index;
    } else if (what === "submit_req" || what === "req_failed") {
      if (member !== undefined) member.reused = Math.min(member.reused, index);
      const fresh: Member = {
        task: line.slice(0, line.indexOf("[")).trim(),
        req,
        ring,
        userData: /user_data (\w+)/.exec(rest)![1]!,
        opcode: /opcode (\w+)/.exec(rest)![1]!,
        flags: Number(/flags (\w+)/.exec(rest)![1]!) % 256,
        submitted: index,
        isBad: what === "req_failed",
        completed: NEVER,
        res: 0,
        started: NEVER,
        deferred: NEVER,
        severed: NEVER,
        severs: NEVER,
        reused: NEVER,
        chain: [],
      };
      at.set(req, fresh);
      members.push(fresh);
      const chain = fresh.isBad ? (open.get(ring) ?? []) : [];
      fresh.chain = chain;
      chain.push(fresh);
      if ((fresh.flags & 0x0c) !== 0) open.set(ring, chain);
      else if (fresh.isBad) open.delete(ring);
    } else if (what === "link") {
      const after = at.get(/after (?:0x)?0*([0-9a-f]+)/.exec(rest)![1]!)!;
      member!.chain = after.chain;
      after.chain.push(member!);
      if ((member!.flags & 0x0c) !== 0) open.set(ring, after.chain);
      else open.delete(ring);
    } else if (member === undefined) return;
    else if (what === "complete") {
      member.completed = index;
      member.res = Number(/result (-?\d+)/.exec(rest)![1]);
      if (open.get(ring) === member.chain) open.delete(ring);
    } else if (what === "fail_link") {
      member.severs = Math.min(member.severs, index);
      at.get(/link (?:0x)?0*([0-9a-f]+)\s*$/.exec(rest)![1]!)!.severed = index;
    } else if (what === "defer" || what === "queue_async_work") {
      open.delete(ring);
      if (what === "defer") member.deferred = index;
    }
    if (member !== undefined && ["file_get", "poll_arm", "queue_async_work"].includes(what)) {
      member.started = Math.min(member.started, index);
    }
  });
  return members;
}

export function mutationsOf(text: string): readonly Mutation[] {
  const lines = text.split("\n");
  const requests = requestsOf(lines);
  const completed = requests.filter((one) => one.chain.length > 1 && one.completed !== NEVER);
  const mutations: Mutation[] = [];
  for (const member of completed) {
    mutations.push({
      kind: "removed",
      text: lines.filter((_, at) => at !== member.completed).join("\n"),
      userData: [member.userData],
      undecidable: whyNotMissed(member, requests),
    });
  }
  for (const one of completed) {
    for (const other of one.chain) {
      if (other.completed === NEVER || other.completed <= one.completed) continue;
      mutations.push({
        kind: "swapped",
        text: swap(lines, one.completed, other.completed),
        userData: [one.userData, other.userData],
        undecidable: whyNotOrdered(one, other, requests),
      });
    }
  }
  for (const member of completed) {
    if (member.res !== ECANCELED) continue;
    const turned = lines.with(
      member.completed,
      lines[member.completed]!.replace("result -125,", "result 0,"),
    );
    mutations.push({
      kind: "turned into a success",
      text: turned.join("\n"),
      userData: [member.userData],
      undecidable: whyNotCanceled(member),
    });
  }
  return mutations;
}

const isLinkTimeout = ({ opcode }: Member): boolean => opcode === "LINK_TIMEOUT";

/** Something happens later that happens only to, or behind, a request that is over. */
function whyNotMissed(member: Member, requests: readonly Member[]): string | null {
  if ((member.flags & SKIP) !== 0 && !member.isBad && member.severed === NEVER)
    return "its success would be silent";
  if (member.reused !== NEVER || member.severs !== NEVER) return null;
  const behind = member.chain.slice(member.chain.indexOf(member) + 1);
  const isFollowed = behind.some(
    (other) =>
      (other.severed === member.severed || (!isLinkTimeout(member) && !isLinkTimeout(other))) &&
      (other.completed !== NEVER || other.started !== NEVER),
  );
  const isAwaited = requests.some(
    (other) =>
      other.ring === member.ring &&
      other.deferred !== NEVER &&
      other.started > member.completed &&
      other.started !== NEVER &&
      other.submitted > member.submitted &&
      holds(other, requests) >= member.submitted,
  );
  return isFollowed || isAwaited ? null : "nothing happens behind it before the log ends";
}

/** The line of the last member of the drained chain that a deferred request waits for, or is of itself. */
function holds(deferred: Member, requests: readonly Member[]): number {
  const isDrained = (one: Member): boolean => one.chain.some(({ flags }) => (flags & DRAIN) !== 0);
  if (isDrained(deferred)) return deferred.submitted;
  const drains = requests.filter(
    (one) =>
      one.ring === deferred.ring &&
      one.submitted < deferred.submitted &&
      one.deferred !== NEVER &&
      isDrained(one),
  );
  return drains.at(-1)?.chain.at(-1)?.submitted ?? -1;
}

/** The members of a chain complete in its order; link timeouts have an order of their own. */
function whyNotOrdered(one: Member, other: Member, requests: readonly Member[]): string | null {
  const timeout = isLinkTimeout(one) ? one : isLinkTimeout(other) ? other : null;
  if (timeout === null || timeout.severed !== NEVER) return null;
  const rest = timeout === one ? other : one;
  const target = timeout.chain[timeout.chain.indexOf(timeout) - 1]!;
  if (rest !== target) {
    const isBehind = timeout.chain.indexOf(rest) > timeout.chain.indexOf(target);
    const passesTarget = isBehind
      ? one === timeout && target.completed > one.completed
      : one === rest && Math.min(target.started, target.completed) < other.completed;
    return rest.severed !== NEVER || passesTarget ? null : "a link timeout and what follows its request race";
  }
  const hasCanceler = requests.some(
    ({ opcode, ring, submitted }) =>
      opcode === "ASYNC_CANCEL" &&
      ring === rest.ring &&
      submitted > rest.submitted &&
      submitted < Math.max(one.completed, other.completed),
  );
  if (timeout.res === ETIME && hasCanceler) return "another canceler may have been first";
  const last = Math.max(one.completed, other.completed);
  const isAlive = requests.some(({ task, submitted }) => task === target.task && submitted > last);
  return isAlive ? null : "its task may be exiting, which cancels too";
}

function whyNotCanceled(member: Member): string | null {
  if (member.severed !== NEVER || isLinkTimeout(member) || member.chain.some(({ isBad }) => isBad))
    return null;
  const timeout = member.chain[member.chain.indexOf(member) + 1];
  if (timeout !== undefined && isLinkTimeout(timeout) && timeout.res === ETIME) return null;
  return "somebody outside the chain canceled it; whether 0 bytes are a success the log does not say";
}

/** Swaps what two lines tell; their heads, with CPU and time, stay. */
function swap(lines: readonly string[], one: number, other: number): string {
  const split = (line: string): [string, string] => {
    const at = line.search(/(?:io_uring:)?io_uring_/);
    return [line.slice(0, at), line.slice(at)];
  };
  const [head, tells] = split(lines[one]!);
  const [otherHead, otherTells] = split(lines[other]!);
  return lines
    .with(one, head + otherTells)
    .with(other, otherHead + tells)
    .join("\n");
}
