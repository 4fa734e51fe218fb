/** What a guest needs of this machine, and where it is. */
import { accessSync, constants } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, join } from "node:path";
import type { KernelReport } from "../runner.js";
import { type GuestVersion, guestKernel, guestsFolder } from "./cache.js";

export type Unsupported = Extract<KernelReport, { kind: "unsupported" }>;

export interface GuestTools {
  readonly qemu: string;
  readonly gcc: string;
  /** The kernel's image. */
  readonly image: string;
  readonly packageName: string;
}

const QEMU = "qemu-system-x86_64";

/** The paths of all that is needed, or the first thing that is missing, with what to do. */
export function guestTools(version: GuestVersion): GuestTools | Unsupported {
  if (process.platform !== "linux" || process.arch !== "x64") {
    const here = `${process.platform} on ${process.arch}`;
    return missing(
      `a guest runs this machine's own node, and this is ${here}`,
      "run it on Linux on a 64-bit PC",
    );
  }
  const qemu = findProgram(QEMU);
  if (qemu === null) return missing(`${QEMU} is not installed`, "Debian's package qemu-system-x86 has it");
  const gcc = findProgram("gcc");
  if (gcc === null)
    return missing("gcc is not installed, which builds the guest's init", "Debian's packages gcc, libc6-dev");
  const kernel = guestKernel(version);
  if (kernel === null) {
    return missing(
      `there is no kernel for the guest ${version} in ${guestsFolder()}`,
      `scripts/fetch-guests ${version} (Debian's package linux-image-${version}*-cloud-amd64)`,
    );
  }
  try {
    createRequire(import.meta.url).resolve("koffi");
  } catch {
    return missing("koffi is not installed", "npm install koffi (an optional dependency)");
  }
  return { qemu, gcc, ...kernel };
}

function missing(reason: string, hint: string): Unsupported {
  return { kind: "unsupported", reason, hint };
}

function findProgram(name: string): string | null {
  for (const folder of (process.env["PATH"] ?? "").split(delimiter)) {
    if (folder === "") continue;
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not in this folder.
    }
  }
  return null;
}
