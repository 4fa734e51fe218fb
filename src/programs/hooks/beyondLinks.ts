/**
 * Hooks that decide what comes next by a result or by data, small as they can be: a row each of the matrix' second part.
 * Members are the SQEs that a declaration hands over, counted from 0.
 */
import { type HookProgram, IOU_REGION_MEM } from "../../model/programs/index.js";
import { errorOf } from "../globals.js";
import { SQE } from "../sqe.js";
import { handed } from "./handed.js";

/** Member 1 where member 0's result is `value`, else member 2, if there is one. */
export const branch: HookProgram = handed({
  doc: "runs member 0, then member 1 if its result is value=, else member 2",
  required: ["value"],
  globals: { value: "i32" },
  start: (program) => program.submit(0),
  completed: (program, member, res) => {
    if (member === 0) program.submit(res === program.get("value") ? 1 : 2);
  },
});

/** User space sees each try. */
export const retry: HookProgram = handed({
  doc: "runs member 0 again while it fails with on=, times= times at most",
  required: ["on", "times"],
  globals: { on: "i32", times: "i32", tries: "i32" },
  start: (program) => program.submit(0),
  completed: (program, _member, res) => {
    program.set("tries", program.get("tries") + 1);
    if (res === program.get("on") && program.get("tries") < program.get("times")) program.submit(0);
  },
});

/** A copy that goes on behind short reads until member 0's length is reached; both members' files keep the position. */
export const copyAll: HookProgram = handed({
  doc: "runs member 0, member 1 with member 0's result for its length, and both again until all is copied",
  start: (program) => program.submit(0),
  completed: (program, member, res) => {
    if (res <= 0) return;
    if (member === 0) {
      program.setField(1, SQE.len, res);
      program.submit(1);
    } else {
      const left = program.field(0, SQE.len) - res;
      program.setField(0, SQE.len, left);
      if (left > 0) program.submit(0);
    }
  },
});

/** The length of what member 1 transfers is member 0's result. */
export const pass: HookProgram = handed({
  doc: "runs member 0, then member 1 with member 0's result for its length; nothing behind an error or 0",
  start: (program) => program.submit(0),
  completed: (program, member, res) => {
    if (member !== 0 || res <= 0) return;
    program.setField(1, SQE.len, res);
    program.submit(1);
  },
});

/** The file of member 1 is `is` or `other`. */
export const route: HookProgram = handed({
  doc: "runs member 0, then member 1 on the file is= if member 0's result is value=, else on other=",
  required: ["value", "is", "other"],
  globals: { value: "i32", is: "i32", other: "i32" },
  start: (program) => program.submit(0),
  completed: (program, member, res) => {
    if (member !== 0) return;
    program.setField(1, SQE.fd, program.get(res === program.get("value") ? "is" : "other"));
    program.submit(1);
  },
});

/** The last member when `need` of the others are through, however they ended. */
export const quorum: HookProgram = handed({
  doc: "runs all members but the last at once, and the last when need= of them are through",
  required: ["need"],
  globals: { need: "i32", through: "i32" },
  start: (program) => {
    for (let member = 0; member < program.members - 1; member++) program.submit(member);
  },
  completed: (program, member) => {
    const last = program.members - 1;
    if (member === last) return;
    program.set("through", program.get("through") + 1);
    if (program.get("through") === program.get("need")) program.submit(last);
  },
});

/** Members in their order, with no more than `depth` of them in flight. */
export const atMost: HookProgram = handed({
  doc: "runs all members in their order, at most depth= at once",
  required: ["depth"],
  globals: { depth: "i32", next: "i32" },
  start: (program) => {
    program.set("next", Math.min(program.get("depth"), program.members));
    for (let member = 0; member < program.get("next"); member++) program.submit(member);
  },
  completed: (program) => {
    program.submit(program.get("next"));
    program.set("next", program.get("next") + 1);
  },
});

/** The parameter region's first `stripe` bytes are XORed into the one behind them. */
export const parity: HookProgram = handed({
  doc: "runs member 0, writes the XOR of the parameter region's first stripe= bytes behind them, then runs member 1",
  required: ["stripe"],
  globals: { stripe: "i32" },
  start: (program) => program.submit(0),
  completed: (program, member) => {
    if (member !== 0) return;
    const stripe = program.get("stripe");
    const shared = program.view.getRegion(IOU_REGION_MEM, stripe + 1);
    if (shared === null) return;
    let sum = 0;
    for (let at = 0; at < stripe; at++) sum ^= shared.u8(at);
    shared.setU8(stripe, sum);
    program.submit(1);
  },
});

/** A soft link that takes one error for a success. */
export const tolerate: HookProgram = handed({
  doc: "runs member 0, then member 1 if that succeeds or fails with but=; else member 1 is told -ECANCELED",
  optional: ["but"],
  globals: { but: "i32" },
  start: (program) => program.submit(0),
  completed: (program, member, res) => {
    if (member !== 0) return;
    if (res >= 0 || res === program.get("but")) program.submit(1);
    else program.complete(1, errorOf("ECANCELED"));
  },
});

/** Nobody sees that member 2 was not needed. */
export const rescue: HookProgram = handed({
  doc: "runs members 0 and 1, one behind the other, and member 2 as soon as one of them fails",
  start: (program) => program.submit(0),
  completed: (program, member, res) => {
    if (member === 2) return;
    if (res < 0) program.submit(2);
    else if (member === 0) program.submit(1);
  },
});

/** Both at once; what member 0 says is whether member 1 is still wanted. */
export const cancelBy: HookProgram = handed({
  doc: "runs members 0 and 1 at once, and cancels member 1 if member 0's result is value=",
  required: ["value"],
  globals: { value: "i32" },
  start: (program) => {
    program.submit(0);
    program.submit(1);
  },
  completed: (program, member, res) => {
    if (member === 0 && res === program.get("value") && program.isInFlight(1)) program.cancel(1);
  },
});

/** The first that is through cancels the others. */
export const race: HookProgram = handed({
  doc: "runs all members at once, and cancels the others when the first is through",
  globals: { won: "i32" },
  start: (program) => {
    for (let member = 0; member < program.members; member++) program.submit(member);
  },
  completed: (program) => {
    if (program.get("won") === 1) return;
    program.set("won", 1);
    for (let other = 0; other < program.members; other++)
      if (program.isInFlight(other)) program.cancel(other);
  },
});

/** User space sees one CQE, which is the last member's: the sum. */
export const sum: HookProgram = handed({
  doc: "runs all members but the last, takes their CQEs, and completes the last with the sum of their results",
  globals: { sum: "i32", through: "i32" },
  start: (program) => {
    for (let member = 0; member < program.members - 1; member++) program.submit(member);
  },
  completed: (program, member, res) => {
    const last = program.members - 1;
    if (member === last) return;
    program.take();
    program.set("sum", program.get("sum") + res);
    program.set("through", program.get("through") + 1);
    if (program.get("through") === last) program.complete(last, program.get("sum"));
  },
});

/** A loop whose count is known when it is written. */
export const repeat: HookProgram = handed({
  doc: "runs member 0 times= times, one behind the other, while it succeeds",
  required: ["times"],
  globals: { times: "i32", runs: "i32" },
  start: (program) => program.submit(0),
  completed: (program, _member, res) => {
    program.set("runs", program.get("runs") + 1);
    if (res >= 0 && program.get("runs") < program.get("times")) program.submit(0);
  },
});
