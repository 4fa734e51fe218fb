/** Scenarios on another kernel, as a guest under QEMU: the same runner, inside it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Scenario } from "../../model/scenario.js";
import { whyNoKernel } from "../programs.js";
import type { KernelReport } from "../runner.js";
import type { GuestVersion } from "./cache.js";
import { writeInitramfs } from "./initramfs.js";
import { type MachineEnd, runMachine } from "./machine.js";
import { guestTools, type Unsupported } from "./needs.js";
import type { GuestLine } from "./protocol.js";

export interface GuestOptions {
  /** Runs of each scenario. */
  readonly runs: number;
  readonly seed?: number;
  /** All times of a scenario are multiplied by this: an emulated processor is slow. */
  readonly timeScale?: number;
  /** Milliseconds of the whole call, boots included. */
  readonly timeoutMs?: number;
}

/** What comes of a scenario, by its place in the list; each has exactly one `report` or `failed`. */
export type GuestEvent =
  | { readonly kind: "up"; readonly release: string; readonly version: string }
  | { readonly kind: "begin"; readonly at: number }
  | { readonly kind: "report"; readonly at: number; readonly report: KernelReport }
  /** The runner failed, the guest crashed or hung with this scenario, or the time was over before. */
  | { readonly kind: "failed"; readonly at: number; readonly reason: string };

/** Tenfold where milliseconds are far enough apart on a processor of the host's own. */
export const GUEST_TIME_SCALE = 10;
export const GUEST_TIMEOUT_MS = 3_600_000;
/** Boots without a scenario that got any further. */
const FRUITLESS_BOOTS_MAX = 2;
/** Seconds after which a guest that nobody ends ends itself, beyond its limit. */
const ALARM_MARGIN_SECONDS = 30;

/**
 * Runs the scenarios in order, those that no kernel can run left out, and tells of each as soon as it is known. A scenario that takes the guest down is
 * `failed`, and the guest is booted again for those after it. Resolves to what is missing, or to null when all were told.
 *
 * @throws where the build is missing or the init cannot be compiled
 */
export async function runOnGuest(
  version: GuestVersion,
  scenarios: readonly Scenario[],
  options: GuestOptions,
  listen: (event: GuestEvent) => void,
): Promise<Unsupported | null> {
  const asked: number[] = [];
  for (const [at, scenario] of scenarios.entries()) {
    const report = whyNoKernel(scenario);
    if (report === null) asked.push(at);
    else listen({ kind: "report", at, report });
  }
  return runThose(
    version,
    asked.map((at) => scenarios[at]!),
    options,
    (event) => listen("at" in event ? { ...event, at: asked[event.at]! } : event),
  );
}

async function runThose(
  version: GuestVersion,
  scenarios: readonly Scenario[],
  options: GuestOptions,
  listen: (event: GuestEvent) => void,
): Promise<Unsupported | null> {
  const tools = guestTools(version);
  if ("kind" in tools) return tools;
  const timeoutMs = options.timeoutMs ?? GUEST_TIMEOUT_MS;
  const untilMs = performance.now() + timeoutMs;
  const folder = mkdtempSync(join(tmpdir(), "ringspec-guest-"));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  process.once("exit", remove);
  try {
    let told = 0;
    for (let fruitless = 0; told < scenarios.length; ) {
      const before = told;
      const initramfs = join(folder, "initramfs.cpio");
      const { runs, seed = 1, timeScale = GUEST_TIME_SCALE } = options;
      const job = { scenarios: scenarios.slice(before), runs, seed, timeScale };
      writeInitramfs(initramfs, tools.gcc, job, (untilMs - performance.now()) / 1000 + ALARM_MARGIN_SECONDS);
      let begun = -1;
      const end = await runMachine(tools, initramfs, folder, untilMs, (line) => {
        const event = shift(line, before);
        if (event === null) return;
        if (event.kind === "begin") begun = event.at;
        if (event.kind === "report" || event.kind === "failed") told = event.at + 1;
        listen(event);
      });
      if (told === scenarios.length) break;
      if (begun === told && end.kind !== "outOfTime") {
        listen({ kind: "failed", at: told++, reason: reasonOf(end, timeoutMs) });
        continue;
      }
      fruitless = told > before ? 0 : fruitless + 1;
      if (end.kind === "outOfTime" || fruitless === FRUITLESS_BOOTS_MAX) {
        while (told < scenarios.length)
          listen({ kind: "failed", at: told++, reason: reasonOf(end, timeoutMs) });
      }
    }
    return null;
  } finally {
    process.removeListener("exit", remove);
    remove();
  }
}

function reasonOf(end: MachineEnd, timeoutMs: number): string {
  if (end.kind === "failed") return end.reason;
  if (end.kind === "outOfTime") return `the guest's time of ${timeoutMs / 1000} s was over`;
  return "the guest ended early";
}

/** The guest counts from the first scenario that it was given. */
function shift(line: GuestLine, by: number): GuestEvent | null {
  if (line.kind === "done") return null;
  return line.kind === "up" ? line : { ...line, at: line.at + by };
}
