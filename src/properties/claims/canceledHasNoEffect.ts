/** Does a canceled member leave a trace in the world? */
import type { FileId, ReqId, Scenario, Sqe } from "../../model/scenario.js";
import { type Fate, fatesOf } from "../fate.js";
import type { Property, Verdict } from "../property.js";
import { firstViolation, violates } from "../say.js";
import { sqeOf, type View, viewOf, wasIssued } from "../view.js";

export const canceledHasNoEffect: Property = {
  name: "canceledHasNoEffect",
  title: "A member canceled by an earlier failure is never issued: it writes nothing.",
  source: "io_uring_enter(2): IOSQE_IO_LINK; io_uring.c: io_req_tw_fail_links",
  rules: ["PROP-01", "PREP-03", "FORM-10", "LT-19"],
  check(run, profile) {
    const view = viewOf(run, profile);
    const fates = fatesOf(view);
    const issued = firstViolation(run.scenario.sqes, ({ id, label }) => {
      if (fates[id]!.kind !== "severed" || !wasIssued(view, id)) return null;
      return violates(canceledHasNoEffect, `${label} was canceled with its chain, yet it was issued`, [id]);
    });
    if (issued !== null) return issued;
    const written = firstViolation(run.scenario.files.keys(), (file) => judgeFile(view, fates, file));
    if (written !== null) return written;
    const isBlind =
      view.trace?.tellsIssues !== true &&
      run.scenario.sqes.some(({ id }) => hasUnseenEffect(view, fates, id));
    return isBlind ? "undecided" : null;
  },
};

/** A file that only canceled members were to write is as it was. */
function judgeFile(view: View, fates: readonly Fate[], file: FileId): Verdict {
  const { scenario, outcome } = view.run;
  const writers = scenario.sqes.filter((sqe) => mayWrite(sqe, file));
  const isCanceled = writers.length > 0 && writers.every(({ id }) => fates[id]!.kind === "severed");
  if (!isCanceled || threadsMayWrite(scenario, file)) return null;
  if (outcome.files[file] === scenario.files[file]!.content) return null;
  const names = writers.map(({ label }) => label).join(", ");
  const message = `${scenario.files[file]!.name} has changed, though all that write to it were canceled: ${names}`;
  return violates(
    canceledHasNoEffect,
    message,
    writers.map(({ id }) => id),
  );
}

/** By its descriptor, or by a slot or a custom operation that may stand for any file. */
function mayWrite({ operation }: Sqe, file: FileId): boolean {
  switch (operation.opcode) {
    case "WRITE":
      return operation.fd.kind === "slot" || (operation.fd.kind === "file" && operation.fd.file === file);
    case "OPENAT":
      return operation.file === file && operation.openFlags.includes("TRUNC");
    case "OTHER":
    case "BPF":
      return true;
    default:
      return false;
  }
}

function threadsMayWrite(scenario: Scenario, file: FileId): boolean {
  return scenario.threads.some(({ code }) =>
    code.some(
      (step) =>
        step.do === "write" &&
        (step.fd.kind === "slot" || (step.fd.kind === "file" && step.fd.file === file)),
    ),
  );
}

function hasUnseenEffect(view: View, fates: readonly Fate[], req: ReqId): boolean {
  if (fates[req]!.kind !== "severed") return false;
  const { opcode } = sqeOf(view, req).operation;
  return opcode !== "NOP" && opcode !== "INVALID" && opcode !== "LINK_TIMEOUT" && opcode !== "WRITE";
}
