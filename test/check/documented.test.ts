import { expect, it } from "vitest";
import { missingOutcomes } from "../../src/check/contains.js";
import type { Rule } from "../../src/model/event.js";
import { KERNEL_PROFILES, type ProfileName } from "../../src/model/profile.js";
import { catalogue } from "./catalogue.js";

/** Rules by which a kernel does what the manual pages do not say: docs/DISAGREEMENTS.md, by number. */
const DISAGREEMENTS: Readonly<Record<string, string>> = {
  "FAIL-09": "1",
  "FAIL-11": "1",
  "ORD-02": "3",
  "LT-14": "4",
  "CAN-13": "14",
  "CAN-14": "15",
  "CAN-15": "16",
  "LT-06": "12",
  "LT-07": "12",
  "FAIL-16": "12",
};

/** What `documented` does not model although the pages say it, with the reason: docs/SCOPE.md. */
const GAPS: Readonly<Record<string, string>> = {
  "ORD-15": "TASKRUN is never seen pending, since nothing waits for a submitter",
  "K-36": "a message to a DEFER_TASKRUN ring is posted at once",
  "K-31": "a cancelation on an SQPOLL ring finds what it interrupts",
};

/** What the manual pages of liburing 2.14 say of newer kernels than 6.1 or 6.12: SEMANTICS.md, Profiles. */
const OLDER: Readonly<Record<string, string>> = {
  "DRN-16": "before 6.16 a drain counts CQEs, and what is behind it does not wait for it",
  "RES-03": "6.1 looks up a later member's descriptor at submission",
  "RES-05": "before 6.13 a registered buffer is looked up at prep",
};

const FILES: Readonly<Record<string, string>> = {
  "cancel/canceler-by-fd-in-a-worker-finds-itself.litmus": "a cancel request does not find itself",
  "cancel/canceler-in-a-worker-finds-itself.litmus": "a cancel request does not find itself",
  "cancel/two-cancels-in-one-batch-both-succeed.litmus": "a canceled request is not found a second time",
};

const NO_MULTISHOT = "6.1 has no multishot TIMEOUT";
const NO_INJECTION = "6.1 takes no injected result of a NOP";
const NO_CANCEL_FLAGS = "6.1 does not know OP and USERDATA";
const REMOVAL_WAKES = "on 6.12 a TIMEOUT that is removed ends a wait";
const OLDER_FILES: Record<string, string> = {
  "cancel/cancel-by-opcode-leaves-others-alone.litmus": NO_CANCEL_FLAGS,
  "cancel/cancel-takes-unknown-flags-on-6-1.litmus": NO_CANCEL_FLAGS,
  "cancel/cancel-by-user-data-and-fd-leaves-others-on-that-file.litmus": NO_CANCEL_FLAGS,
  "timeout/timeout-is-found-by-opcode.litmus": NO_CANCEL_FLAGS,
  "forming/nop-inject-fails-its-prep-on-6-1.litmus": NO_INJECTION,
  "forming/nop-with-negative-result-severs.litmus": NO_INJECTION,
  "forming/nop-with-positive-result-does-not-sever.litmus": NO_INJECTION,
  "timeout/removed-timeout-does-not-wake-a-waiter-early.litmus": REMOVAL_WAKES,
  "timeout/removed-timeout-wakes-a-waiter-early-on-6-12.litmus": REMOVAL_WAKES,
  "severing/receive-that-leaves-bytes-says-so.litmus": "SOCK_NONEMPTY on UNIX sockets came with 6.17",
  "forming/nop-through-task-work-lets-others-pass.litmus": "IORING_NOP_TW came with 6.17",
  "timeout/multishot-timeout-is-invalid-on-6-1.litmus": NO_MULTISHOT,
  "timeout/multishot-timeout-posts-its-count-of-cqes.litmus": NO_MULTISHOT,
  "timeout/multishot-timeout-releases-its-chain-with-its-last-cqe.litmus": NO_MULTISHOT,
  "timeout/multishot-timeout-with-etime-success-runs-its-chain-once.litmus": NO_MULTISHOT,
};

/** Rows of the matrix whose members fail by an injected result. */
for (const row of [
  "batch-boundary",
  "hard-goes-on",
  "mixed-soft-and-hard",
  "skip-on-a-failing-member",
  "soft-head-fails",
  "soft-middle-fails",
  "soft-tail-fails",
  "two-chains",
  "wait-for-more-than-come",
])
  OLDER_FILES[`matrix/${row}.litmus`] = NO_INJECTION;

const KERNELS: readonly ProfileName[] = KERNEL_PROFILES.filter((name) => name !== "documented");

function isOlder(kernel: ProfileName): boolean {
  return kernel === "linux-6.1" || kernel === "linux-6.12";
}

/** By which rule, or file, an outcome that `documented` lacks is explained; null: by none. */
function reasonOf(kernel: ProfileName, file: string, rules: readonly Rule[]): string | null {
  const byRule = rules.find(
    ({ id }) => id in DISAGREEMENTS || id in GAPS || (isOlder(kernel) && id in OLDER),
  );
  if (byRule !== undefined) return byRule.id;
  return file in FILES || (isOlder(kernel) && file in OLDER_FILES) ? file : null;
}

it("documented allows what each kernel does, except where a disagreement, a gap or the kernel's age explains it", () => {
  const unexplained: string[] = [];
  const used = new Map(KERNELS.map((kernel) => [kernel, new Set<string>()]));
  for (const [file, test] of catalogue("documented")) {
    for (const { narrow, missing, rules } of missingOutcomes(test, KERNELS, "documented", {
      statesMax: 100_000,
    })) {
      if (missing === null || missing.length === 0) continue;
      const reason = reasonOf(narrow, file, rules);
      if (reason === null) unexplained.push(`${narrow} ${file}`);
      else used.get(narrow)?.add(reason);
    }
  }
  expect(unexplained).toEqual([]);
  for (const [kernel, reasons] of used) {
    const disagreements = [...reasons].filter((reason) => reason in DISAGREEMENTS);
    expect(disagreements.length, kernel).toBeGreaterThanOrEqual(isOlder(kernel) ? 3 : 4);
  }
  const all = new Set([...used.values()].flatMap((reasons) => [...reasons]));
  expect(Object.keys({ ...OLDER, ...FILES, ...OLDER_FILES }).filter((reason) => !all.has(reason))).toEqual(
    [],
  );
}, 900_000);
