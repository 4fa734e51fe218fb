/** What no row of the matrix is about, though a scenario may have it. */
import { type Anatomy, hasFlag, keyOf, type Member } from "./anatomy.js";
import { aimsAtWaiting } from "./features.js";

const isCancel = ({ sqe }: Member): boolean => sqe.opcode.text === "ASYNC_CANCEL";
const skips = ({ sqe }: Member): boolean => hasFlag(sqe, "SKIP");

/** Why the features do not say all that matters of a scenario; null: they do. */
export function blindSpotOf(anatomy: Anatomy): string | null {
  const { setup, members, thread } = anatomy;
  if (!anatomy.chains.some(({ isLinked }) => isLinked)) return "it has no link";
  if (members.some(({ sqe }) => keyOf(sqe, "ts")?.kind === "int"))
    return "no row has a timeout of no time at all";
  if (members.some((one) => isCancel(one) && (one.link !== null || one.place > 0)))
    return "no row has a cancel as a member of a chain";
  if (members.some((one) => isCancel(one) && !aimsAtWaiting(anatomy, one)))
    return "no row has a cancel that is aimed at anything but a member behind one that waits for data";
  if (members.some(({ failsPrep }) => failsPrep) && !setup.includes("SUBMIT_ALL"))
    return "no row has a prep that fails and ends its submission";
  if (members.some((one) => one.sqe.multishot && skips(one)))
    return "no row has a multishot request with CQE_SKIP_SUCCESS, which the kernel refuses";
  if (setup.includes("SQPOLL") && members.some(({ timer }) => timer !== null))
    return "no row has a link timeout on a ring with SQPOLL";
  if (
    setup.includes("IOPOLL") &&
    members.some(({ sqe, timer }) => sqe.opcode.text !== "NOP" || timer !== null)
  )
    return "no row has anything but NOPs on a ring with IOPOLL, whose prep fails for other opcodes";
  const reapAt = thread.findIndex(({ kind }) => kind === "reap");
  const lastCallAt = thread.findLastIndex(({ kind }) => kind === "submit" || kind === "enter");
  if (reapAt >= 0 && reapAt < lastCallAt) return "no row takes CQEs between two calls";
  return null;
}
