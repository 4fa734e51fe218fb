/** Virtual time: which timers are armed, which may expire next, and how the clock moves. Stands for the hrtimers behind io_uring's timeouts. */
import { type Machine, remove } from "./machine.js";
import type { Time } from "./scenario.js";
import { type Context, type Request, TIMER_CONTEXT } from "./state.js";

function holderOf(m: Machine, timer: number): Request | Context {
  return (timer >= TIMER_CONTEXT ? m.s.contexts[timer - TIMER_CONTEXT] : m.s.reqs[timer]) as
    | Request
    | Context;
}

/** Starts a timer. A `never` is remembered as -1 and does not run; an absolute time counts from the start of the run. */
export function armTimer(m: Machine, timer: number, time: Time, absolute: boolean): void {
  const holder = holderOf(m, timer);
  if (time === null) {
    holder.timer = -1;
    return;
  }
  holder.timer = absolute ? Math.max(0, time - m.s.now) : time;
  m.s.timers.push(timer);
}

/** Stops a timer, whether or not it runs. */
export function disarmTimer(m: Machine, timer: number): void {
  holderOf(m, timer).timer = 0;
  remove(m.s.timers, timer);
}

/**
 * Whether an armed timer may expire now. `time free`: always. `time ordered`: its time has come, and no timer of the
 * same moment was armed before it.
 */
export function mayExpire(m: Machine, timer: number): boolean {
  if (!m.ordered) return true;
  for (const other of m.s.timers) {
    if (holderOf(m, other).timer > 0) continue;
    return other === timer;
  }
  return false;
}

/** Whether a timer runs and its time has come, whatever else expires at that moment. */
export function isDue(m: Machine, timer: number): boolean {
  return m.s.timers.includes(timer) && (!m.ordered || holderOf(m, timer).timer === 0);
}

/** Whether the clock can be moved: some timer runs. */
export function canAdvance(m: Machine): boolean {
  return m.ordered && m.s.timers.length > 0;
}

/** Moves the clock to the next expiry. */
export function advanceClock(m: Machine): void {
  let delta = Number.MAX_SAFE_INTEGER;
  for (const timer of m.s.timers) delta = Math.min(delta, holderOf(m, timer).timer);
  for (const timer of m.s.timers) holderOf(m, timer).timer -= delta;
  if (m.plan.absolute) m.s.now += delta;
}
