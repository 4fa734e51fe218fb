/**
 * Which SQEs were linked to each other, where the plan cannot say because a program decides about prep: neighbours in
 * one block of SQEs that one submission consumed, as the prep calls between two returns of io_uring_enter show.
 */
import { IOSQE, type ReqId, type RingId } from "../model/scenario.js";
import { callsOf } from "./calls.js";
import type { View } from "./view.js";

/**
 * Runs of SQEs that are linked one to the next, from a chain's head on: all of it, or a part. Only those that are sure: on rings that
 * one thread alone submits to, without SQ thread and hook, and where all that are custom operations had their prep in
 * the same submission.
 */
export function linkedRuns(view: View): readonly (readonly ReqId[])[] {
  const { scenario } = view.run;
  const runs: ReqId[][] = [];
  const isLinked = (req: ReqId | undefined): boolean =>
    req !== undefined && ((scenario.sqes[req]?.flags ?? 0) & (IOSQE.LINK | IOSQE.HARDLINK)) !== 0;
  for (const { code } of scenario.threads) {
    const before = new Map<RingId, ReqId>();
    for (const step of code) {
      if (step.do !== "queue" || !isOneThreads(view, step.ring)) continue;
      let previous = before.get(step.ring);
      for (const req of step.sqes) {
        const run = runs.at(-1);
        // What a block before this one has left open may or may not go on here.
        if (!isLinked(previous) || run === undefined) runs.push([req]);
        else if (previous === run.at(-1) && step.sqes.includes(run[0] as ReqId)) run.push(req);
        previous = req;
      }
      if (previous !== undefined) before.set(step.ring, previous);
    }
  }
  return runs.filter((run) => isOneSubmission(view, run));
}

function isOneThreads({ run: { scenario } }: View, ring: number): boolean {
  if (scenario.rings[ring]?.setup.includes("SQPOLL")) return false;
  const isOfRing = (step: { readonly do: string; readonly ring?: number }): boolean =>
    (step.do === "enter" || step.do === "await" || step.do === "queue") && step.ring === ring;
  return scenario.threads.filter(({ code }) => code.some(isOfRing)).length === 1;
}

/** No call returned between the first and the last prep. SQEs behind a head that was never prepared may not be submitted. */
function isOneSubmission(view: View, run: readonly ReqId[]): boolean {
  const calls = callsOf(view);
  const preps = run.flatMap((req) => {
    const prep = calls?.of[req]?.[0];
    return prep === undefined ? [] : [prep.at];
  });
  const [first, last] = [Math.min(...preps), Math.max(...preps)];
  const ring = view.run.scenario.sqes[run[0] as ReqId]?.ring;
  return (
    preps.length > 0 &&
    !(view.run.trace ?? []).some(
      (event, at) => event.kind === "entered" && event.ring === ring && at > first && at < last,
    )
  );
}
