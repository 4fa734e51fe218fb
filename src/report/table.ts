/** Columns of text, wide enough for what is in them, with no frame: readable by people and by awk. */
import Table from "cli-table3";

const NO_FRAME = {
  top: "",
  "top-mid": "",
  "top-left": "",
  "top-right": "",
  bottom: "",
  "bottom-mid": "",
  "bottom-left": "",
  "bottom-right": "",
  left: "",
  "left-mid": "",
  mid: "",
  "mid-mid": "",
  right: "",
  "right-mid": "",
  middle: "  ",
};

export type Align = "left" | "right";

/** One string a row, the head first; no row ends in a space. */
export function formatTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  align: readonly Align[],
): readonly string[] {
  if (rows.length === 0) return [head.join("  ")];
  const table = new Table({
    chars: NO_FRAME,
    style: { "padding-left": 0, "padding-right": 0, head: [], border: [], compact: true },
    colAligns: [...align],
  });
  table.push([...head], ...rows.map((row) => [...row]));
  return table
    .toString()
    .split("\n")
    .map((line) => line.trimEnd());
}
