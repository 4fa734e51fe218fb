import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bytesOfText, textOfBytes } from "../../../src/model/bytes/byteText.js";
import { SQE } from "../../../src/model/bytes/sqeFields.js";
import { type Decoded, userSpaceOf } from "../../../src/model/bytes/userSpace.js";
import { IOSQE, type Operation, type Sqe } from "../../../src/model/scenario.js";
import * as s from "../../kernel/scenarios.js";
import { DECLARED_ONLY, NAMED, operations, scenarioOf, sqeAround } from "./scenario.js";

const VERSIONS = ["v1", "v3"] as const;
/** SQEs beside the one in question, which is the last. */
const OTHERS = [s.nop(), s.readPipe(4), s.timeout(10)];
const COUNT = OTHERS.length + 1;
const OPERATIONS = operations(COUNT);

function withField(bytes: string, field: number, value: bigint): string {
  const copy = bytesOfText(bytes);
  new DataView(copy.buffer).setBigUint64(field, value, true);
  return textOfBytes(copy);
}

function sqeOf(decoded: Decoded): Sqe {
  if (decoded.kind === "unknown") throw new Error(decoded.why);
  return decoded.sqe;
}

/** What bytes cannot tell apart: the order of names, and which user_data nobody bears. */
function canonical(op: Operation): Operation {
  const sorted = (names: readonly string[]) => [...names].sort();
  switch (op.opcode) {
    case "SEND":
    case "RECV":
      return { ...op, msg: sorted(op.msg) };
    case "OPENAT":
      return { ...op, openFlags: sorted(op.openFlags) };
    case "POLL_REMOVE":
    case "TIMEOUT_REMOVE":
      return { ...op, target: canonicalTarget(op.target) };
    case "ASYNC_CANCEL":
      return { ...op, target: op.target === null ? null : canonicalTarget(op.target) };
    default:
      return op;
  }
}
const canonicalTarget = (target: number | "none") => (target !== "none" && target >= 128 ? "none" : target);

describe.each(VERSIONS)("an SQE's bytes, decoded (IORING_OP_BPF as in %s)", (version) => {
  it("are the declared SQE again where they bear its user_data", () => {
    const op = fc.oneof(DECLARED_ONLY, ...Object.values(OPERATIONS));
    fc.assert(
      fc.property(sqeAround(op), (spec) => {
        const scenario = scenarioOf([...OTHERS, spec]);
        const userSpace = userSpaceOf(scenario, version);
        const decoded = userSpace.decode(userSpace.sqeBytes(COUNT - 1), 0, 77);
        expect(decoded).toEqual({
          kind: "sqe",
          sqe: { ...scenario.sqes[COUNT - 1], id: 77 },
          label: COUNT - 1,
        });
      }),
      { seed: 1, numRuns: 1500 },
    );
  });

  it.each(Object.keys(OPERATIONS))("say all of %s by themselves", (opcode) => {
    fc.assert(
      fc.property(sqeAround(OPERATIONS[opcode] as fc.Arbitrary<Operation>), (spec) => {
        const scenario = scenarioOf([...OTHERS, spec]);
        const userSpace = userSpaceOf(scenario, version);
        const bytes = withField(userSpace.sqeBytes(COUNT - 1), SQE.userData, NAMED.first);
        const sqe = sqeOf(userSpace.decode(bytes, 0, 77));
        expect(canonical(sqe.operation)).toEqual(canonical(spec.op));
        const flags = (spec.flags ?? []).reduce((bits, flag) => bits | IOSQE[flag], 0);
        expect(sqe).toMatchObject({
          multishot: spec.multishot,
          label: "H-x",
          userData: scenario.labels.indexOf("H-x"),
          flags: flags | (bytes.charCodeAt(SQE.flags) & IOSQE.FIXED_FILE),
          prepError: null,
          may: null,
          intr: null,
        });
      }),
      { seed: 2, numRuns: 200 },
    );
  });

  it("say not enough of what only its declaration says", () => {
    fc.assert(
      fc.property(sqeAround(DECLARED_ONLY.filter(({ opcode }) => opcode !== "SEND")), (spec) => {
        const userSpace = userSpaceOf(scenarioOf([spec]), version);
        const bytes = withField(userSpace.sqeBytes(0), SQE.userData, NAMED.first);
        expect(userSpace.decode(bytes, 0, 9).kind).toBe("unknown");
      }),
      { seed: 3, numRuns: 50 },
    );
  });
});

describe("garbage", () => {
  const anything = fc.uint8Array({ minLength: 64, maxLength: 64 });
  const specs = Object.values(OPERATIONS).map(
    (op, i) => fc.sample(sqeAround(op), { seed: i, numRuns: 1 })[0]!,
  );
  const scenario = scenarioOf(specs);
  const bounds = (decoded: Decoded): void => {
    if (decoded.kind === "unknown") expect(decoded.why.length).toBeGreaterThan(10);
    else {
      expect(scenario.labels[decoded.label]).toBeDefined();
      expect(decoded.sqe.flags & ~0x7f).toBe(0);
      expect(decoded.sqe.id).toBe(1000);
    }
  };

  it.each(["none", "v1", "v3"] as const)("of 64 bytes never throws (operations: %s)", (version) => {
    const userSpace = userSpaceOf(scenario, version);
    fc.assert(
      fc.property(anything, fc.nat(70), fc.nat(1), (bytes, opcode, ring) => {
        bytes[0] = opcode;
        bounds(userSpace.decode(textOfBytes(bytes), ring, 1000));
      }),
      { seed: 4, numRuns: 3000 },
    );
  });

  it("in one field of a good SQE never throws", () => {
    const seen = { sqe: 0, unknown: 0 };
    const userSpace = userSpaceOf(scenario, "v3");
    fc.assert(
      fc.property(fc.nat(specs.length - 1), fc.nat(63), fc.nat(255), (req, at, byte) => {
        const bytes = userSpace.sqeBytes(req);
        const decoded = userSpace.decode(
          bytes.slice(0, at) + String.fromCharCode(byte) + bytes.slice(at + 1),
          0,
          1000,
        );
        bounds(decoded);
        seen[decoded.kind] += 1;
      }),
      { seed: 5, numRuns: 3000 },
    );
    expect(Math.min(seen.sqe, seen.unknown)).toBeGreaterThan(300);
  });
});
