/**
 * Leaves in a log only the rings that a command created, of those the ones that are asked for, and all lines that
 * are no events: `node keepRings.mjs COMMAND [FIRST:END] <LOG`. Rings count from 0, in the order of their creation.
 */
import { readFileSync } from "node:fs";

const [command, range = ":"] = process.argv.slice(2);
const [first, end] = range
  .split(":")
  .map((text, at) => (text === "" ? [0, Number.POSITIVE_INFINITY][at] : Number(text)));
/** Addresses of rings that are alive and wanted: after its ring's end an address may be another ring's. */
const kept = new Set();
let created = 0;
const lines = readFileSync(0, "utf8").split("\n");
const left = lines.filter((line) => {
  const ring = /: +ring (?:0x)?([0-9a-f]+),/.exec(line)?.[1];
  if (ring === undefined) return true;
  if (line.includes("io_uring_create:")) {
    const isWanted = line.includes(command) && created >= first && created < end;
    if (line.includes(command)) created++;
    if (isWanted) kept.add(ring);
    else kept.delete(ring);
  }
  return kept.has(ring);
});
process.stdout.write(left.join("\n"));
