/**
 * Which litmus files pin which rule. Without arguments: rewrites the "Pinned by" lines of SEMANTICS.md from the
 * `source` lines of litmus/, and prints what is not right. `--check`: rewrites nothing, and fails where it would.
 * `ID…`: prints all files of these rules.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Files named on a line; the others are counted. */
const NAMED_MAX = 6;
const ID = /^[A-Z]+-\d+$/;

const docs = dirname(fileURLToPath(import.meta.url));
const root = dirname(docs);

function litmusFiles() {
  return readdirSync(join(root, "litmus"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".litmus"))
    .map((name) => `litmus/${name.replaceAll("\\", "/")}`)
    .sort();
}

/** The strings of a file's `source` declaration, which may go on over several lines. */
function sourcesOf(text) {
  const [, list = ""] = /^\s*source\s+((?:"(?:[^"\\]|\\.)*"\s*)+)/m.exec(text) ?? [];
  return [...list.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, source]) => source);
}

function pinsOf(files) {
  const pins = new Map();
  for (const file of files) {
    for (const id of sourcesOf(readFileSync(join(root, file), "utf8"))) {
      if (!ID.test(id)) continue;
      if (!pins.has(id)) pins.set(id, []);
      pins.get(id).push(file);
    }
  }
  return pins;
}

function pinnedBy(id, files) {
  if (files.length === 0) return "- Pinned by: nothing yet.";
  const named = files.slice(0, NAMED_MAX).map((file) => `\`${file}\``);
  const more = files.length - named.length;
  return `- Pinned by: ${named.join(", ")}${more > 0 ? `, and ${more} more` : ""}.`;
}

/** SEMANTICS.md with its lines renewed, and the ids of its headings. */
function renew(text, pins) {
  const headings = [];
  const lines = text.split("\n").map((line) => {
    const id = /^### ([A-Z]+-\d+)$/.exec(line)?.[1];
    if (id !== undefined) headings.push(id);
    const current = headings.at(-1);
    return line.startsWith("- Pinned by:") ? pinnedBy(current, pins.get(current) ?? []) : line;
  });
  return { text: lines.join("\n"), headings };
}

/** Paths of litmus files that the pages name and that are not there. */
function lostFiles(pages) {
  return pages.flatMap((page) => {
    const names = readFileSync(join(docs, page), "utf8").matchAll(/`(litmus\/[\w./-]+\.litmus)`/g);
    return [...names]
      .filter(([, name]) => !existsSync(join(root, name)))
      .map(([, name]) => `${page}: ${name}`);
  });
}

function report(title, list) {
  if (list.length > 0) console.log(`${title} (${list.length}):\n  ${list.join("\n  ")}`);
}

const args = process.argv.slice(2);
const files = litmusFiles();
const pins = pinsOf(files);
const asked = args.filter((arg) => ID.test(arg));
if (asked.length > 0) {
  for (const id of asked) for (const file of pins.get(id) ?? []) console.log(`${id} ${file}`);
} else {
  const path = join(docs, "SEMANTICS.md");
  const old = readFileSync(path, "utf8");
  const { text, headings } = renew(old, pins);
  const isStale = text !== old;
  if (isStale && !args.includes("--check")) writeFileSync(path, text);
  const unknown = [...pins].filter(([id]) => !headings.includes(id));
  const lost = lostFiles(["DISAGREEMENTS.md", "SCOPE.md"]);
  report(
    "Rules without a file",
    headings.filter((id) => !pins.has(id)),
  );
  report(
    "Ids that no heading has",
    unknown.map(([id, [first]]) => `${id} in ${first}`),
  );
  report("Files that are named and not there", lost);
  const pinned = headings.filter((id) => pins.has(id)).length;
  console.log(`${pinned} of ${headings.length} headings are pinned, by ${files.length} files`);
  if (isStale && args.includes("--check")) console.log("SEMANTICS.md is stale: node docs/pins.mjs");
  if (unknown.length > 0 || lost.length > 0 || (isStale && args.includes("--check"))) process.exitCode = 1;
}
