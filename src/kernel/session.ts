/** Runs of one scenario, one after the other, in this process. */
import { SQE_BYTES } from "../model/bytes/sqeFields.js";
import { errnoNumber, formatRes } from "../model/errno.js";
import type { Outcome } from "../model/outcome.js";
import type { Scenario } from "../model/scenario.js";
import { type Layout, layOut } from "./layout.js";
import { Memory } from "./memory.js";
import { Objects } from "./objects.js";
import { ManyPlayers, OnePlayer, type Players } from "./players.js";
import { probe } from "./probe.js";
import { Run } from "./run.js";
import { encodeSqe } from "./sqe.js";
import type { Syscalls } from "./syscalls.js";
import { STARVED_MS } from "./thread.js";
import { type Traits, traitsOf } from "./traits.js";
import { Unsupported } from "./unsupported.js";
import { Load, Variation } from "./variation.js";

export interface SessionOptions {
  readonly seed: number;
  readonly reuse: boolean;
  readonly hangMs: number | null;
  /** All waiting for what may still come is this much longer: more than 1 on a busy machine. */
  readonly patience: number;
  /** Folder of the run's files. */
  readonly folder: string;
}

/**
 * A run that was held up so long that its times mean nothing is `late`; one in which the kernel answered what the
 * file's `may` does not list is `unlisted`, `by` whom. Neither says anything about the file's question.
 */
export type RunResult =
  | { readonly kind: "ran"; readonly outcome: Outcome }
  | { readonly kind: "late" }
  | { readonly kind: "unlisted"; readonly by: string };

/** Beyond the longest declared time, how long a blocked thread is left blocked. */
const HANG_MARGIN_MS = 100;
const HANG_INLINE_MS = 20;
/** An SQ thread, and the sleep of one that is torn down, want a processor to themselves. */
const HANG_SQPOLL_MS = 500;
/** Every so many runs one lingers at its end, for a CQE that should not come; inline ones, that are short, seldom do. */
const LINGER_EVERY = 256;
const LINGER_EVERY_INLINE = 2048;
const LINGER_MS = 0.5;
/** Every so many runs one begins with its files out of the page cache, which takes a write to their disk. */
const COLD_FILES_EVERY = 16;

/** Why no kernel can run the scenario, found by encoding all of it. @throws {Unsupported} */
function encodeAll(run: Run): void {
  const view = new DataView(new ArrayBuffer(SQE_BYTES));
  for (const sqe of run.scenario.sqes) {
    try {
      encodeSqe(sqe, run, { view, offset: 0 });
    } catch (error) {
      if (error instanceof Unsupported)
        throw new Unsupported(`line ${sqe.line}, ${sqe.label}: ${error.message}`);
      throw error;
    }
  }
  for (const thread of run.scenario.threads) {
    for (const statement of thread.code) {
      if ("fd" in statement && statement.fd?.kind === "slot") {
        throw new Unsupported(`line ${statement.line}: a plain system call knows no slots`);
      }
    }
  }
}

const numberOf = (name: string): number => -(errnoNumber(name) ?? 0);
/** Results of an operation that a signal interrupted in io-wq. */
const INTERRUPTED: readonly number[] = ["EINTR", "ERESTARTSYS"].map(numberOf);
/** Results that come from outside an operation, whatever its `may` lists. */
const OUTSIDE_RESULTS: readonly number[] = [numberOf("ECANCELED"), ...INTERRUPTED];

/** The first CQE whose result its SQE's `may` rules out, in words; null: there is none. */
function unlistedResult(scenario: Scenario, outcome: Outcome): string | null {
  for (const cqes of outcome.cq) {
    for (const [label, res] of cqes) {
      const sqe = scenario.sqes[label];
      if (sqe === undefined || sqe.may === null || sqe.prepError !== null) continue;
      if (sqe.may.includes(res) || sqe.intr === res) continue;
      // With `intr` the file says what an interruption gives: another kernel's answer is to another question.
      if (OUTSIDE_RESULTS.includes(res) && (sqe.intr === null || !INTERRUPTED.includes(res))) continue;
      return `${sqe.label} had the result ${formatRes(res)}`;
    }
  }
  return null;
}

export class Session {
  readonly features: readonly string[];
  private readonly run: Run;
  private readonly objects: Objects;
  private readonly players: Players;
  private readonly variation: Variation;
  private readonly reuse: boolean;
  /** Some SQE has a `may`. */
  private readonly hasLists: boolean;
  private isOpen = false;
  private runs = 0;

  /**
   * @param entry the module that worker threads start in
   * @throws {Unsupported} with the reason where this kernel cannot run the scenario
   */
  constructor(sys: Syscalls, scenario: Scenario, options: SessionOptions, entry: URL) {
    const traits = traitsOf(scenario);
    const layout: Layout = layOut(scenario);
    const hangMs = options.hangMs ?? hangLimitMs(traits);
    this.run = new Run(sys, scenario, layout, Memory.map(sys, layout.bytes), hangMs, options.patience);
    this.features = probe(sys, this.run.memory, layout, scenario);
    encodeAll(this.run);
    const hasMany = scenario.threads.length > 1;
    this.variation = new Variation(sys, traits, options.seed, new Load(entry));
    this.objects = new Objects(this.run, options.folder, hasMany);
    this.players = hasMany
      ? new ManyPlayers(this.run, this.variation, options.seed, entry)
      : new OnePlayer(this.run, this.variation);
    this.reuse = options.reuse && traits.leavesNothing;
    this.hasLists = scenario.sqes.some((sqe) => sqe.may !== null);
  }

  /** One run from a fresh state. */
  next(): RunResult {
    const { run, objects } = this;
    if (this.isOpen) objects.again();
    else {
      objects.open({
        areCold: this.runs % COLD_FILES_EVERY === COLD_FILES_EVERY - 1,
        // All ways in which the first few can be slow and quick, one after the other.
        slowPaths: this.runs,
      });
    }
    this.isOpen = true;
    const lingerEvery = run.traits.isInline ? LINGER_EVERY_INLINE : LINGER_EVERY;
    const lingerMs = this.runs % lingerEvery === 0 ? LINGER_MS : 0;
    const { hung, lateMs } = this.players.play(this.variation.salt(), lingerMs);
    this.runs += 1;
    const outcome = objects.outcome(hung);
    const isLate = run.traits.gapMs !== null && lateMs > run.traits.gapMs * 0.4;
    if (!this.reuse || hung || run.ring(0).unconsumed() > 0) this.closeRun();
    if (isLate) return { kind: "late" };
    const by = this.hasLists ? unlistedResult(run.scenario, outcome) : null;
    return by === null ? { kind: "ran", outcome } : { kind: "unlisted", by };
  }

  private closeRun(): void {
    const { run, objects } = this;
    let left = false;
    for (let ring = 0; ring < run.scenario.rings.length; ring++) {
      for (const req of run.queued(ring)) if (!run.hasFinal(ring, req)) left = true;
    }
    objects.filesAreStale = left || run.scenario.sqes.some(({ operation }) => operation.opcode === "OTHER");
    objects.close();
    this.isOpen = false;
  }

  dispose(): void {
    if (this.isOpen) this.closeRun();
    this.players.dispose();
    this.objects.dispose();
  }
}

/** Milliseconds after which a blocked thread is taken to be blocked for ever. */
export function hangLimitMs(traits: Traits): number {
  if (traits.isInline) return HANG_INLINE_MS;
  return traits.horizonMs + (traits.hasSqThread ? HANG_SQPOLL_MS : HANG_MARGIN_MS);
}

/** Milliseconds that a run may take before its process is given up. */
export function runLimitMs(scenario: Scenario, hangMs: number | null): number {
  const traits = traitsOf(scenario);
  const blocked = hangMs ?? hangLimitMs(traits);
  return 2000 + STARVED_MS + 3 * (blocked + traits.horizonMs);
}
