// Finds, for each mutant, a file of the catalogue that notices it, and writes killers.json: node test/mutants/findKillers.mjs [NAME PART]
// Files whose `source` names one of the mutant's rules are tried first; among those the shortest.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { buildSync } from "esbuild";

const root = resolve(import.meta.dirname, "../..");
const out = join(root, "node_modules/.find-killers.mjs");
buildSync({
  stdin: {
    contents: `export * from "./test/mutants/build.js"; export * from "./test/mutants/mutants.js";`,
    resolveDir: root,
    loader: "ts",
  },
  bundle: true,
  platform: "node",
  format: "esm",
  packages: "external",
  define: { "import.meta.dirname": JSON.stringify(import.meta.dirname) },
  outfile: out,
  logLevel: "error",
});
const { buildChecker, isAsClaimed, MUTANTS } = await import(pathToFileURL(out).href);

const texts = new Map();
for (const file of readdirSync(join(root, "litmus"), { recursive: true }).sort()) {
  if (file.endsWith(".litmus")) texts.set(`litmus/${file}`, readFileSync(join(root, "litmus", file), "utf8"));
}
const sound = await buildChecker(null);
const killersFile = join(root, "test/mutants/killers.json");
let killers = {};
try {
  killers = JSON.parse(readFileSync(killersFile, "utf8"));
} catch {}
for (const mutant of MUTANTS) {
  if (process.argv[2] ? !mutant.name.includes(process.argv[2]) : killers[mutant.name]) continue;
  const names = (text) => mutant.rules.some((rule) => text.includes(`"${rule}"`));
  const first = [...texts].filter(([, text]) => names(text)).sort((a, b) => a[1].length - b[1].length);
  const rest = [...texts].filter(([, text]) => !names(text)).sort((a, b) => a[1].length - b[1].length);
  let found = null;
  try {
    const checker = await buildChecker(mutant);
    for (const [file] of [...first, ...(process.env.ALL ? rest : [])]) {
      if (!isAsClaimed(checker, file) && isAsClaimed(sound, file)) {
        found = file;
        break;
      }
    }
  } catch (error) {
    console.log(`${mutant.name}: ${error.message}`);
    continue;
  }
  console.log(`${found === null ? "LIVES " : "killed"} ${mutant.name}: ${found ?? mutant.rules.join(" ")}`);
  if (found !== null) killers[mutant.name] = found;
}
writeFileSync(
  killersFile,
  `${JSON.stringify(Object.fromEntries(Object.entries(killers).sort()), null, 2)}\n`,
);
