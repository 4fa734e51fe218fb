/** What the names of a litmus file stand for: everything that is declared, before anything that uses it is compiled. */
import { isProfileName, PROFILE_NAMES, type ProfileName } from "../model/profile.js";
import type { BufferId, FileId, PipeId, RingDecl, RingId, Scenario, SocketsId } from "../model/scenario.js";
import type { Position, Reporter } from "./diagnostic.js";
import { OBJECTS_MAX, RINGS_MAX, SLOTS_MAX, STRING_BYTES_MAX, THREADS_MAX } from "./limits.js";
import { isConditionWord, reportDuplicate, reportLaterVersion, reportReserved } from "./names.js";
import { collectProgram, type Program } from "./program.js";
import { compileRing, DEFAULT_RING } from "./ring.js";
import { suggest } from "./suggest.js";
import type { Declaration, LitmusFile, Word } from "./syntax.js";
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
  object(name: string): ObjectRef | undefined;
  ring(name: string): RingId | undefined;
  /** Names of files, pipes, sockets and buffers, for hints. */
  readonly objectNames: readonly string[];
}

/** Collects the names of a file; reports what is declared twice, is reserved, or exceeds a limit. */
export function buildScope(file: LitmusFile, reporter: Reporter): Scope {
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
        reportLaterVersion(reporter, declaration.at, "custom operations (`bpfop`)");
        break;
      case "hook":
        reportLaterVersion(reporter, declaration.at, "loop hooks (`hook`)");
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
  if (threads.length === 0) {
    const hint = "thread T0 { submit r { a: NOP } wait 1 }";
    reporter.report(file.name.at, "no-thread", "the file has no thread", hint);
  }

  const program = collectProgram(threads, (name) => ringIds.get(name) ?? 0, reporter);
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
    ...program,
    objectNames: [...objects.keys()],
    object: (name) => objects.get(name),
    ring: (name) => ringIds.get(name),
  };
}

function compileProfiles(words: readonly Word[], reporter: Reporter): readonly ProfileName[] {
  const profiles: ProfileName[] = [];
  for (const { text, at } of words) {
    if (/^bpf-op-v\d+$/.test(text)) {
      reportLaterVersion(reporter, at, `custom operations (\`${text}\`)`);
    } else if (!isProfileName(text)) {
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
