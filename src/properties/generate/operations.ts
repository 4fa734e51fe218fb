/** Arbitraries of operations: an opcode with operands, its target still a number that building resolves. */
import * as fc from "fast-check";
import { isAtLeast, kernelOf } from "../profile.js";
import { type Feature, featuresOf, type GenerateOptions } from "./features.js";

export interface OperationChoice {
  readonly opcode: string;
  readonly keys: readonly (readonly [name: string, value: string])[];
  /** Picks the SQE that `target=` names, or none; null: the operation has no target. */
  readonly target: number | null;
  readonly multishot: boolean;
  readonly may: readonly string[];
}

type Keys = Readonly<Record<string, string | null>>;

function operation(opcode: string, keys: Keys = {}, rest: Partial<OperationChoice> = {}): OperationChoice {
  const given = Object.entries(keys).filter((entry): entry is [string, string] => entry[1] !== null);
  return { opcode, keys: given, target: null, multishot: false, may: [], ...rest };
}

interface Weighted {
  readonly arbitrary: fc.Arbitrary<OperationChoice>;
  readonly weight: number;
}

const target = fc.nat({ max: 12 });
const text = fc.constantFrom('"x"', '"abcd"', '"0123456789"');
const length = fc.constantFrom("4", "1", "10", "100", "0");
const span = fc.constantFrom("10ms", "1ms", "30ms", "0", "never");

const nop = fc.constant(operation("NOP"));

/** By feature, what it adds. Listed first what others shrink to. */
function operationsOf(features: ReadonlySet<Feature>, profile: string | undefined): Weighted[] {
  const kernel = profile === undefined ? null : kernelOf(profile);
  const isOld = kernel !== null && !isAtLeast(kernel, 6, 6);
  const injects = kernel === null || isAtLeast(kernel, 6, 10);
  const completesByTaskWork = kernel === null || isAtLeast(kernel, 6, 18);
  const list: Weighted[] = [{ arbitrary: nop, weight: 4 }];
  const add = (feature: Feature, weight: number, ...arbitraries: fc.Arbitrary<OperationChoice>[]): void => {
    if (features.has(feature)) for (const arbitrary of arbitraries) list.push({ arbitrary, weight });
  };
  if (injects) {
    add(
      "inject",
      3,
      fc.constantFrom("-EIO", "-EAGAIN", "7", "0").map((res) => operation("NOP", { res })),
    );
  }
  if (completesByTaskWork) add("inject", 1, fc.constant(operation("NOP", { tw: "" })));
  add(
    "files",
    2,
    reads(fc.constantFrom("f", "g", "-1"), features),
    writes(fc.constantFrom("f", "g"), features),
  );
  add(
    "files",
    1,
    fc.constantFrom("f", "p.r", "-1").map((fd) => operation("FSYNC", { fd })),
  );
  add("files", 1, fc.constant(operation("CLOSE", { fd: "g" })));
  add(
    "pipes",
    3,
    reads(fc.constantFrom("p.r", "q.r"), features),
    writes(fc.constantFrom("p.w", "q.w"), features),
  );
  add("sockets", 2, sends(features), receives(features));
  add(
    "slots",
    1,
    fc
      .record({ file: fc.constantFrom("f", "g"), slot: fc.constantFrom("0", "1") })
      .map((keys) => operation("OPENAT", keys)),
    fc.constantFrom("0", "1").map((slot) => operation("CLOSE", { slot })),
    reads(fc.constantFrom("slot:0", "slot:1"), features),
  );
  add("poll", 2, polls(features));
  add(
    "poll",
    1,
    target.map((to) => operation("POLL_REMOVE", {}, { target: to })),
  );
  add("timeouts", 2, timeouts(features.has("multishot") && !isOld));
  add(
    "timeouts",
    1,
    target.map((to) => operation("TIMEOUT_REMOVE", {}, { target: to })),
    fc
      .record({ ts: span, target })
      .map((choice) =>
        operation("TIMEOUT_REMOVE", { ts: choice.ts, flags: "UPDATE" }, { target: choice.target }),
      ),
  );
  add(
    "linkTimeouts",
    1,
    fc
      .record({ ts: span, target })
      .map((choice) =>
        operation("TIMEOUT_REMOVE", { ts: choice.ts, flags: "LINK_UPDATE" }, { target: choice.target }),
      ),
  );
  add(
    "cancel",
    3,
    target.map((to) => operation("ASYNC_CANCEL", {}, { target: to })),
  );
  add("cancel", 1, wideCancels(!isOld));
  add(
    "msgRing",
    2,
    fc.constantFrom("5", "0").map((res) => operation("MSG_RING", { ring: "", res })),
  );
  add("prep", 2, fc.constant(operation("INVALID")));
  add(
    "prep",
    1,
    span.map((ts) => operation("LINK_TIMEOUT", { ts })),
  );
  add(
    "may",
    2,
    fc
      .constantFrom(["0"], ["0", "-EIO"], ["0", "never"], ["5", "-ECANCELED"])
      .map((may) => operation("OP", {}, { may })),
  );
  add("may", 2, fc.constantFrom(...NAMED));
  return list;
}

/** Opcodes whose objects the model does not know: the environment answers, the opcode decides what severs. */
const NAMED: readonly [OperationChoice, ...OperationChoice[]] = [
  operation("FSYNC", { fd: "f" }, { may: ["0", "-EIO"] }),
  operation("READ", { fd: "f", len: "4" }, { may: ["4", "2", "-EIO"] }),
  operation("OPENAT", {}, { may: ["-ENOENT"] }),
  operation("UNLINKAT", {}, { may: ["0", "-ENOENT"] }),
  operation("STATX", {}, { may: ["0", "-ENOENT"] }),
  operation("FADVISE", { fd: "f", len: "4" }, { may: ["0", "-EINVAL"] }),
  operation("SPLICE", { fd: "f", len: "8" }, { may: ["8", "3", "never"] }),
  operation("CONNECT", {}, { may: ["0", "-ECONNREFUSED", "never"] }),
  operation("FUTEX_WAIT", {}, { may: ["0", "-EAGAIN", "never"] }),
  operation("WAITID", {}, { may: ["0", "never"] }),
];

function reads(fd: fc.Arbitrary<string>, features: ReadonlySet<Feature>): fc.Arbitrary<OperationChoice> {
  const buf = features.has("buffers") ? fc.constantFrom(null, "b") : fc.constant(null);
  return fc.record({ fd, len: length, buf }).map(({ fd, len, buf }) =>
    // A buffer holds 16 bytes.
    operation("READ", { fd, len: buf !== null && len === "100" ? "10" : len, buf }),
  );
}

function writes(fd: fc.Arbitrary<string>, features: ReadonlySet<Feature>): fc.Arbitrary<OperationChoice> {
  const literal = fc.record({ fd, data: text }).map((keys) => operation("WRITE", keys));
  if (!features.has("buffers")) return literal;
  return fc.oneof(
    literal,
    fd.map((from) => operation("WRITE", { fd: from, len: "4", buf: "b" })),
  );
}

function sends(features: ReadonlySet<Feature>): fc.Arbitrary<OperationChoice> {
  const buf = features.has("buffers") ? fc.boolean() : fc.constant(false);
  return fc
    .record({ fd: fc.constantFrom("s.0", "s.1"), data: text, buf })
    .map(({ fd, data, buf }) => operation("SEND", buf ? { fd, len: "4", buf: "b" } : { fd, data }));
}

function receives(features: ReadonlySet<Feature>): fc.Arbitrary<OperationChoice> {
  const buf = features.has("buffers") ? fc.constantFrom(null, "b") : fc.constant(null);
  const choice = fc.record({
    fd: fc.constantFrom("s.0", "s.1"),
    len: fc.constantFrom("4", "1", "10"),
    buf,
    msg: fc.constantFrom(null, "WAITALL", "DONTWAIT"),
  });
  return choice.map((keys) => operation("RECV", keys));
}

function polls(features: ReadonlySet<Feature>): fc.Arbitrary<OperationChoice> {
  const multishot = features.has("multishot") ? fc.boolean() : fc.constant(false);
  return fc
    .record({ fd: fc.constantFrom("p.r", "p.w", "q.r"), multishot })
    .map(({ fd, multishot }) =>
      operation("POLL_ADD", { fd, events: fd === "p.w" ? "OUT" : "IN" }, { multishot }),
    );
}

function timeouts(canRepeat: boolean): fc.Arbitrary<OperationChoice> {
  const once = fc
    .record({
      ts: span,
      count: fc.constantFrom(null, "1", "2"),
      flags: fc.constantFrom(null, "ETIME_SUCCESS"),
    })
    .map((keys) => operation("TIMEOUT", keys));
  if (!canRepeat) return once;
  const again = fc.record({ ts: fc.constantFrom("1ms", "10ms"), count: fc.constantFrom("1", "2") });
  return fc.oneof(
    { arbitrary: once, weight: 4 },
    { arbitrary: again.map((keys) => operation("TIMEOUT", { ...keys, flags: "MULTISHOT" })), weight: 1 },
  );
}

function wideCancels(hasOpcodes: boolean): fc.Arbitrary<OperationChoice> {
  const list = [
    fc.constant(operation("ASYNC_CANCEL", { flags: "ANY" })),
    target.map((to) => operation("ASYNC_CANCEL", { flags: "ALL" }, { target: to })),
    fc.constantFrom("FD", "FD,ALL").map((flags) => operation("ASYNC_CANCEL", { fd: "p.r", flags })),
  ];
  if (hasOpcodes) {
    list.push(
      fc.constantFrom("READ", "POLL_ADD").map((op) => operation("ASYNC_CANCEL", { op, flags: "OP,ALL" })),
    );
  }
  return fc.oneof(...list);
}

/** Any operation that the options allow; shrinks to a NOP. */
export function operations(options: GenerateOptions): fc.Arbitrary<OperationChoice> {
  return fc.oneof({ withCrossShrink: true }, ...operationsOf(featuresOf(options), options.profile));
}
