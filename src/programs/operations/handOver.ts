/** A value from one member of a chain to the next, through a map that both know: links alone cannot carry one. */
import type { OperationProgram } from "../../model/programs/index.js";
import { errorOf, globals } from "../globals.js";

/** `value` is valid while `full` is 1. */
const { at, memory } = globals({ value: "u32", full: "u32" });
const MAP = "hand-over";
/** Of sqe->bpf_op_flags: what is the program's own. */
const OWN_FLAGS = 0x00ff_ffff;

/** It does so in `issue`: the next member's prep has run by then, and its issue has not. */
export const put: OperationProgram = {
  kind: "operation",
  doc: "leaves its 24 bits of flags in the map that get reads, and completes with 0",
  map: MAP,
  ...memory,
  prep: () => 0,
  issue(data) {
    data.memory.setU32(at.value, data.opFlags & OWN_FLAGS);
    data.memory.setU32(at.full, 1);
    data.setResult(0);
    return 0;
  },
};

/** A value is handed over once: a chain whose put was canceled does not get an earlier chain's. */
export const get: OperationProgram = {
  kind: "operation",
  doc: "takes what put left in the map, and completes with it; -ENODATA where there is nothing",
  map: MAP,
  ...memory,
  prep: () => 0,
  issue(data) {
    if (data.memory.u32(at.full) === 0) return errorOf("ENODATA");
    data.memory.setU32(at.full, 0);
    data.setResult(data.memory.u32(at.value));
    return 0;
  },
};
