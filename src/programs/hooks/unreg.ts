/** Leaves a mark in the ring's memory and stops: shows whether a program was attached when the ring was entered. */
import { type HookProgram, IOU_LOOP_STOP, IOU_REGION_SQ } from "../../model/programs/index.js";
import { errorOf, globals } from "../globals.js";
import { SQE } from "../sqe.js";
import { stopWith } from "./ringMemory.js";

/** `seen`: user_data of the SQ's first SQE when it had stepped last; `error`: why it did not. */
const { at, memory } = globals({ seen: "u64", error: "i32" });

/** Each step adds one to the user_data of the SQ's first SQE, for user space to read, submits nothing and stops. */
export const unreg: HookProgram = {
  kind: "hook",
  cancels: false,
  doc: "adds one to the first SQE's user_data and stops (self test of attaching and detaching)",
  ...memory,
  loopStep(view) {
    const { memory } = view;
    const sqes = view.getRegion(IOU_REGION_SQ, SQE.bytes);
    if (sqes === null) return stopWith(memory, at.error, errorOf("EFAULT"));
    const next = BigInt.asUintN(64, sqes.u64(SQE.userData) + 1n);
    sqes.setU64(SQE.userData, next);
    memory.setU64(at.seen, next);
    return IOU_LOOP_STOP;
  },
};
