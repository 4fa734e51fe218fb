/**
 * The shelf: programs for loop hooks and custom operations by the names under which `hook` and `bpfop` declarations
 * find them. Each is written against memory, at the ring's and the SQE's real offsets, as a BPF program is.
 */
import type { ProgramLibrary } from "../model/programs/index.js";
import {
  atMost,
  branch,
  cancelBy,
  copyAll,
  parity,
  pass,
  quorum,
  race,
  repeat,
  rescue,
  retry,
  route,
  sum,
  tolerate,
} from "./hooks/beyondLinks.js";
import { chain } from "./hooks/chain.js";
import { cp } from "./hooks/cp.js";
import { drain } from "./hooks/drain.js";
import { links } from "./hooks/links.js";
import {
  badCode,
  badCqWrite,
  badEndless,
  badPastTail,
  badReap,
  badRegion,
  badSpin,
  badWait,
} from "./hooks/misbehaving.js";
import { nops } from "./hooks/nops.js";
import { nopsFirst } from "./hooks/nopsFirst.js";
import { nopsLoop } from "./hooks/nopsLoop.js";
import { overflow } from "./hooks/overflow.js";
import { probe } from "./hooks/probe.js";
import { probeFirst } from "./hooks/probeFirst.js";
import { qdLimit } from "./hooks/qdLimit.js";
import { rateLimiter } from "./hooks/rateLimiter.js";
import { region } from "./hooks/region.js";
import { straight, straightFirst } from "./hooks/straight.js";
import { unreg } from "./hooks/unreg.js";
import { xor } from "./hooks/xor.js";
import { again } from "./operations/again.js";
import { noIssue, noPrep, order, progress, userData, where } from "./operations/callbacks.js";
import { checksum } from "./operations/checksum.js";
import { copyV1 } from "./operations/copyV1.js";
import { copyV3 } from "./operations/copyV3.js";
import { counting } from "./operations/counting.js";
import { failOverrides } from "./operations/failOverrides.js";
import { get, put } from "./operations/handOver.js";
import { inject } from "./operations/inject.js";
import { issueFails } from "./operations/issueFails.js";
import { pduReader, positive, skipComplete, stale } from "./operations/misbehaving.js";
import { noop } from "./operations/noop.js";
import { opens } from "./operations/opens.js";
import { pduFills } from "./operations/pduFills.js";
import { prepFails } from "./operations/prepFails.js";
import { result } from "./operations/result.js";
import { script } from "./operations/script.js";
import { straightOperation } from "./operations/straight.js";
import { xorParity } from "./operations/xorParity.js";

export const SHELF: ProgramLibrary = {
  // Loop hooks.
  nops,
  "nops-loop": nopsLoop,
  "nops-first": nopsFirst,
  cp,
  overflow,
  unreg,
  "rate-limiter": rateLimiter,
  xor,
  "qd-limit": qdLimit,
  chain,
  links,
  drain,
  probe,
  "probe-first": probeFirst,
  region,
  "bad-code": badCode,
  "bad-past-tail": badPastTail,
  "bad-reap": badReap,
  "bad-cq-write": badCqWrite,
  "bad-wait": badWait,
  "bad-spin": badSpin,
  "bad-endless": badEndless,
  "bad-region": badRegion,
  branch,
  retry,
  "copy-all": copyAll,
  pass,
  route,
  quorum,
  "at-most": atMost,
  parity,
  tolerate,
  rescue,
  "cancel-by": cancelBy,
  race,
  sum,
  repeat,
  straight,
  "straight-first": straightFirst,
  // Custom operations.
  noop,
  result,
  "prep-fails": prepFails,
  "issue-fails": issueFails,
  again,
  "fail-overrides": failOverrides,
  "copy-v1": copyV1,
  "copy-v3": copyV3,
  "xor-parity": xorParity,
  checksum,
  put,
  get,
  inject,
  counting,
  stale,
  "pdu-reader": pduReader,
  "skip-complete": skipComplete,
  positive,
  script,
  "no-issue": noIssue,
  "no-prep": noPrep,
  where,
  progress,
  order,
  "user-data": userData,
  "pdu-fills": pduFills,
  opens,
  "straight-op": straightOperation,
};
