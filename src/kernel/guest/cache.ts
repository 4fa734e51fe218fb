/** Where guests' kernels and the unchanging part of their file system are kept between calls. */
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** Debian's kernels that can be guests, by the number that `uname -r` begins with. */
export const GUEST_VERSIONS = ["6.1", "6.12"] as const;
export type GuestVersion = (typeof GUEST_VERSIONS)[number];

export function isGuestVersion(text: string): text is GuestVersion {
  return GUEST_VERSIONS.some((version) => version === text);
}

/** `$XDG_CACHE_HOME/ringspec/guests`, by default below ~/.cache; scripts/fetch-guests has the same rule. */
export function guestsFolder(): string {
  const { XDG_CACHE_HOME } = process.env;
  const base = XDG_CACHE_HOME?.startsWith("/") ? XDG_CACHE_HOME : join(homedir(), ".cache");
  return join(base, "ringspec", "guests");
}

export interface GuestKernel {
  readonly image: string;
  /** The Debian package and its version, for messages. */
  readonly packageName: string;
}

/** The kernel that scripts/fetch-guests has put there; null: none. */
export function guestKernel(version: GuestVersion): GuestKernel | null {
  const folder = join(guestsFolder(), version);
  const image = join(folder, "vmlinuz");
  const named = join(folder, "package");
  if (!existsSync(image)) return null;
  return { image, packageName: existsSync(named) ? readFileSync(named, "utf8").trim() : "unknown" };
}
