// Finds, for each mutant without a killer, a file of the catalogue that notices it, and writes killers.json; then renews
// litmus/mutants.json: node test/mutants/findKillers.mjs [NAME PART]
// With a part of a name: looks again for the mutants so named. ALL=1: tries all files where none of those does whose
// `source` names one of the mutant's rules; FROM=litmus/cancel: only files of that folder, first. A file of which a
// claim is violated is taken before one of which only the outcome set changes; then the shorter one.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { buildSync } from "esbuild";

const root = resolve(import.meta.dirname, "../..");
const out = join(root, "node_modules/.find-killers.mjs");
buildSync({
  stdin: {
    contents: ["build", "killers", "mutants"]
      .map((name) => `export * from "./test/mutants/${name}.js";`)
      .join("\n"),
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
const { buildChecker, formatTable, KILLERS_PATH, MUTANTS, noticeOf, readKillers, TABLE_PATH } = await import(
  pathToFileURL(out).href
);

const texts = new Map();
for (const file of readdirSync(join(root, "litmus"), { recursive: true }).sort()) {
  if (file.endsWith(".litmus")) texts.set(`litmus/${file}`, readFileSync(join(root, "litmus", file), "utf8"));
}
const byLength = (files) => files.sort((a, b) => a[1].length - b[1].length).map(([file]) => file);
const sound = await buildChecker(null);
const isSound = new Map();

/** A killer: where its claims are violated at once, else the first whose outcome set changes. */
function killerOf(checker, files) {
  let second = null;
  for (const file of files) {
    if (!isSound.has(file)) isSound.set(file, noticeOf(sound, file) === null);
    if (!isSound.get(file)) continue;
    let by = null;
    try {
      by = noticeOf(checker, file);
    } catch (error) {
      console.log(`${file}: ${error.message}`);
    }
    if (by === "claim") return { file, by };
    if (by === "outcomes") second ??= { file, by };
  }
  return second;
}

const killers = readKillers();

/** Writes what is known so far, without mutants that are no more. */
function save() {
  const known = Object.entries(killers).filter(([name]) => MUTANTS.some((mutant) => mutant.name === name));
  writeFileSync(KILLERS_PATH, `${JSON.stringify(Object.fromEntries(known.sort()), null, 2)}\n`);
}

for (const mutant of MUTANTS) {
  if (process.argv[2] ? !mutant.name.includes(process.argv[2]) : killers[mutant.name]) continue;
  const names = ([, text]) => mutant.rules.some((rule) => text.includes(`"${rule}"`));
  const inPlace = ([file]) => file.startsWith(process.env.FROM ?? "litmus");
  const files = [...texts].filter(inPlace);
  try {
    const checker = await buildChecker(mutant);
    const found =
      killerOf(checker, byLength(files.filter(names))) ??
      (process.env.ALL ? killerOf(checker, byLength(files.filter((file) => !names(file)))) : null);
    if (found === null) console.log(`LIVES  ${mutant.name}: ${mutant.rules.join(" ")}`);
    else {
      console.log(`killed ${mutant.name}: by ${found.by} of ${found.file}`);
      killers[mutant.name] = found;
    }
  } catch (error) {
    console.log(`FAILS  ${mutant.name}: ${error.message}`);
  }
  save();
}
save();
writeFileSync(TABLE_PATH, formatTable(readKillers()));
