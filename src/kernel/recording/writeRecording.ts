/** A recording as text: JSON with a file a line, so that two recordings can be compared line by line. */
import { type NamedOutcome, RECORDING_SCHEMA, type RecordedFile, type Recording } from "./recording.js";

/** Ends with a newline; the same bytes for the same recording. `readRecording` reads it back to an equal one. */
export function writeRecording({ release, version, features, command, files }: Recording): string {
  const head = { schema: RECORDING_SCHEMA, release, version, features, command };
  const lines = Object.entries(head).map(
    ([key, value]) => `  ${JSON.stringify(key)}: ${JSON.stringify(value)}`,
  );
  const items = files.map((file) => `\n    ${JSON.stringify(fileJson(file))}`);
  lines.push(`  "files": [${items.join(",")}${items.length > 0 ? "\n  " : ""}]`);
  return `{\n${lines.join(",\n")}\n}\n`;
}

/** What is empty, 0 or false is left out. */
function fileJson(file: RecordedFile): object {
  const { path, hash } = file;
  if (file.kind === "unsupported") return { path, hash, unsupported: file.reason };
  const { hung, late, unlisted } = file;
  return {
    path,
    hash,
    ...(hung > 0 && { hung }),
    ...(late > 0 && { late }),
    ...(unlisted > 0 && { unlisted }),
    observed: file.observed.map(outcomeJson),
  };
}

function outcomeJson({ runs, cq, ret, files, hang }: NamedOutcome): object {
  return {
    runs,
    cq: Object.fromEntries(
      Object.entries(cq).map(([ring, cqes]) => [
        ring,
        cqes.map(([label, res, flags]) => (flags === 0 ? [label, res] : [label, res, flags])),
      ]),
    ),
    ...(Object.keys(ret).length > 0 && { ret }),
    ...(Object.keys(files).length > 0 && { files }),
    ...(hang && { hang }),
  };
}
