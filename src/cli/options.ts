/** Options that several commands have, and how their values are read. */
import { InvalidArgumentError } from "commander";
import { nearest } from "../litmus/suggest.js";
import { isProfileName, PROFILE_NAMES, type ProfileName } from "../model/profile.js";

/** A whole number from 1. */
export function parseCount(text: string): number {
  const value = Number(text);
  if (!/^\d{1,15}$/.test(text) || value < 1) throw new InvalidArgumentError("It is a whole number from 1.");
  return value;
}

/** A whole number from 0. */
export function parseNatural(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError("It is a whole number from 0.");
  return Number(text);
}

export function parseSeconds(text: string): number {
  const value = Number(text);
  if (!/^\d{1,9}(\.\d{1,9})?$/.test(text) || value <= 0) {
    throw new InvalidArgumentError("It is a number of seconds, more than 0.");
  }
  return value;
}

/** A seed is any short text: seedrandom takes it as it is. */
export function parseSeed(text: string): string {
  if (!/^[\x21-\x7e]{1,64}$/.test(text))
    throw new InvalidArgumentError("A seed is 1 to 64 printable characters.");
  return text;
}

export function parseProfile(text: string): ProfileName {
  if (isProfileName(text)) return text;
  const near = nearest(text, PROFILE_NAMES);
  const hint = near === null ? `One of: ${PROFILE_NAMES.join(", ")}.` : `Did you mean ${near}?`;
  throw new InvalidArgumentError(`There is no such profile. ${hint}`);
}

/** For options that may stand there several times. */
export function collectProfiles(
  text: string,
  before: readonly ProfileName[] | undefined,
): readonly ProfileName[] {
  const profile = parseProfile(text);
  const list = before ?? [];
  return list.includes(profile) ? list : [...list, profile];
}
