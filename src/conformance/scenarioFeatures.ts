/** What a scenario has in it, in the words of the generators: reports count by it. */
import { IOSQE, type Operation, type Scenario, type Sqe } from "../model/scenario.js";
import { FEATURES, type Feature } from "../properties/generate/index.js";

/** Features that the scenario uses, in the order of `FEATURES`. A scenario of plain NOPs has none. */
export function featuresOfScenario(scenario: Scenario): readonly Feature[] {
  const found = new Set<Feature>();
  for (const sqe of scenario.sqes) for (const feature of featuresOfSqe(sqe)) found.add(feature);
  for (const { setup, sqEntries, cqEntries } of scenario.rings) {
    if (setup.includes("SUBMIT_ALL")) found.add("submitAll");
    if (setup.includes("COOP_TASKRUN")) found.add("coopTaskrun");
    if (setup.includes("DEFER_TASKRUN")) found.add("deferTaskrun");
    if (setup.includes("SQPOLL")) found.add("sqpoll");
    // By default a CQ has twice as many entries as the SQ.
    if (cqEntries <= sqEntries) found.add("overflow");
  }
  const code = scenario.threads.flatMap((thread) => thread.code);
  if (scenario.threads.length > 1) found.add("threads");
  if (code.filter((statement) => statement.do === "enter" && statement.submit > 0).length > 1)
    found.add("submits");
  if (code.some((statement) => statement.do === "sleep")) found.add("sleeps");
  if (code.some((statement) => statement.do === "branch")) found.add("branches");
  if (code.some((statement) => statement.do === "sync_cancel")) found.add("cancel");
  return FEATURES.filter((feature) => found.has(feature));
}

const FLAGS: readonly (readonly [bit: number, feature: Feature])[] = [
  [IOSQE.LINK, "links"],
  [IOSQE.HARDLINK, "hardlinks"],
  [IOSQE.SKIP, "skip"],
  [IOSQE.DRAIN, "drain"],
  [IOSQE.ASYNC, "async"],
  [IOSQE.BUFFER_SELECT, "prep"],
];

function* featuresOfSqe(sqe: Sqe): Generator<Feature> {
  for (const [bit, feature] of FLAGS) if ((sqe.flags & bit) !== 0) yield feature;
  if (sqe.prepError !== null) yield "prep";
  if (sqe.userData !== sqe.id) yield "sharedUserData";
  if (sqe.may !== null) yield "may";
  const { operation } = sqe;
  if (sqe.multishot || (operation.opcode === "TIMEOUT" && operation.multishot)) yield "multishot";
  yield* featuresOfOperation(operation);
}

function* featuresOfOperation(operation: Operation): Generator<Feature> {
  const fd = "fd" in operation ? operation.fd : null;
  if (fd?.kind === "pipe") yield "pipes";
  if (fd?.kind === "socket") yield "sockets";
  if (fd?.kind === "slot") yield "slots";
  if (fd?.kind === "file" || fd?.kind === "bad") yield "files";
  switch (operation.opcode) {
    case "NOP":
      if (operation.res !== null || operation.taskWork) yield "inject";
      break;
    case "READ":
    case "RECV":
      if (operation.buffer !== null) yield "buffers";
      break;
    case "WRITE":
    case "SEND":
      if (operation.source.kind === "buffer") yield "buffers";
      break;
    case "OPENAT":
      yield operation.slot === null ? "files" : "slots";
      break;
    case "LINK_TIMEOUT":
      yield "linkTimeouts";
      break;
    case "TIMEOUT":
    case "TIMEOUT_REMOVE":
      yield "timeouts";
      break;
    case "POLL_ADD":
    case "POLL_REMOVE":
      yield "poll";
      break;
    case "ASYNC_CANCEL":
      yield "cancel";
      break;
    case "MSG_RING":
      yield "msgRing";
      break;
    case "INVALID":
      yield "prep";
      break;
    default:
      break;
  }
}
