/** One boot of a guest under QEMU: the lines that it says, until it ends or says nothing for too long. */
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { GuestTools } from "./needs.js";
import type { GuestLine } from "./protocol.js";

/** A guest that says nothing for this long has hung; its longest scenario is cut long before. */
const SILENCE_LIMIT_MS = 240_000;
const MEMORY_MIB = 1024;
/** Of the console, what is shown where a guest has failed. */
const CONSOLE_TAIL_LINES = 8;

export type MachineEnd =
  | { readonly kind: "ended" }
  | { readonly kind: "outOfTime" }
  | { readonly kind: "failed"; readonly reason: string };

/**
 * Boots and listens. `folder` is for the console's log. QEMU is killed where `untilMs` (of performance.now) is
 * reached, where the guest is silent, and where this process ends.
 */
export function runMachine(
  tools: GuestTools,
  initramfs: string,
  folder: string,
  untilMs: number,
  listen: (line: GuestLine) => void,
): Promise<MachineEnd> {
  return new Promise((resolve) => {
    const console = join(folder, "console.log");
    const qemu = spawn(
      tools.qemu,
      [
        // No KVM: inside a virtual machine it is often there and does not work, and an emulated guest is the same everywhere.
        ...["-accel", "tcg", "-m", String(MEMORY_MIB), "-smp", "2", "-nodefaults", "-display", "none"],
        ...["-no-reboot", "-kernel", tools.image, "-initrd", initramfs],
        ...["-append", "console=ttyS0 quiet panic=-1 mitigations=off"],
        ...["-serial", `file:${console}`, "-serial", "stdio"],
      ],
      { stdio: ["ignore", "pipe", "pipe"] },
    );
    let end: MachineEnd | null = null;
    let stderr = "";
    const kill = (why: MachineEnd): void => {
      end ??= why;
      qemu.kill("SIGKILL");
    };
    const killAtExit = (): void => void qemu.kill("SIGKILL");
    process.once("exit", killAtExit);
    const silent = (): MachineEnd => ({
      kind: "failed",
      reason: `the guest said nothing for ${SILENCE_LIMIT_MS / 1000} s`,
    });
    let watchdog = setTimeout(() => kill(silent()), SILENCE_LIMIT_MS);
    const total = setTimeout(() => kill({ kind: "outOfTime" }), Math.max(0, untilMs - performance.now()));
    createInterface({ input: qemu.stdout }).on("line", (text) => {
      clearTimeout(watchdog);
      watchdog = setTimeout(() => kill(silent()), SILENCE_LIMIT_MS);
      const line = parse(text);
      if (line === null)
        kill({ kind: "failed", reason: `the guest said ${JSON.stringify(text.slice(0, 80))}` });
      else {
        if (line.kind === "done") end ??= { kind: "ended" };
        listen(line);
      }
    });
    qemu.stderr.on("data", (text: Buffer) => {
      if (stderr.length < 10_000) stderr += text.toString();
    });
    qemu.on("error", (error) => {
      end ??= { kind: "failed", reason: error.message };
    });
    qemu.on("close", () => {
      clearTimeout(watchdog);
      clearTimeout(total);
      process.removeListener("exit", killAtExit);
      const said = [stderr.trim(), tailOf(console)].filter((part) => part !== "").join("; ");
      resolve(end ?? { kind: "failed", reason: `the guest ended early: ${said === "" ? "silently" : said}` });
    });
  });
}

function parse(text: string): GuestLine | null {
  try {
    return JSON.parse(text) as GuestLine;
  } catch {
    return null;
  }
}

function tailOf(file: string): string {
  if (!existsSync(file)) return "";
  const lines = readFileSync(file, "latin1").split(/\r?\n/);
  return lines
    .map((line) => line.replace(/[^\x20-\x7e]/g, "").trim())
    .filter((line) => line !== "")
    .slice(-CONSOLE_TAIL_LINES)
    .join("; ");
}
