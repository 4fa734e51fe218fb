/** What an `fd=`, or a file descriptor of a statement, names. */
import type { FdRef } from "../model/scenario.js";
import { reportUndefined } from "./names.js";
import type { Scope } from "./scope.js";
import type { End, Position, Value, Word } from "./syntax.js";
import { clip } from "./tokens.js";

/** Numbers below may be open descriptors of the process that runs the file (the soft RLIMIT_NOFILE of most systems). */
const OPEN_FDS_MAX = 1024;

/** The descriptor, or null where the value is none: then it was reported. `isFixed`: numbers are slots (FIXED_FILE). */
export function compileFd(value: Value, scope: Scope, isFixed: boolean): FdRef | null {
  const { reporter } = scope;
  switch (value.kind) {
    case "words": {
      const [name] = value.words;
      if (name === undefined || value.words.length !== 1) break;
      const fd = compileName(name, scope);
      if (fd !== null && isFixed) {
        reporter.report(
          name.at,
          "contradiction",
          `\`${name.text}\` is no slot, and FIXED_FILE wants one`,
          "fd=slot:I",
        );
      }
      return fd;
    }
    case "end": {
      const fd = compileEnd(value, scope);
      if (fd !== null && isFixed) {
        reporter.report(value.at, "contradiction", "this is no slot, and FIXED_FILE wants one", "fd=slot:I");
      }
      return fd;
    }
    case "slot":
      return compileSlot(
        value.slot,
        value.at,
        scope,
        `for one that is not there: fd=${value.slot} | FIXED_FILE`,
      )
        ? { kind: "slot", slot: value.slot }
        : null;
    case "int": {
      if (isFixed && value.value >= 0 && value.value < scope.slotCount)
        return { kind: "slot", slot: value.value };
      if (isFixed || value.value < 0 || value.value >= OPEN_FDS_MAX) return { kind: "bad", fd: value.value };
      reporter.report(value.at, "bad-fd", `descriptor ${value.value} may be open`, "-1 is never open");
      return null;
    }
  }
  reporter.report(
    value.at,
    "bad-value",
    "this is no file descriptor",
    "f, p.r, p.w, s.0, s.1, slot:I, or -1",
  );
  return null;
}

/** Whether there is such a slot; reports it where not. `alternative`: what else the hint says. */
export function compileSlot(slot: number, at: Position, scope: Scope, alternative?: string): boolean {
  const { reporter, slotCount } = scope;
  if (slotCount === 0) {
    reporter.report(
      at,
      "no-slots",
      "the file has no registered-file table",
      alternative === undefined ? "slots N" : `slots N; ${alternative}`,
    );
    return false;
  }
  if (slot >= 0 && slot < slotCount) return true;
  reporter.report(
    at,
    "out-of-range",
    `there is no slot ${slot}`,
    alternative === undefined ? `0 to ${slotCount - 1}` : `0 to ${slotCount - 1}; ${alternative}`,
  );
  return false;
}

function compileName(name: Word, scope: Scope): FdRef | null {
  const { reporter } = scope;
  const object = scope.object(name.text);
  switch (object?.kind) {
    case undefined:
      reportUndefined(reporter, name, "file, pipe or sockets", scope.objectNames);
      return null;
    case "file":
      return { kind: "file", file: object.id };
    case "pipe":
      reporter.report(name.at, "bad-fd", `\`${name.text}\` is a pipe`, `${name.text}.r or ${name.text}.w`);
      return null;
    case "sockets":
      reporter.report(
        name.at,
        "bad-fd",
        `\`${name.text}\` is two sockets`,
        `${name.text}.0 or ${name.text}.1`,
      );
      return null;
    case "buffer":
      reporter.report(name.at, "bad-fd", `\`${name.text}\` is a buffer`, `buf=${name.text}`);
      return null;
  }
}

function compileEnd({ of, end, at }: End, scope: Scope): FdRef | null {
  const { reporter } = scope;
  const object = scope.object(of.text);
  if (object === undefined) {
    reportUndefined(reporter, of, "pipe or sockets", scope.objectNames);
    return null;
  }
  if (object.kind === "pipe" && (end.text === "r" || end.text === "w")) {
    return { kind: "pipe", pipe: object.id, end: end.text };
  }
  if (object.kind === "sockets" && (end.text === "0" || end.text === "1")) {
    return { kind: "socket", sockets: object.id, end: end.text === "0" ? 0 : 1 };
  }
  const ends = object.kind === "pipe" ? ".r and .w" : object.kind === "sockets" ? ".0 and .1" : "no ends";
  reporter.report(
    at,
    "bad-fd",
    `a ${object.kind} has no end \`.${clip(end.text)}\``,
    `\`${of.text}\` has ${ends}`,
  );
  return null;
}
