/** The same scenario with all its times longer or shorter: on a busy machine, milliseconds apart are not apart enough. */
import type { Instruction, Operation, Scenario, Time } from "../model/scenario.js";

/** Multiplies every finite time of timers and threads; nothing else changes, and what `time ordered` says stays true. */
export function scaleTimes(scenario: Scenario, factor: number): Scenario {
  if (factor === 1) return scenario;
  const scaled = (time: Time): Time => (time === null ? null : time * factor);
  const operation = (op: Operation): Operation => {
    switch (op.opcode) {
      case "TIMEOUT":
      case "LINK_TIMEOUT":
        return { ...op, ts: scaled(op.ts) };
      case "TIMEOUT_REMOVE":
        return op.update === null ? op : { ...op, update: { ...op.update, ts: scaled(op.update.ts) } };
      default:
        return op;
    }
  };
  const instruction = (statement: Instruction): Instruction => {
    if (statement.do === "sleep") return { ...statement, time: scaled(statement.time) };
    if (statement.do === "enter") return { ...statement, timeout: scaled(statement.timeout) };
    return statement;
  };
  return {
    ...scenario,
    sqes: scenario.sqes.map((sqe) => ({ ...sqe, operation: operation(sqe.operation) })),
    threads: scenario.threads.map(({ name, code }) => ({ name, code: code.map(instruction) })),
  };
}
