/** What the name of a semantics profile says about the kernel: properties differ by version in a few places. */
import { isProfileName, type Profile, profileOf } from "../model/profile.js";

/** `null`: no kernel, the manual pages (`documented`). */
export type Kernel = { readonly major: number; readonly minor: number } | null;

/** The kernel that a posted series was for. */
const BASES: readonly (readonly [prefix: string, kernel: string])[] = [
  ["loop-v3", "linux-6.18"],
  ["bpf-op-v1", "linux-6.18"],
  ["bpf-op-v3", "linux-7.1"],
  ["bpf-op-v4", "linux-7.1"],
];

/** Of `linux-6.18`, and of what was posted for one, such as `bpf-op-v3`; anything else is no kernel. */
export function kernelOf(profile: string): Kernel {
  const base = BASES.find(([prefix]) => profile.startsWith(prefix))?.[1] ?? profile;
  const match = /linux-(\d+)\.(\d+)/.exec(base);
  return match === null ? null : { major: Number(match[1]), minor: Number(match[2]) };
}

/** Whether `kernel` is that version or a later one. False of `documented`. */
export function isAtLeast(kernel: Kernel, major: number, minor: number): boolean {
  return kernel !== null && (kernel.major > major || (kernel.major === major && kernel.minor >= minor));
}

/** What a profile says about custom operations and loop hooks; null: of a name that is no profile's. */
export function programsOf(
  profile: string,
): Pick<Profile, "operations" | "hooks" | "cleanupOnPrepFail"> | null {
  return isProfileName(profile) ? profileOf(profile) : null;
}
