/** A guest from boot to its end; skipped where QEMU, a kernel for it or the build is missing. */
import { existsSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { GUEST_VERSIONS } from "../../src/kernel/guest/cache.js";
import { type GuestEvent, runOnGuest } from "../../src/kernel/guest/guest.js";
import { guestTools } from "../../src/kernel/guest/needs.js";
import { format } from "./kernel.js";
import * as s from "./scenarios.js";

const BUILT = fileURLToPath(new URL("../../dist/kernel/guest/main.js", import.meta.url));

function whyNot(version: (typeof GUEST_VERSIONS)[number]): string | null {
  if (!existsSync(BUILT)) return "there is no build: npm run build";
  const tools = guestTools(version);
  return "kind" in tools ? `${tools.reason}: ${tools.hint}` : null;
}

function leftFolders(): readonly string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith("ringspec-guest-"));
}

const version = GUEST_VERSIONS.find((candidate) => whyNot(candidate) === null);
if (version === undefined) {
  for (const candidate of GUEST_VERSIONS)
    console.warn(`skipped, no guest ${candidate}: ${whyNot(candidate)}`);
}

describe.skipIf(version === undefined)("a guest", () => {
  const chain = s.scenario(
    [s.nop("LINK"), { op: { opcode: "INVALID" }, flags: ["LINK"] }, s.nop()],
    [s.submit(0, 3, 3, 0)],
    { values: ["n"] },
  );
  const blocked = s.scenario([s.readPipe(4)], [s.submit(0, 1, 1)], {
    pipes: [{ name: "p", nonblock: false }],
  });

  it("runs scenarios on its own kernel, tells of each, and leaves nothing behind", {
    timeout: 60_000,
  }, async () => {
    const before = leftFolders();
    const events: GuestEvent[] = [];
    const missing = await runOnGuest(version ?? "6.1", [chain, blocked], { runs: 3 }, (event) => {
      events.push(event);
    });
    expect(missing).toBeNull();
    expect(events.map(({ kind }) => kind)).toEqual(["up", "begin", "report", "begin", "report"]);
    expect(events[0]).toMatchObject({ release: expect.stringMatching(`^${version}[.]`) });
    const outcomes = events.map((event) => {
      if (event.kind !== "report" || event.report.kind !== "ran") return null;
      const scenario = event.at === 0 ? chain : blocked;
      return event.report.observed.map(({ outcome, runs }) => `${runs}: ${format(scenario, outcome)}`);
    });
    expect(outcomes[2]).toEqual(["3: a=-125 b=-22 c=-125; n=3"]);
    expect(outcomes[4]).toEqual(["3: ; hang"]);
    expect(leftFolders()).toEqual(before);
  });

  it("that has no time to boot is ended, and every scenario told why", { timeout: 180_000 }, async () => {
    const events: GuestEvent[] = [];
    await runOnGuest(version ?? "6.1", [chain, blocked], { runs: 3, timeoutMs: 1000 }, (event) => {
      events.push(event);
    });
    const reason = "the guest's time of 1 s was over";
    expect(events).toEqual([
      { kind: "failed", at: 0, reason },
      { kind: "failed", at: 1, reason },
    ]);
  });
});
