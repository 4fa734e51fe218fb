#!/usr/bin/env node
// Runs a litmus file on this machine's io_uring and prints the outcomes that were seen, straight from the sources:
//   node bench/kernel-try.mjs FILE... [--runs N] [--seed N] [--reuse] [--json] [--tmp FOLDER] [--timeout MS] [--scale TIMES]
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { buildSync } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const cache = `${root}node_modules/.cache/ringspec-kernel`;

const { values: options, positionals: files } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: "string", default: "1000" },
    seed: { type: "string", default: "1" },
    reuse: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    tmp: { type: "string" },
    scale: { type: "string", default: "1" },
    timeout: { type: "string", default: "30000" },
  },
});

function bundle(entry, name) {
  mkdirSync(cache, { recursive: true });
  const outfile = `${cache}/${name}-${process.pid}.mjs`;
  buildSync({
    entryPoints: [`${root}src/${entry}`],
    bundle: true,
    platform: "node",
    format: "esm",
    external: ["koffi", "chevrotain"],
    outfile,
    logLevel: "error",
  });
  process.once("exit", () => rmSync(outfile, { force: true }));
  return outfile;
}

const { compileLitmus } = await import(pathToFileURL(bundle("litmus/index.ts", "litmus")).href);
const { runOnKernel } = await import(pathToFileURL(bundle("kernel/index.ts", "kernel")).href);
const { formatRes } = await import(pathToFileURL(bundle("model/errno.ts", "errno")).href);
const { holds } = await import(pathToFileURL(bundle("model/condition.ts", "condition")).href);
const workerFile = bundle("kernel/worker.ts", "worker");

function line(scenario, outcome) {
  const parts = outcome.cq.map((cqes, ring) => {
    const shown = cqes.map(([label, res, flags]) => {
      const suffix = flags === 0 ? "" : `/${flags}`;
      return `${scenario.labels[label]}=${formatRes(res)}${suffix}`;
    });
    return `${scenario.rings.length > 1 ? `${scenario.rings[ring].name}: ` : ""}${shown.join(" ") || "(none)"}`;
  });
  const values = outcome.values.map((value, id) => `${scenario.values[id]}=${value}`);
  const contents = outcome.files.map(
    (content, id) => `${scenario.files[id].name}=${JSON.stringify(content)}`,
  );
  return [...parts, ...values, ...contents, ...(outcome.hang ? ["hang"] : [])].join("; ");
}

/** Claims of `always` and `never` that one observed outcome breaks, as far as an outcome tells. */
function brokenClaims(test, outcome) {
  const all = outcome.cq.flat();
  const ofLabel = (label) => all.filter(([name]) => name === label);
  const unknown = () => {
    throw new Error("unknown");
  };
  const facts = {
    count: (label) => ofLabel(label).length,
    res: (label) => ofLabel(label).at(-1)?.[1] ?? 0,
    flags: (label) => ofLabel(label).at(-1)?.[2] ?? 0,
    before: (first, second) =>
      outcome.cq.some((cqes) => {
        const at = cqes.findIndex(([label]) => label === first);
        const other = cqes.findIndex(([label]) => label === second);
        return at >= 0 && other >= 0 && at < other;
      }),
    value: (value) => outcome.values[value],
    file: (file) => outcome.files[file],
    hang: () => outcome.hang,
    issued: unknown,
    pipe: unknown,
    buffer: unknown,
    cost: unknown,
  };
  const broken = [];
  for (const claim of test.claims) {
    if (claim.kind === "exists") continue;
    try {
      if (holds(claim.condition, facts) !== (claim.kind === "always"))
        broken.push(`${claim.kind} ${claim.text}`);
    } catch {
      // Something that no outcome tells.
    }
  }
  if (outcome.hang && !test.claims.some((claim) => /\bhang\b/.test(claim.text))) broken.push("no run hangs");
  return broken;
}

for (const file of files) {
  const compiled = compileLitmus(readFileSync(file, "utf8"), file);
  if (!compiled.ok) {
    for (const { code, message, line } of compiled.diagnostics)
      console.log(`${file}:${line}: ${code}: ${message}`);
    process.exitCode = 2;
    continue;
  }
  const { test } = compiled;
  const { scenario } = test;
  const started = performance.now();
  const report = await runOnKernel(scenario, {
    runs: Number(options.runs),
    seed: Number(options.seed),
    reuse: options.reuse,
    timeScale: Number(options.scale),
    timeoutMs: Number(options.timeout),
    workerFile,
    ...(options.tmp === undefined ? {} : { tempDir: options.tmp }),
  });
  if (options.json) {
    console.log(JSON.stringify({ file, ...report }));
    continue;
  }
  const seconds = (performance.now() - started) / 1000;
  if (report.kind === "unsupported") {
    console.log(`${basename(file)}: unsupported: ${report.reason}\n  ${report.hint}`);
    continue;
  }
  console.log(
    `${basename(file)}: Linux ${report.release}, ${report.runs} runs in ${seconds.toFixed(1)} s,` +
      ` ${report.observed.length} outcomes, ${report.hung} hung, ${report.late} late`,
  );
  const isAbout = test.semantics.length === 0 || test.semantics.includes("linux-6.18");
  for (const { outcome, runs } of report.observed) {
    const broken = isAbout ? brokenClaims(test, outcome) : [];
    console.log(`  ${String(runs).padStart(7)}  ${line(scenario, outcome)}`);
    for (const claim of broken) console.log(`    VIOLATES ${claim}`);
  }
  if (!isAbout) console.log(`    its claims are not about linux-6.18: ${test.semantics.join(" ")}`);
}
