/** Asks for one region and notes whether there is such a one. */
import { type HookProgram, IOU_LOOP_STOP } from "../../model/programs/index.js";
import { globals, intArgument } from "../globals.js";

/** The arguments; `asked`: steps so far; `found`: 1 where the last one was given a region, 0 where it was given NULL. */
const { at, memory } = globals({ id: "u32", size: "u32", asked: "u32", found: "u32" });

/** Asks for `size` bytes of region `id` and stops. */
export const region: HookProgram = {
  kind: "hook",
  cancels: false,
  doc: "asks for size= bytes of region id= (0 MEM, 1 CQ, 2 SQ), notes whether it is given them, and stops",
  parameters: { required: ["id", "size"] },
  ...memory,
  init(memory, _ring, args) {
    memory.setU32(at.id, intArgument(args, "id", 0));
    memory.setU32(at.size, intArgument(args, "size", 0));
  },
  loopStep(view) {
    const { memory } = view;
    const found = view.getRegion(memory.u32(at.id), memory.u32(at.size)) !== null;
    memory.setU32(at.asked, memory.u32(at.asked) + 1);
    memory.setU32(at.found, found ? 1 : 0);
    return IOU_LOOP_STOP;
  },
};
