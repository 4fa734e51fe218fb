/** Wrong rules: Files and buffers: when they are looked up, and what the file system decides. */
import { type Mutant, mutant } from "../mutant.js";

export const FILES_MUTANTS: readonly Mutant[] = [
  mutant(
    "files are found at submission",
    "RES-01 RES-02",
    "profile.ts",
    'followerFiles: "at issue",\n  everyErrorSevers: false',
    'followerFiles: "at submission",\n  everyErrorSevers: false',
  ),
  mutant(
    "closing a descriptor takes the file from running requests",
    "RES-04 K-08",
    "world.ts",
    "for (const req of m.s.reqs) if (req.desc === desc + 1 && req.phase !== PHASE.done) return;",
    "for (const req of m.s.reqs) if (req.desc === desc + 1) req.desc = 0;",
  ),
  mutant(
    "6.1 looks up a follower's file at issue",
    "RES-03",
    "profile.ts",
    'followerFiles: "at submission",\n    nopInject',
    'followerFiles: "at issue",\n    nopInject',
  ),
  mutant(
    "a write sends what its buffer held at the start",
    "RES-10",
    "world.ts",
    "return (m.s.buffers[source.buffer] as string).slice(0, len);",
    'return "\\0".repeat(len);',
  ),
  mutant(
    "every file system runs all inline",
    "K-43",
    "environment.ts",
    "return question !== null && m.s[question] === 0 ? 2 : 1;",
    "return 1;",
  ),
];
