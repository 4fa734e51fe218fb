/** What the names of a litmus file stand for: everything that is declared, before anything that uses it is compiled. */
import { isProfileName, PROFILE_NAMES, type ProfileName } from "../model/profile.js";
import type { ProgramLibrary } from "../model/programs/index.js";
import type {
  BufferId,
  FileId,
  LabelId,
  PipeId,
  RingDecl,
  RingId,
  Scenario,
  SocketsId,
} from "../model/scenario.js";
import type { Position, Reporter } from "./diagnostic.js";
import { OBJECTS_MAX, RINGS_MAX, SLOTS_MAX, STRING_BYTES_MAX, THREADS_MAX } from "./limits.js";
import { isConditionWord, reportDuplicate, reportReserved, reportUndefined } from "./names.js";
import { collectProgram, type Program } from "./program.js";
import { type DeclaredPrograms, declarePrograms, hookLabels } from "./programs.js";
import { compileRing, DEFAULT_RING } from "./ring.js";
import { suggest } from "./suggest.js";
import type { Declaration, LitmusFile, ProgramDeclaration, Word } from "./syntax.js";
import { clip, RING_RESERVED } from "./tokens.js";

export type ObjectRef =
  | { readonly kind: "file"; readonly id: FileId }
  | { readonly kind: "pipe"; readonly id: PipeId }
  | { readonly kind: "sockets"; readonly id: SocketsId }
  | { readonly kind: "buffer"; readonly id: BufferId };

export interface Scope extends Program {
  readonly reporter: Reporter;
  readonly doc: string;
  readonly sources: readonly string[];
  readonly semantics: readonly ProfileName[];
  readonly time: Scenario["time"];
  readonly rings: readonly RingDecl[];
  readonly files: Scenario["files"];
  readonly pipes: Scenario["pipes"];
  readonly sockets: Scenario["sockets"];
  readonly buffers: Scenario["buffers"];
  readonly slotCount: number;
  readonly threads: readonly Extract<Declaration, { kind: "thread" }>[];
  readonly claims: readonly Extract<Declaration, { kind: "claim" }>[];
  readonly programs: DeclaredPrograms;
  /** The labels of requests that hooks make stand behind all others, from here on. */
  readonly firstHookLabel: LabelId;
  object(name: string): ObjectRef | undefined;
  ring(name: string): RingId | undefined;
  /** Names of files, pipes, sockets and buffers, for hints. */
  readonly objectNames: readonly string[];
}

/** Collects the names of a file; reports what is declared twice, is reserved, or exceeds a limit. */
export function buildScope(file: LitmusFile, library: ProgramLibrary, reporter: Reporter): Scope {
  const objects = new Map<string, ObjectRef>();
  const ringIds = new Map<string, RingId>();
  const once = new Set<string>();
  const rings: RingDecl[] = [];
  const files: { name: string; content: string }[] = [];
  const pipes: { name: string; nonblock: boolean }[] = [];
  const sockets: { name: string }[] = [];
  const buffers: { name: string; size: number; fixed: boolean }[] = [];
  const threads: Extract<Declaration, { kind: "thread" }>[] = [];
  const claims: Extract<Declaration, { kind: "claim" }>[] = [];
  const programDeclarations: ProgramDeclaration[] = [];
  const regions = new Map<RingId, Word>();
  const claimNames = new Set<string>();
  const threadNames = new Set<string>();
  const sources: string[] = [];
  let doc = "";
  let semantics: readonly ProfileName[] = [];
  let time: Scenario["time"] = null;
  let slotCount = 0;

  const declareOnce = (declaration: Declaration): void => {
    if (once.has(declaration.kind)) {
      reporter.report(declaration.at, "duplicate-declaration", `\`${declaration.kind}\` stands there twice`);
    }
    once.add(declaration.kind);
  };
  const declareObject = (name: Word, ref: ObjectRef, count: number): void => {
    checkCount(reporter, name.at, ref.kind === "sockets" ? "sockets" : `${ref.kind}s`, count, OBJECTS_MAX);
    if (isConditionWord(name)) reportReserved(reporter, name);
    else if (objects.has(name.text)) reportDuplicate(reporter, name, "a file, pipe, sockets or buffer");
    else objects.set(name.text, ref);
  };

  for (const declaration of file.declarations) {
    switch (declaration.kind) {
      case "doc":
        declareOnce(declaration);
        doc = declaration.text.text;
        break;
      case "source":
        sources.push(...declaration.texts.map((text) => text.text));
        break;
      case "semantics":
        declareOnce(declaration);
        semantics = compileProfiles(declaration.profiles, reporter);
        break;
      case "time": {
        declareOnce(declaration);
        const { text, at } = declaration.mode;
        if (text === "free" || text === "ordered") time = text;
        else reporter.report(at, "syntax", `there is no time \`${text}\``, "time free, or: time ordered");
        break;
      }
      case "ring": {
        const { name } = declaration;
        const id = rings.length;
        if (RING_RESERVED.has(name.text)) reportReserved(reporter, name);
        else if (ringIds.has(name.text)) reportDuplicate(reporter, name, "a ring");
        else ringIds.set(name.text, id);
        checkCount(reporter, name.at, "rings", id + 1, RINGS_MAX);
        rings.push(compileRing(declaration, reporter));
        if (declaration.mem !== null) regions.set(id, declaration.mem);
        break;
      }
      case "file":
        files.push({ name: declaration.name.text, content: declaration.content.text });
        declareObject(declaration.name, { kind: "file", id: files.length - 1 }, files.length);
        break;
      case "pipe":
        pipes.push({ name: declaration.name.text, nonblock: declaration.nonblock });
        declareObject(declaration.name, { kind: "pipe", id: pipes.length - 1 }, pipes.length);
        break;
      case "sockets":
        sockets.push({ name: declaration.name.text });
        declareObject(declaration.name, { kind: "sockets", id: sockets.length - 1 }, sockets.length);
        break;
      case "buffer": {
        const { name, size, fixed } = declaration;
        if (size.value < 1 || size.value > STRING_BYTES_MAX) {
          const hint = `a buffer has 1 to ${STRING_BYTES_MAX} bytes`;
          reporter.report(size.at, "out-of-range", `${size.value} is no size of a buffer`, hint);
        }
        buffers.push({ name: name.text, size: size.value, fixed });
        declareObject(name, { kind: "buffer", id: buffers.length - 1 }, buffers.length);
        break;
      }
      case "slots": {
        declareOnce(declaration);
        const { value, at } = declaration.count;
        if (value < 1 || value > SLOTS_MAX) {
          reporter.report(at, "out-of-range", `${value} is no number of slots`, `1 to ${SLOTS_MAX}`);
        } else {
          slotCount = value;
        }
        break;
      }
      case "bpfop":
      case "hook":
        programDeclarations.push(declaration);
        break;
      case "thread":
        if (threadNames.has(declaration.name.text)) reportDuplicate(reporter, declaration.name, "a thread");
        threadNames.add(declaration.name.text);
        threads.push(declaration);
        checkCount(reporter, declaration.name.at, "threads", threads.length, THREADS_MAX);
        break;
      case "claim":
        if (declaration.name !== null) {
          if (claimNames.has(declaration.name.text)) reportDuplicate(reporter, declaration.name, "a claim");
          claimNames.add(declaration.name.text);
        }
        claims.push(declaration);
        break;
    }
  }
  if (rings.length === 0) {
    rings.push(DEFAULT_RING);
    ringIds.set(DEFAULT_RING.name, 0);
  }
  for (const [ring, word] of regions) {
    const object = objects.get(word.text);
    if (object?.kind === "buffer") rings[ring] = { ...rings[ring]!, mem: object.id };
    else
      reportUndefined(
        reporter,
        word,
        "buffer",
        buffers.map(({ name }) => name),
      );
  }
  if (threads.length === 0) {
    const hint = "thread T0 { submit r { a: NOP } wait 1 }";
    reporter.report(file.name.at, "no-thread", "the file has no thread", hint);
  }

  const names = { names: rings.map(({ name }) => name), idOf: (name: string) => ringIds.get(name) };
  const programs = declarePrograms(programDeclarations, library, names, reporter);
  const hookDeclarations = programDeclarations.filter((one) => one.kind === "hook");
  const program = withHookLabels(
    collectProgram(hookDeclarations, threads, (name) => ringIds.get(name) ?? 0, reporter),
    programs,
    reporter,
  );
  return {
    reporter,
    doc,
    sources,
    semantics,
    time,
    rings,
    files,
    pipes,
    sockets,
    buffers,
    slotCount,
    threads,
    claims,
    programs,
    ...program,
    objectNames: [...objects.keys()],
    object: (name) => objects.get(name),
    ring: (name) => ringIds.get(name),
  };
}

/** The labels of hooks' requests behind those of the SQEs and messages. */
function withHookLabels(
  program: Program,
  { hooks }: DeclaredPrograms,
  reporter: Reporter,
): Program & { readonly firstHookLabel: LabelId } {
  const firstHookLabel = program.labels.length;
  const labels = [...program.labels];
  const labelRings = [...program.labelRings];
  for (const { name, hook } of hookLabels(hooks)) {
    const { syntax, ring } = hooks[hook]!;
    // A second hook of the name was reported.
    const isSecond = hooks.findIndex((other) => other.syntax.name.text === syntax.name.text) !== hook;
    if (labels.includes(name) && !isSecond) {
      const message = `\`${clip(name)}\`, a label of \`${syntax.name.text}\`'s requests, is taken`;
      reporter.report(
        syntax.name.at,
        "duplicate-name",
        message,
        "the hook, or what bears the label, needs another name",
      );
    }
    labels.push(name);
    labelRings.push(ring);
  }
  for (const { syntax } of hooks) {
    if (labels.includes(syntax.name.text)) reportDuplicate(reporter, syntax.name, "an SQE");
  }
  const ids = new Map(labels.map((name, id) => [name, id]));
  return {
    ...program,
    labels,
    labelRings,
    firstHookLabel,
    label: (name) => program.label(name) ?? ids.get(name),
  };
}

function compileProfiles(words: readonly Word[], reporter: Reporter): readonly ProfileName[] {
  const profiles: ProfileName[] = [];
  for (const { text, at } of words) {
    if (!isProfileName(text)) {
      const hint = suggest(text, PROFILE_NAMES);
      reporter.report(at, "unknown-profile", `there is no semantics profile \`${clip(text)}\``, hint);
    } else if (profiles.includes(text)) {
      reporter.report(at, "duplicate-name", `\`${text}\` is named twice`);
    } else {
      profiles.push(text);
    }
  }
  return profiles;
}

function checkCount(reporter: Reporter, at: Position, what: string, count: number, max: number): void {
  if (count === max + 1) reporter.report(at, "limit-names", `the file has more than ${max} ${what}`);
}
