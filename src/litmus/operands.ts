/** The keys of one SQE, read as what its opcode wants them to be. */
import type { BufferId, FdRef, ReqId, RingId, Time } from "../model/scenario.js";
import type { DiagnosticCode } from "./diagnostic.js";
import { compileFd } from "./fd.js";
import { INT_MAX } from "./limits.js";
import { reportUndefined } from "./names.js";
import { COMMON_KEYS, OPCODE_KEYS, SQE_FIELDS } from "./opcodes.js";
import { errorNumber, resultNumber } from "./result.js";
import type { Scope } from "./scope.js";
import { suggest } from "./suggest.js";
import type { Position, SqeSyntax, Value, Word } from "./syntax.js";
import { clip } from "./tokens.js";

/** Readers of keys. Each reports a value of the wrong kind, and answers null where the key is absent or wrong. */
export interface Operands {
  readonly at: Position;
  has(name: string): boolean;
  /** Where the key's value stands, else the opcode. */
  place(name: string): Position;
  value(name: string): Value | null;
  integer(name: string, min: number, max: number): number | null;
  result(name: string): number | null;
  error(name: string): number | null;
  time(name: string): Time | undefined;
  word(name: string): Word | null;
  /** Words of a list, each one of `known`. */
  flags<Flag extends string>(name: string, known: readonly Flag[]): readonly Flag[];
  fd(name: string): FdRef | null;
  buffer(name: string): BufferId | null;
  target(name: string): ReqId | "none" | null;
  ring(name: string): RingId | null;
  text(name: string): string | null;
  /** Reports that a key is missing, unless a failing prep makes all operands idle. */
  require(name: string, isExcused?: boolean): void;
  refuse(name: string, code: DiagnosticCode, message: string, hint?: string | null): void;
}

/** Reads an SQE's keys. `userData`: the user_data of each SQE, by ReqId. */
export function readOperands(sqe: SqeSyntax, scope: Scope, userData: readonly ReqId[]): Operands {
  const { reporter } = scope;
  const opcode = sqe.opcode.text;
  const { values, isComplete } = checkKeys(sqe, scope);
  const place = (name: string): Position => values.get(name)?.at ?? sqe.opcode.at;
  const isFixed = sqe.flags.some((flag) => flag.text === "FIXED_FILE");

  const refuse: Operands["refuse"] = (name, code, message, hint = null) => {
    reporter.report(place(name), code, message, hint);
  };
  const wrong = (name: string, wanted: string): null => {
    refuse(name, "bad-value", `\`${name}=\` takes ${wanted}`);
    return null;
  };
  const word: Operands["word"] = (name) => {
    const value = values.get(name);
    if (value === undefined) return null;
    return value.kind === "words" && value.words.length === 1 ? value.words[0]! : wrong(name, "a name");
  };

  return {
    at: sqe.opcode.at,
    has: (name) => values.has(name),
    place,
    value: (name) => values.get(name) ?? null,
    word,
    refuse,
    integer(name, min, max) {
      const value = values.get(name);
      if (value === undefined) return null;
      if (value.kind !== "int") return wrong(name, "a number");
      if (value.value >= min && value.value <= max) return value.value;
      refuse(name, "out-of-range", `\`${name}=${value.value}\` is out of range`, `${min} to ${max}`);
      return null;
    },
    result(name) {
      const value = values.get(name);
      if (value === undefined) return null;
      if (value.kind === "int" || value.kind === "errno") return resultNumber(value, reporter);
      return wrong(name, "a number or an error such as -EIO");
    },
    error(name) {
      const value = values.get(name);
      if (value === undefined) return null;
      if (value.kind === "int" || value.kind === "errno") return errorNumber(value, reporter);
      return wrong(name, "an error such as -EINVAL");
    },
    time(name) {
      const value = values.get(name);
      if (value === undefined) return undefined;
      if (value.kind === "time") return value.ms;
      if (value.kind === "int" && value.value === 0) return 0;
      if (value.kind === "words" && value.words.length === 1 && value.words[0]!.text === "never") return null;
      wrong(name, "a time: 0, 10ms, 1s or never");
      return undefined;
    },
    flags<Flag extends string>(name: string, known: readonly Flag[]) {
      const value = values.get(name);
      const flags: Flag[] = [];
      if (value === undefined) return flags;
      if (value.kind !== "words") {
        wrong(name, `some of ${known.join(",")}`);
        return flags;
      }
      for (const { text, at } of value.words) {
        const flag = known.find((candidate) => candidate === text);
        if (flag === undefined) {
          const message = `${opcode} has no \`${name}=${clip(text)}\``;
          reporter.report(at, "unknown-flag", message, suggest(text, known));
        } else if (flags.includes(flag)) {
          reporter.report(at, "duplicate-flag", `\`${flag}\` is given twice`);
        } else {
          flags.push(flag);
        }
      }
      return flags;
    },
    fd(name) {
      const value = values.get(name);
      return value === undefined ? null : compileFd(value, scope, isFixed);
    },
    buffer(name) {
      const buffer = word(name);
      if (buffer === null) return null;
      const object = scope.object(buffer.text);
      if (object?.kind === "buffer") return object.id;
      if (object !== undefined) return wrong(name, "a buffer");
      reportUndefined(reporter, buffer, "buffer", scope.objectNames);
      return null;
    },
    target(name) {
      const label = word(name);
      if (label === null || label.text === "none") return label === null ? null : "none";
      return compileRequest(label, scope, userData);
    },
    ring(name) {
      const ring = word(name);
      if (ring === null) return null;
      const id = scope.ring(ring.text);
      if (id !== undefined) return id;
      reportUndefined(
        reporter,
        ring,
        "ring",
        scope.rings.map((decl) => decl.name),
      );
      return null;
    },
    text(name) {
      const value = values.get(name);
      if (value === undefined) return null;
      return value.kind === "text" ? value.text : wrong(name, "a string");
    },
    require(name, isExcused = false) {
      // A key that was refused may be the one that is missing.
      if (values.has(name) || isExcused || !isComplete || values.has("prep")) return;
      const hint = `${opcode} takes ${(OPCODE_KEYS[opcode] ?? []).map((key) => `${key}=`).join(" ")}`;
      reporter.report(sqe.opcode.at, "missing-key", `${opcode} needs \`${name}=\``, hint);
    },
  };
}

/** The request that a label names, as a user_data; null, and a report, where the label is no SQE's. */
export function compileRequest(label: Word, scope: Scope, userData: readonly ReqId[]): ReqId | null {
  const id = scope.label(label.text);
  if (id !== undefined && id < scope.sqes.length) return userData[id] ?? (id as number);
  reportUndefined(scope.reporter, label, "SQE", scope.labels.slice(0, scope.sqes.length));
  return null;
}

/** The values by key, after reporting unknown keys, keys that are given twice, and missing or idle values. `isComplete`: no key was refused. */
function checkKeys(
  sqe: SqeSyntax,
  { reporter }: Scope,
): { readonly values: ReadonlyMap<string, Value>; readonly isComplete: boolean } {
  let isComplete = true;
  const opcode = sqe.opcode.text;
  const own = OPCODE_KEYS[opcode] ?? SQE_FIELDS;
  const values = new Map<string, Value>();
  const seen = new Set<string>();
  for (const { name, value } of sqe.keys) {
    const key = name.text;
    if (seen.has(key)) reporter.report(name.at, "duplicate-key", `\`${key}\` is given twice`);
    seen.add(key);
    if (!own.includes(key) && !(COMMON_KEYS as readonly string[]).includes(key)) {
      isComplete = false;
      const hint = hintForKey(key, opcode, own);
      reporter.report(name.at, "unknown-key", `${opcode} has no key \`${clip(key)}\``, hint);
    } else if (key === "tw") {
      if (value !== null) reporter.report(value.at, "bad-value", "`tw` takes no value");
    } else if (value === null) {
      isComplete = false;
      reporter.report(name.at, "bad-value", `\`${key}\` has no value`, `${key}=…`);
    } else if (!values.has(key)) {
      values.set(key, value);
    }
  }
  return { values, isComplete };
}

function hintForKey(key: string, opcode: string, own: readonly string[]): string {
  if (/^[A-Z]/.test(key)) return `flags of an SQE stand behind \`|\``;
  if (key === "user_data") return "the label is the user_data; `ud=` gives another SQE's";
  const near = suggest(key, [...own, ...COMMON_KEYS]);
  if (near?.startsWith("did you mean")) return near;
  return own.length === 0
    ? `${opcode} takes only prep=, intr= and ud=`
    : own === SQE_FIELDS
      ? "the keys are the fields of struct io_uring_sqe"
      : `${opcode} takes ${own.map((name) => (name === "tw" ? "tw" : `${name}=`)).join(" ")}`;
}

/** Of `len=`, `count=` and the like. */
export const COUNT_RANGE = [0, INT_MAX] as const;
