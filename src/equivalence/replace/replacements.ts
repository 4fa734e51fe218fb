/** The replacements of links by name, each with the profile that both sides are compared under. */
import type { LitmusFile } from "../../litmus/index.js";
import type { ProfileName } from "../../model/profile.js";
import type { Replacement } from "./handOver.js";
import { linksToLoop } from "./linksToLoop.js";
import { linksToOps } from "./linksToOps.js";
import { linksToUser } from "./linksToUser.js";

export const REPLACEMENT_NAMES = ["loop", "user", "ops"] as const;
export type ReplacementName = (typeof REPLACEMENT_NAMES)[number];

export interface ReplacementKind {
  readonly replace: (file: LitmusFile) => Replacement;
  /** That has what the replacement needs; the original is run under it too, so that nothing but the links differs. */
  readonly profile: ProfileName;
}

export const REPLACEMENTS: Readonly<Record<ReplacementName, ReplacementKind>> = {
  /** A loop hook. */
  loop: { replace: linksToLoop, profile: "linux-7.1" },
  /** User space reaps, looks, and submits the next. */
  user: { replace: linksToUser, profile: "linux-7.1" },
  /** A custom operation a chain. */
  ops: { replace: linksToOps, profile: "bpf-op-v3" },
};
