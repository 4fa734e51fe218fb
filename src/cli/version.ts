/** The version of the package that is running. */
import { readFileSync } from "node:fs";

export function packageVersion(): string {
  const json: unknown = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
  const version = typeof json === "object" && json !== null && "version" in json ? json.version : null;
  return typeof version === "string" ? version : "unknown";
}
