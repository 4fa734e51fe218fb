import * as fc from "fast-check";
import { it } from "vitest";
import { compileLitmus } from "../../src/litmus/index.js";
import { litmusTexts, SUITES } from "../../src/properties/generate/index.js";
import { checkAll, observedOf, type Run } from "../../src/properties/index.js";
import { ringModel } from "../../src/model/model.js";
import { boundValue, hangs } from "../../src/check/monitor.js";
import type { Event } from "../../src/model/event.js";

function rng(seed: number) { let s = seed >>> 0 || 1; return (n: number) => { s ^= s << 13; s >>>= 0; s ^= s >>> 17; s ^= s << 5; s >>>= 0; return s % n; }; }

const N = Number(process.env["N"] ?? 100), SCHED = 3;
const profiles = (process.env["P"] ?? "linux-6.18").split(",");
it("model runs", { timeout: 3000000 }, () => {
  for (const profile of profiles) for (const suite of SUITES) {
    if (process.env["SUITE"] && process.env["SUITE"] !== suite.name) continue;
    const texts = fc.sample(litmusTexts({ ...suite.options, profile }), { seed: Number(process.env["SEED"] ?? 1), numRuns: N });
    const tally = new Map<string, string[]>(); let runs = 0, bad = 0, crash = 0, noncompile = 0, und = new Map<string, number>(), hung = 0, bounds = 0;
    for (const [ti, text] of texts.entries()) {
      const c = compileLitmus(text, "generated.litmus");
      if (!c.ok) { noncompile++; continue; }
      const scenario = c.test.scenario;
      for (let k = 0; k < SCHED; k++) {
        const pick = rng(ti * 31 + k * 7 + 1);
        const events: Event[] = [];
        try {
          const model = ringModel(scenario, profile as never);
          const s = model.initial();
          let steps = 0;
          for (;;) { const as = model.enabled(s); if (as.length === 0 || steps++ > 3000) break; model.apply(s, as[pick(as.length)]!, (e) => events.push(e)); }
          if (steps > 3000 || events.some((e) => e.kind === "bound")) { bounds++; continue; }
          const cq = scenario.rings.map((_, r) => events.flatMap((e) => e.kind === "cqe" && e.ring === r ? [[e.label, e.res, e.flags] as const] : []));
          const run: Run = { scenario, outcome: { cq, values: scenario.values.map((_, v) => boundValue(s, v)), files: s.files.slice(), hang: hangs(s, scenario) }, trace: observedOf(events) };
          if (run.outcome.hang) hung++;
          runs++;
          for (const r of [run, { ...run, trace: null }]) {
            const j = checkAll(r, profile);
            for (const u of j.undecided) und.set(u, (und.get(u) ?? 0) + 1);
            for (const v of j.violations) {
              const l = tally.get(v.property) ?? []; 
              l.push(v.message + (r.trace ? "" : " [no trace]") + "\n" + text + "\n  CQ " + cq.map((l) => l.map(([a, b, f]) => `${scenario.labels[a]}=${b}${f ? "/" + f : ""}`).join(" ")).join(" || ") + " hang=" + run.outcome.hang+ "\n  EV " + events.map((e) => e.kind === "rule" ? "" : e.kind === "issued" || e.kind === "freed" ? `${e.kind} ${scenario.labels[e.req]};` : e.kind === "cqe" ? `cqe ${scenario.labels[e.label]}=${e.res};` : "").join(""));
              tally.set(v.property, l); bad++;
            }
          }
        } catch (e) { crash++; if (crash < 2) console.log("CRASH", String((e as Error).stack).slice(0, 600), text); }
      }
    }
    console.log(`## ${profile} ${suite.name}: runs ${runs} violations ${bad} crash ${crash} noncompile ${noncompile} hung ${hung} bounds ${bounds} undecided ${[...und].map(([a, b]) => `${a}:${b}`).join(" ")}`);
    for (const [p, l] of tally) { const m = [...l].sort((a, b) => a.length - b.length); console.log(`-- ${p} × ${l.length}\n${m[0]}`); }
  }
});
