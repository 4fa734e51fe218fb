/** From a thread's statements to its program: names resolved, `if` flattened to forward jumps. */
import type { FdRef, Instruction, ProgramRef, ReqId, RingId, ThreadId, ValueId } from "../model/scenario.js";
import { compileCondition } from "./conditions.js";
import { compileFd, compileSlot } from "./fd.js";
import { INT_MAX } from "./limits.js";
import { reportUndefined } from "./names.js";
import { compileRequest } from "./operands.js";
import { statementHead } from "./print.js";
import { oneOperation, programNamed, programNames } from "./programs.js";
import type { Scope } from "./scope.js";
import { suggest } from "./suggest.js";
import type { Block, Fd, Integer, SqeSyntax, Statement, Word } from "./syntax.js";

/** The program of thread `thread`. `userData`: the user_data of each SQE, by ReqId. */
export function compileThread(
  body: Block<Statement>,
  thread: ThreadId,
  scope: Scope,
  userData: readonly ReqId[],
): readonly Instruction[] {
  const code: Instruction[] = [];
  compileBlock(body, { scope, thread, userData, code, attached: new Map() });
  return code;
}

interface Target {
  readonly scope: Scope;
  readonly thread: ThreadId;
  readonly userData: readonly ReqId[];
  readonly code: Instruction[];
  /** The rings to which this thread attached programs, the last one each, in textual order. */
  readonly attached: Map<string, RingId>;
}

function compileBlock(block: Block<Statement>, target: Target): void {
  for (const statement of block.items) compileStatement(statement, target);
}

function compileStatement(statement: Statement, target: Target): void {
  const { scope, thread, userData, code } = target;
  const { reporter } = scope;
  const origin = { text: statementHead(statement), line: statement.at.line };
  switch (statement.kind) {
    case "queue": {
      const ring = ringOf(statement.ring, statement, scope);
      code.push({ ...origin, do: "queue", ring, sqes: compileBatch(statement.sqes, ring, scope) });
      return;
    }
    case "submit": {
      const { sqes, ring, at } = statement;
      compileStatement({ kind: "queue", ring, sqes, at }, target);
      const submit: Integer = { kind: "int", value: sqes.items.length, at };
      const ringId = ring === null ? 0 : (scope.ring(ring.text) ?? 0);
      compileEnter({ ...statement, kind: "enter", submit }, ringId, target);
      return;
    }
    case "enter":
      compileEnter(statement, ringOf(statement.ring, statement, scope), target);
      return;
    case "reap": {
      const max = count(statement.max, scope, 1);
      const ring = ringOf(statement.ring, statement, scope);
      code.push({ ...origin, do: "reap", ring, max, bind: valueId(statement.bind, scope) });
      return;
    }
    case "peek": {
      const ring = ringOf(statement.ring, statement, scope);
      code.push({ ...origin, do: "peek", ring, bind: valueId(statement.bind, scope) });
      return;
    }
    case "sqflags": {
      const ring = ringOf(statement.ring, statement, scope);
      code.push({ ...origin, do: "sqflags", ring, bind: valueId(statement.bind, scope) ?? 0 });
      return;
    }
    case "await": {
      const req = compileRequest(statement.label, scope, []);
      if (req !== null) code.push({ ...origin, do: "await", ring: scope.sqes[req]!.ring, req });
      return;
    }
    case "write": {
      const fd = plainFd(statement.fd, scope);
      if (fd?.kind === "pipe" && fd.end === "r") {
        reporter.report(statement.fd.at, "bad-fd", "this is the end to read from", "a thread writes to p.w");
      }
      if (fd !== null) code.push({ ...origin, do: "write", fd, data: statement.data.text });
      return;
    }
    case "read": {
      const fd = plainFd(statement.fd, scope);
      if (fd?.kind === "pipe" && fd.end === "w") {
        reporter.report(statement.fd.at, "bad-fd", "this is the end to write to", "a thread reads from p.r");
      }
      const len = count(statement.len, scope) ?? 0;
      if (fd !== null) code.push({ ...origin, do: "read", fd, len });
      return;
    }
    case "close": {
      const fd = plainFd(statement.fd, scope);
      if (fd !== null) code.push({ ...origin, do: "close", fd });
      return;
    }
    case "slot": {
      const fd = plainFd(statement.fd, scope);
      const slot = statement.slot.value;
      if (compileSlot(slot, statement.slot.at, scope) && fd !== null) {
        code.push({ ...origin, do: "slot", slot, fd });
      }
      return;
    }
    case "clear": {
      const slot = statement.slot.value;
      if (compileSlot(slot, statement.slot.at, scope)) code.push({ ...origin, do: "slot", slot, fd: null });
      return;
    }
    case "sync_cancel": {
      const { target: label } = statement;
      const req = label.text === "none" ? null : compileRequest(label, scope, []);
      // Without a ring of its own, it means the one that its target is queued on.
      const ring =
        statement.ring === null && req !== null
          ? scope.sqes[req]!.ring
          : ringOf(statement.ring, statement, scope);
      const bind = valueId(statement.bind, scope);
      code.push({
        ...origin,
        do: "sync_cancel",
        ring,
        target: req === null ? "none" : (userData[req] ?? req),
        bind,
      });
      return;
    }
    case "signal": {
      const { text, at } = statement.thread;
      const target = scope.threads.findIndex(({ name }) => name.text === text);
      const names = scope.threads.map(({ name }) => name.text);
      if (target < 0) {
        reporter.report(at, "undefined-name", `there is no thread \`${text}\``, suggest(text, names));
      } else if (target === thread) {
        reporter.report(
          at,
          "contradiction",
          "a thread that sends itself a signal is in no call that it ends",
        );
      } else code.push({ ...origin, do: "signal", thread: target });
      return;
    }
    case "sleep":
      code.push({ ...origin, do: "sleep", time: statement.time.ms });
      return;
    case "if": {
      const condition = compileCondition(statement.condition, scope, thread);
      const branch = code.length;
      code.push({ ...origin, do: "jump", to: 0 });
      compileBlock(statement.body, target);
      const jump = code.length;
      if (statement.otherwise !== null) code.push({ ...origin, text: "else", do: "jump", to: 0 });
      code[branch] = { ...origin, do: "branch", condition, otherwise: code.length };
      if (statement.otherwise !== null) {
        compileBlock(statement.otherwise, target);
        code[jump] = { ...origin, text: "else", do: "jump", to: code.length };
      }
      return;
    }
    case "drive": {
      const found = programNamed(statement.hook, scope.programs);
      if (found?.kind === "hook") code.push({ ...origin, do: "drive", hook: found.hook });
      else reportUndefined(reporter, statement.hook, "hook", programNames(scope.programs));
      return;
    }
    case "attach":
    case "detach": {
      const what = programOf(statement, target);
      const bind = valueId(statement.bind, scope);
      if (what !== null) code.push({ ...origin, do: statement.kind, what, bind });
      return;
    }
  }
}

/** `detach` means the ring of the `attach` above it, else the one of the declaration. */
function programOf(
  statement: Extract<Statement, { readonly kind: "attach" | "detach" }>,
  { scope, attached }: Target,
): ProgramRef | null {
  const { programs, reporter } = scope;
  const { what } = statement;
  const found = programNamed(what, programs);
  if (found === undefined) {
    reportUndefined(reporter, what, "hook or operation", programNames(programs));
    return null;
  }
  const named = statement.kind === "attach" ? ringOf(statement.ring, statement, scope) : null;
  const at = named ?? attached.get(what.text) ?? null;
  if (named !== null) attached.set(what.text, named);
  if (found.kind === "hook") {
    return { kind: "hook", hook: found.hook, ring: at ?? programs.hooks[found.hook]!.ring };
  }
  const operation = oneOperation(what, found.ids, at, programs, reporter);
  if (operation === null) return null;
  return { kind: "operation", operation, ring: at ?? programs.operations[operation]!.ring };
}

function compileEnter(
  enter: Extract<Statement, { readonly kind: "enter" }>,
  ring: RingId,
  { scope, code }: Target,
): void {
  const { timeout, wait } = enter;
  if (timeout !== null && wait === null) {
    const hint = "wait N timeout T";
    scope.reporter.report(timeout.at, "contradiction", "nothing waits, and `timeout` ends a wait", hint);
  }
  code.push({
    text: statementHead(enter),
    line: enter.at.line,
    do: "enter",
    ring,
    submit: count(enter.submit, scope) ?? 0,
    wait: count(wait, scope),
    timeout: timeout?.ms ?? null,
    bind: valueId(enter.bind, scope),
  });
}

function compileBatch(block: Block<SqeSyntax>, ring: RingId, scope: Scope): readonly ReqId[] {
  const entries = scope.rings[ring]?.sqEntries ?? Number.POSITIVE_INFINITY;
  const tooMany = block.items[entries];
  if (tooMany !== undefined) {
    const hint = `ring ${scope.rings[ring]!.name} { sq ${block.items.length} }`;
    scope.reporter.report(tooMany.at, "out-of-range", `the SQ holds only ${entries} SQEs`, hint);
  }
  return block.items.flatMap((sqe): readonly number[] => {
    const label = scope.label(sqe.label.text);
    return label === undefined ? [] : [label];
  });
}

function ringOf(name: Word | null, statement: Statement, scope: Scope): RingId {
  const names = scope.rings.map((ring) => ring.name);
  if (name === null) {
    if (names.length > 1) {
      const message = `the file has ${names.length} rings`;
      scope.reporter.report(
        statement.at,
        "ring-needed",
        message,
        `${statement.kind} ${names.join(", or: ")}`,
      );
    }
    return 0;
  }
  const ring = scope.ring(name.text);
  if (ring === undefined) reportUndefined(scope.reporter, name, "ring", names);
  return ring ?? 0;
}

function valueId(name: Word | null, scope: Scope): ValueId | null {
  return name === null ? null : (scope.value(name.text) ?? null);
}

function count(number: Integer | null, scope: Scope, min = 0): number | null {
  if (number === null) return null;
  if (number.value >= min && number.value <= INT_MAX) return number.value;
  scope.reporter.report(number.at, "out-of-range", `${number.value} is out of range`, `${min} to ${INT_MAX}`);
  return min;
}

/** A descriptor of a system call: slots are io_uring's alone. */
function plainFd(fd: Fd, scope: Scope): FdRef | null {
  if (fd.kind === "slot") {
    scope.reporter.report(
      fd.at,
      "bad-fd",
      "a slot is no descriptor of a system call",
      "f, p.r, p.w, s.0 or s.1",
    );
    return null;
  }
  return compileFd(fd, scope, false);
}
