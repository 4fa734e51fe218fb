/** What a comparison looks at, and what it therefore cannot see. */
import { type Instruction, IOSQE, type Scenario, type Sqe } from "../model/scenario.js";

/** How finely the order of CQEs counts; from the strictest to the coarsest. */
export const CQE_ORDERS = ["total", "per chain", "multiset"] as const;
export type CqeOrder = (typeof CQE_ORDERS)[number];

/**
 * Which events count. How a run ends always does: `done`, `hang` (a thread is blocked and nothing can ever unblock
 * it), or `endless` (it goes on for ever, and shows nothing any more).
 *
 * A CQE is named by the label whose user_data it bears, res and flags. Of a ring that a hook may be attached to, those
 * count that user space takes or that are left unread, in the order of the CQ; of other rings those that are posted.
 * What a hook has taken is nobody's to see.
 */
export interface Observation {
  /**
   * Two runs look the same where
   * - `total`: each ring has the same CQEs in the same order;
   * - `per chain`: for each chain of the original, its members' CQEs are the same in the same order;
   * - `multiset`: each CQE was there as often;
   * and, all this at once, their ends look the same. A label of no chain is a chain of its own.
   */
  readonly cqes: CqeOrder;
  /** The end shows what the files hold that both scenarios declare. */
  readonly files: boolean;
  /** The end shows the values that both scenarios bind with `as`. */
  readonly returns: boolean;
}

export const DEFAULT_OBSERVATION: Observation = { cqes: "total", files: false, returns: false };

const ORDER_BLIND: Readonly<Record<CqeOrder, string>> = {
  total: "the order between CQEs of different rings, and when a CQE comes",
  "per chain": "the order between CQEs of different chains, and when a CQE comes",
  multiset: "the order of CQEs, and when they come",
};

/** A sentence a part: what a comparison under this observation cannot see. */
export function blindSpots({ cqes, files, returns }: Observation): readonly string[] {
  return [
    `It cannot see ${ORDER_BLIND[cqes]}.`,
    files
      ? "It cannot see what files held in between, nor buffers, pipes and sockets."
      : "It cannot see any data: files, buffers, pipes and sockets.",
    returns
      ? "It cannot see what calls return that no `as` binds, nor when they return."
      : "It cannot see what system calls return, nor when.",
    "It cannot see how many system calls, steps and callbacks a run takes, nor what a hook takes off the ring.",
  ];
}

/**
 * Chains as user space wrote them: labels by chain, each SQE in one. Links reach from one SQE to the next of the same
 * submission (FORM-03); a thread's submissions are read off its text, so where two threads submit from one ring, or an
 * `if` decides what is queued, the text's order stands for what happens. Of SQPOLL rings each `queue` is a submission.
 */
export function chainsOf(scenario: Scenario): readonly (readonly string[])[] {
  return scenario.threads.flatMap(({ code }) =>
    submissionsOf(code, scenario).flatMap((submission) => linked(submission)),
  );
}

function submissionsOf(code: readonly Instruction[], { sqes, rings }: Scenario): Sqe[][] {
  const submissions: Sqe[][] = [];
  const waiting: Sqe[][] = rings.map(() => []);
  for (const instruction of code) {
    if (instruction.do === "queue") {
      const queued = instruction.sqes.map((req) => sqes[req] as Sqe);
      if (rings[instruction.ring]?.setup.includes("SQPOLL")) submissions.push(queued);
      else waiting[instruction.ring]?.push(...queued);
    } else if (instruction.do === "enter") {
      submissions.push(waiting[instruction.ring]?.splice(0, instruction.submit) ?? []);
    }
  }
  return [...submissions, ...waiting];
}

function linked(submission: readonly Sqe[]): string[][] {
  const chains: string[][] = [];
  let goesOn = false;
  for (const { label, flags } of submission) {
    if (goesOn) chains.at(-1)?.push(label);
    else chains.push([label]);
    goesOn = (flags & (IOSQE.LINK | IOSQE.HARDLINK)) !== 0;
  }
  return chains;
}
