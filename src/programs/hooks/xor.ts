/** A computation at the start of a system call: parity of two stripes in memory that user space and the program share. */
import { type HookProgram, IOU_LOOP_STOP, IOU_REGION_MEM } from "../../model/programs/index.js";
import { errorOf, globals, intArgument } from "../globals.js";
import { stopWith } from "./ringMemory.js";

/** `runs`: parities made; `stripe`: bytes; `error`: -EFAULT where the parameter region is too small. */
const { at, memory } = globals({ stripe: "u32", runs: "u32", error: "i32" });

/**
 * The parameter region holds two stripes of `stripe` bytes each, one after the other, and behind them their parity,
 * which each step writes anew before it stops. The posted example did so to a registered buffer, with a kfunc of its own.
 */
export const xor: HookProgram = {
  kind: "hook",
  cancels: false,
  doc: "writes the parity of two stripes of stripe= bytes behind them in the parameter region, and stops",
  parameters: { required: ["stripe"] },
  ...memory,
  init(memory, _ring, args) {
    memory.setU32(at.stripe, intArgument(args, "stripe", 0));
  },
  loopStep(view) {
    const { memory } = view;
    const stripe = memory.u32(at.stripe);
    const shared = view.getRegion(IOU_REGION_MEM, 3 * stripe);
    if (shared === null) return stopWith(memory, at.error, errorOf("EFAULT"));
    for (let i = 0; i < stripe; i++) {
      shared.setU8(2 * stripe + i, shared.u8(i) ^ shared.u8(stripe + i));
    }
    memory.setU32(at.runs, memory.u32(at.runs) + 1);
    return IOU_LOOP_STOP;
  },
};
