/** A side of a comparison as the user names it: a profile, this machine's kernel, or a guest's. */
import { GUEST_VERSIONS, type GuestVersion, isGuestVersion } from "../../kernel/index.js";
import { isProfileName, PROFILE_NAMES, type ProfileName } from "../../model/profile.js";

export type SideName =
  | { readonly kind: "profile"; readonly profile: ProfileName }
  | { readonly kind: "host" }
  | { readonly kind: "guest"; readonly version: GuestVersion };

/** What can be named, for messages. */
export const SIDE_NAMES: readonly string[] = [
  ...PROFILE_NAMES,
  "host",
  ...GUEST_VERSIONS.map((version) => `guest:${version}`),
];

/** A guest may stand there as `guest:6.1` or as `6.1`; null: no such side. */
export function readSideName(text: string): SideName | null {
  if (isProfileName(text)) return { kind: "profile", profile: text };
  if (text === "host") return { kind: "host" };
  const version = text.startsWith("guest:") ? text.slice("guest:".length) : text;
  return isGuestVersion(version) ? { kind: "guest", version } : null;
}
