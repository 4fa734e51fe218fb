/** The sides that `ringspec differential --compare` holds against each other: this machine's kernel, a guest's, a profile. */
import { release } from "node:os";
import type { ComparedSide, KernelSide } from "../conformance/differentialKernels.js";
import { compileDrawn } from "../conformance/draw.js";
import type { RunReport } from "../conformance/implementation.js";
import { pooledKernel, runReportOf } from "../conformance/kernelPool.js";
import {
  type GuestVersion,
  type KernelPool,
  type KernelReport,
  profileOfKernel,
  runOnGuest,
} from "../kernel/index.js";
import type { ProfileName } from "../model/profile.js";
import type { SideName } from "./kernel/sideName.js";

export type Missing = Extract<KernelReport, { kind: "unsupported" }>;

/** The profile that a side is, or that its kernel is judged by. */
export function profileOfSide(name: SideName): ProfileName {
  switch (name.kind) {
    case "profile":
      return name.profile;
    case "host":
      return profileOfKernel(release());
    case "guest":
      return `linux-${name.version}`;
  }
}

/** What keeps this side from running anything; null: nothing. */
export async function whyNot(name: SideName, pool: KernelPool): Promise<Missing | null> {
  switch (name.kind) {
    case "profile":
      return null;
    case "host":
      return whyNotHere(pool);
    case "guest":
      return runOnGuest(name.version, [], { runs: 1 }, () => undefined);
  }
}

export async function whyNotHere(pool: KernelPool): Promise<Missing | null> {
  const probe = compileDrawn("litmus probe\nthread T0 {\n  submit {\n    a: NOP\n  }\n}\n");
  const report = await pool.run(probe.scenario, { runs: 1 });
  return report.kind === "unsupported" ? report : null;
}

/** `width`: scenarios that are under way on this machine's kernel at a time. */
export function sideOf(name: SideName, pool: KernelPool, width: number): ComparedSide {
  const profile = profileOfSide(name);
  switch (name.kind) {
    case "profile":
      return { kind: "profile", name: profile, profile };
    case "host":
      return hostSide(pool, profile, width);
    case "guest":
      return guestSide(name.version, profile);
  }
}

function hostSide(pool: KernelPool, profile: ProfileName, width: number): KernelSide {
  const implementation = pooledKernel(pool, `host (Linux ${release()})`);
  return {
    kind: "kernel",
    name: implementation.name,
    profile,
    isSlow: false,
    run: async (tests, request) => {
      const reports: RunReport[] = [];
      let next = 0;
      const runInTurn = async (): Promise<void> => {
        while (next < tests.length) {
          const at = next++;
          const test = tests[at];
          if (test === undefined) return;
          reports[at] = await implementation.run(test, { ...request, seed: request.seed + at });
        }
      };
      await Promise.all(Array.from({ length: width }, runInTurn));
      return reports;
    },
  };
}

/** A guest has its own patience: all its times are longer. */
function guestSide(version: GuestVersion, profile: ProfileName): KernelSide {
  return {
    kind: "kernel",
    name: `guest ${version}`,
    profile,
    isSlow: true,
    run: async (tests, { runs, seed }) => {
      const nothing = (lost: string): RunReport => ({ kind: "ran", observed: [], lost });
      const reports = tests.map(() => nothing("the guest told nothing of it"));
      const scenarios = tests.map(({ scenario }) => scenario);
      const missing = await runOnGuest(version, scenarios, { runs, seed }, (event) => {
        if (event.kind === "report") reports[event.at] = runReportOf(event.report);
        else if (event.kind === "failed") reports[event.at] = nothing(event.reason);
      });
      return missing === null ? reports : tests.map(() => missing);
    },
  };
}
