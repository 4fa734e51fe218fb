/** Arguments of a program's declaration: `NAME(key=value, …)`. */
import type { Program } from "../model/programs/index.js";
import type { ArgumentRef, ReqId } from "../model/scenario.js";
import { compileFd } from "./fd.js";
import { compileRequest } from "./operands.js";
import { resultNumber } from "./result.js";
import type { Scope } from "./scope.js";
import { suggest } from "./suggest.js";
import type { Argument, ProgramDeclaration } from "./syntax.js";
import { clip } from "./tokens.js";

/** The arguments by name; what is missing, unknown or given twice is reported. `userData`: the user_data of each SQE, by ReqId. */
export function compileArguments(
  { program: name, args }: ProgramDeclaration,
  program: Program,
  scope: Scope,
  userData: readonly ReqId[],
): Readonly<Record<string, ArgumentRef>> {
  const { reporter } = scope;
  const { required = [], optional = [] } = program.parameters ?? {};
  const known = [...required, ...optional];
  const compiled = new Map<string, ArgumentRef>();
  let isComplete = true;
  for (const { name: key, value } of args) {
    const ref = compileArgument(value, scope, userData);
    if (!known.includes(key.text)) {
      isComplete = false;
      const message = `\`${clip(name.text)}\` has no parameter \`${clip(key.text)}\``;
      const hint = known.length === 0 ? "it has none" : suggest(key.text, known);
      reporter.report(key.at, "unknown-parameter", message, hint);
    } else if (compiled.has(key.text)) {
      reporter.report(key.at, "duplicate-key", `\`${key.text}\` is given twice`);
    } else {
      compiled.set(key.text, ref);
    }
  }
  const missing = required.filter((key) => !compiled.has(key));
  // A name that was refused may be the one that is missing.
  if (isComplete && missing.length > 0) {
    const hint = `${name.text}(${[...required.map((key) => `${key}=…`), ...optional.map((key) => `[${key}=…]`)].join(", ")})`;
    const message = `\`${clip(name.text)}\` needs ${missing.map((key) => `\`${key}=\``).join(" and ")}`;
    reporter.report(name.at, "missing-parameter", message, hint);
  }
  return Object.fromEntries(compiled);
}

/** A name is a file's or a buffer's, else an SQE's label. */
function compileArgument(value: Argument["value"], scope: Scope, userData: readonly ReqId[]): ArgumentRef {
  const { reporter } = scope;
  switch (value.kind) {
    case "int":
      return { kind: "integer", value: BigInt(value.value) };
    case "errno":
      return { kind: "integer", value: BigInt(resultNumber(value, reporter)) };
    case "time":
      return { kind: "time", time: value.ms };
    case "words": {
      const [word] = value.words;
      if (word === undefined || value.words.length !== 1) break;
      if (word.text === "never") return { kind: "time", time: null };
      const object = scope.object(word.text);
      if (object?.kind === "buffer") return { kind: "buffer", buffer: object.id };
      if (object !== undefined) break;
      if (scope.label(word.text) === undefined) {
        const known = [...scope.objectNames, ...scope.labels.slice(0, scope.sqes.length)];
        const message = `there is no file, buffer or SQE \`${clip(word.text)}\``;
        reporter.report(word.at, "undefined-name", message, suggest(word.text, known));
        return NOTHING;
      }
      const req = compileRequest(word, scope, userData);
      return req === null ? NOTHING : { kind: "userData", req };
    }
  }
  const fd = compileFd(value, scope, false);
  return fd === null ? NOTHING : { kind: "fd", fd };
}

/** What stands for an argument that was reported. */
const NOTHING: ArgumentRef = { kind: "integer", value: 0n };
