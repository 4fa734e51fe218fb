/** What each form of the language means: declarations, statements, SQEs and conditions, as the model gets them. */
import { describe, expect, it } from "vitest";
import {
  compileAst,
  compileLitmus,
  formatDiagnostic,
  type LitmusFile,
  type LitmusTest,
  named,
  parseLitmus,
} from "../../src/litmus/index.js";

function compile(text: string): LitmusTest {
  const compiled = compileLitmus(text, "-");
  if (!compiled.ok) throw new Error(compiled.diagnostics.map(formatDiagnostic).join("\n"));
  return compiled.test;
}

const OBJECTS = `file f = "0123"
file g = ""
pipe p
sockets s
buf b[4]
fixed buf c[8]
slots 2
`;
const inThread = (declarations: string, statements: string, claims = "") =>
  compile(`litmus x\n${declarations}\nthread T {\n${statements}\n}\n${claims}`);
const sqe = (line: string) =>
  inThread(`${OBJECTS}ring r { }\nring q { }`, `submit r {\nl: NOP\nm: NOP ud=l\n${line}\n}`).scenario
    .sqes[2]!;
const code = (statements: string) =>
  inThread(
    `${OBJECTS}ring r { }`,
    `queue { a: NOP\nz: NOP ud=a }\n${statements}`,
  ).scenario.threads[0]!.code.slice(1);

describe("a litmus file", () => {
  it("has a name, a doc, sources, profiles and named claims", () => {
    const test = compile(`litmus x
doc "é \\"quoted\\" \\xc3\\xa9"
source "one" "two"
source "three"
semantics documented linux-6.1 linux-6.12 linux-6.18 linux-7.1
time free
thread T { submit { a: NOP } wait 1 as n }
always c: a.res = 0
exists n = 1
never not (posted a and n = 1)
`);
    expect(test).toMatchObject({
      name: "x",
      doc: 'é "quoted" é',
      sources: ["one", "two", "three"],
      semantics: ["documented", "linux-6.1", "linux-6.12", "linux-6.18", "linux-7.1"],
      scenario: { name: "x", time: "free" },
    });
    expect(test.claims.map(({ kind, name, text, line }) => [kind, name, text, line])).toEqual([
      ["always", "c", "a.res = 0", 8],
      ["exists", null, "n = 1", 9],
      ["never", null, "not (posted a and n = 1)", 10],
    ]);
  });

  it("needs nothing but a thread", () => {
    expect(compile("litmus x thread T { }")).toMatchObject({
      doc: "",
      sources: [],
      semantics: [],
      claims: [],
      scenario: {
        time: null,
        rings: [{ name: "r", sqEntries: 8, cqEntries: 16, setup: [] }],
        slotCount: 0,
        threads: [{ name: "T", code: [] }],
        sqes: [],
        labels: [],
        values: [],
      },
    });
  });

  it("may stand on one line, on lines that end with CR, and behind a byte order mark", () => {
    const text = 'litmus x file f = "" thread T { submit { a: NOP } wait 1 } always a.res = 0';
    expect(compile(`\uFEFF${text}`).claims).toHaveLength(1);
    const lines = "litmus x\r\nthread T {\r\nsubmit {\r\na: NOP\r\nb: NOP\r\n}\r\n}\r\n";
    expect(compile(lines).scenario.sqes.map((one) => one.line)).toEqual([4, 5]);
  });

  it("may use words of the language as names where that is no ambiguity", () => {
    const test = inThread(
      'file file = ""\npipe pipe',
      "submit {\nread: READ fd=file len=1\nnever: READ fd=pipe.r len=1\n}\nreap as before\npeek as none",
      'always read.res = 0 and before = 1 and none = 0 and file = ""\nalways never before read',
    );
    expect(test.scenario.labels).toEqual(["read", "never"]);
    expect(test.scenario.values).toEqual(["before", "none"]);
  });
});

describe("a declaration", () => {
  it.each([
    ["ring r { }", 8, 16, []],
    ["ring r { sq 5 }", 8, 16, []],
    ["ring r { sq 1 }", 1, 2, []],
    ["ring r { cq 100 }", 8, 128, []],
    ["ring r { cq 8 sq 8 setup SUBMIT_ALL IORING_SETUP_SQPOLL }", 8, 8, ["SUBMIT_ALL", "SQPOLL"]],
    ["ring r { setup DEFER_TASKRUN }", 8, 16, ["DEFER_TASKRUN", "SINGLE_ISSUER"]],
    [
      "ring r { setup SINGLE_ISSUER setup DEFER_TASKRUN TASKRUN_FLAG }",
      8,
      16,
      ["SINGLE_ISSUER", "DEFER_TASKRUN", "TASKRUN_FLAG"],
    ],
  ])("makes a ring: %s", (text, sqEntries, cqEntries, setup) => {
    expect(inThread(text, "").scenario.rings).toEqual([{ name: "r", sqEntries, cqEntries, setup }]);
  });

  it("makes files, pipes, sockets, buffers and slots, in one char a byte", () => {
    const { scenario } = inThread(
      'file f = "é\\n\\t\\0\\xff\\\\"\npipe p nonblock\npipe q\nsockets s\nslots 64\nbuf b[1]\nfixed buf c[65536]',
      "",
    );
    expect(scenario).toMatchObject({
      files: [{ name: "f", content: "\xc3\xa9\n\t\0\xff\\" }],
      pipes: [
        { name: "p", nonblock: true },
        { name: "q", nonblock: false },
      ],
      sockets: [{ name: "s" }],
      slotCount: 64,
      buffers: [
        { name: "b", size: 1, fixed: false },
        { name: "c", size: 65536, fixed: true },
      ],
    });
  });
});

describe("a statement", () => {
  it.each([
    [
      "queue r { b: NOP\nc: NOP }",
      [{ do: "queue", text: "queue r { b c }", line: 13, ring: 0, sqes: [2, 3] }],
    ],
    [
      "enter",
      [{ do: "enter", text: "enter", line: 13, ring: 0, submit: 0, wait: null, timeout: null, bind: null }],
    ],
    [
      "enter r submit 100 wait 0 timeout 1s as n",
      [
        {
          do: "enter",
          text: "enter r submit 100 wait 0 timeout 1s as n",
          submit: 100,
          wait: 0,
          timeout: 1000,
          bind: 0,
        },
      ],
    ],
    ["enter r wait 1 timeout never", [{ do: "enter", wait: 1, timeout: null }]],
    [
      "submit { b: NOP\n\nc: NOP\n} wait 2 as n",
      [
        { do: "queue", text: "queue { b c }", line: 13, sqes: [2, 3] },
        {
          do: "enter",
          text: "enter submit 2 wait 2 as n",
          line: 13,
          submit: 2,
          wait: 2,
          timeout: null,
          bind: 0,
        },
      ],
    ],
    [
      "submit r { } wait 1 timeout 5ms",
      [
        { do: "queue", sqes: [] },
        { do: "enter", submit: 0, wait: 1, timeout: 5 },
      ],
    ],
    ["reap", [{ do: "reap", max: null, bind: null }]],
    ["reap r 3 as n", [{ do: "reap", max: 3, bind: 0 }]],
    ["reap 3", [{ do: "reap", max: 3, bind: null }]],
    [
      "peek as n\nreap as m",
      [
        { do: "peek", bind: 0 },
        { do: "reap", bind: 1 },
      ],
    ],
    ["sqflags r as n", [{ do: "sqflags", ring: 0, bind: 0 }]],
    ["await a", [{ do: "await", ring: 0, req: 0 }]],
    ["await z", [{ do: "await", ring: 0, req: 1 }]],
    ['write p.w "x\\x80"', [{ do: "write", fd: { kind: "pipe", pipe: 0, end: "w" }, data: "x\x80" }]],
    ["read s.1 7", [{ do: "read", fd: { kind: "socket", sockets: 0, end: 1 }, len: 7 }]],
    ["close f", [{ do: "close", fd: { kind: "file", file: 0 } }]],
    ["slot 1 = g", [{ do: "slot", slot: 1, fd: { kind: "file", file: 1 } }]],
    ["clear slot 0", [{ do: "slot", text: "clear slot 0", slot: 0, fd: null }]],
    ["sync_cancel target=a as n", [{ do: "sync_cancel", ring: 0, target: 0, bind: 0 }]],
    ["sync_cancel target=z", [{ do: "sync_cancel", target: 0, bind: null }]],
    ["sync_cancel target=none", [{ do: "sync_cancel", ring: 0, target: "none" }]],
    ["sleep 0", [{ do: "sleep", time: 0 }]],
    ["sleep 10ms", [{ do: "sleep", time: 10 }]],
    ["sleep 2s", [{ do: "sleep", time: 2000 }]],
    ["sleep never", [{ do: "sleep", time: null }]],
    [
      "if posted a { sleep 0 }\nreap",
      [{ do: "branch", text: "if posted a", otherwise: 3 }, { do: "sleep" }, { do: "reap" }],
    ],
    [
      "if a.res = 1 { sleep 0 } else { reap\npeek }\nreap",
      [
        { do: "branch", condition: { kind: "res", label: 0, cmp: "=", value: 1 }, otherwise: 4 },
        { do: "sleep" },
        { do: "jump", to: 6 },
        { do: "reap" },
        { do: "peek" },
        { do: "reap" },
      ],
    ],
    [
      "reap as n\nif n = 1 { reap as m } else { if true { reap as m } }",
      [
        { do: "reap", bind: 0 },
        { do: "branch", otherwise: 5 },
        { do: "reap", bind: 1 },
        { do: "jump", to: 7 },
        { do: "branch", otherwise: 7 },
        { do: "reap", bind: 1 },
      ],
    ],
  ])("%j", (text, instructions) => {
    expect(code(text)).toMatchObject(instructions);
    expect(code(text)).toHaveLength(instructions.length);
  });

  it("waits on the ring of the SQE that it awaits, and cancels on it", () => {
    const test = compile(
      "litmus x\nring r { }\nring q { }\nthread T { queue q { a: NOP }\nawait a\nsync_cancel target=a\nsync_cancel q target=none }",
    );
    expect(test.scenario.threads[0]!.code.slice(1)).toMatchObject([{ ring: 1 }, { ring: 1 }, { ring: 1 }]);
  });
});

describe("an SQE", () => {
  it.each([
    ["a: NOP", { opcode: "NOP", res: null, taskWork: false }],
    ["a: NOP res=-EIO tw", { opcode: "NOP", res: -5, taskWork: true }],
    [
      "a: READ fd=f len=2",
      { opcode: "READ", fd: { kind: "file", file: 0 }, len: 2, offset: null, buffer: null },
    ],
    ["a: READ fd=p.r buf=b", { opcode: "READ", fd: { kind: "pipe", pipe: 0, end: "r" }, len: 4, buffer: 0 }],
    ["a: READ fd=g len=3 buf=c off=0x10", { opcode: "READ", len: 3, offset: 16, buffer: 1 }],
    ["a: READ fd=f len=1 off=-1", { opcode: "READ", offset: null }],
    ["a: READ fd=-1 len=1", { opcode: "READ", fd: { kind: "bad", fd: -1 } }],
    ["a: READ prep=-EFAULT", { opcode: "READ", fd: { kind: "bad", fd: -1 }, len: 0 }],
    [
      'a: WRITE fd=g data="é#"  # no comment',
      { opcode: "WRITE", len: 3, source: { kind: "data", data: "\xc3\xa9#" } },
    ],
    ["a: WRITE fd=g buf=b", { opcode: "WRITE", len: 4, source: { kind: "buffer", buffer: 0 } }],
    ["a: WRITE fd=g buf=b len=2", { opcode: "WRITE", len: 2, source: { kind: "buffer", buffer: 0 } }],
    ["a: WRITE fd=g len=2", { opcode: "WRITE", len: 2, offset: null, source: { kind: "zeros" } }],
    [
      'a: SEND fd=s.0 data="x" msg=WAITALL,DONTWAIT',
      { opcode: "SEND", fd: { kind: "socket", sockets: 0, end: 0 }, len: 1, msg: ["WAITALL", "DONTWAIT"] },
    ],
    ["a: RECV fd=s.1 len=5", { opcode: "RECV", len: 5, buffer: null, msg: [] }],
    [
      "a: OPENAT file=g slot=1 open_flags=CREAT,TRUNC,RDWR",
      { opcode: "OPENAT", file: 1, slot: 1, openFlags: ["CREAT", "TRUNC"] },
    ],
    ["a: OPENAT may -ENOENT", { opcode: "OPENAT", file: null, slot: null, openFlags: [] }],
    ["a: CLOSE fd=f", { opcode: "CLOSE", fd: { kind: "file", file: 0 } }],
    ["a: CLOSE slot=1", { opcode: "CLOSE", fd: { kind: "slot", slot: 1 } }],
    ["a: FSYNC fd=f", { opcode: "FSYNC", fd: { kind: "file", file: 0 } }],
    ["a: POLL_ADD fd=p.r events=IN,RDHUP", { opcode: "POLL_ADD", events: 0x2001 }],
    ["a: POLL_REMOVE target=b\nb: NOP", { opcode: "POLL_REMOVE", target: 3 }],
    ["a: POLL_REMOVE target=m", { opcode: "POLL_REMOVE", target: 0 }],
    ["a: POLL_REMOVE target=none", { opcode: "POLL_REMOVE", target: "none" }],
    [
      "a: TIMEOUT ts=1s",
      { opcode: "TIMEOUT", ts: 1000, count: 0, etimeSuccess: false, multishot: false, abs: false },
    ],
    [
      "a: TIMEOUT ts=never count=3 flags=ETIME_SUCCESS,MULTISHOT,ABS",
      { ts: null, count: 3, etimeSuccess: true, multishot: true, abs: true },
    ],
    ["a: TIMEOUT_REMOVE target=l", { opcode: "TIMEOUT_REMOVE", target: 0, update: null }],
    [
      "a: TIMEOUT_REMOVE target=l ts=0 flags=UPDATE",
      { target: 0, update: { ts: 0, abs: false, link: false } },
    ],
    ["a: TIMEOUT_REMOVE target=l ts=5ms flags=LINK_UPDATE,ABS", { update: { ts: 5, abs: true, link: true } }],
    [
      "a: LINK_TIMEOUT ts=5ms flags=ETIME_SUCCESS",
      { opcode: "LINK_TIMEOUT", ts: 5, etimeSuccess: true, abs: false },
    ],
    [
      "a: ASYNC_CANCEL target=l flags=ALL",
      { opcode: "ASYNC_CANCEL", target: 0, fd: null, op: null, flags: ["ALL"] },
    ],
    [
      "a: ASYNC_CANCEL fd=f op=READ flags=FD,OP",
      { target: null, fd: { kind: "file", file: 0 }, op: "READ", flags: ["FD", "OP"] },
    ],
    ["a: ASYNC_CANCEL flags=ANY,ALL", { target: null, flags: ["ANY", "ALL"] }],
    ["a: MSG_RING ring=q res=7 label=k", { opcode: "MSG_RING", target: 1, res: 7, label: 3 }],
    ["a: INVALID", { opcode: "INVALID" }],
    ["a: OP may 1, -EIO, never", { opcode: "OP" }],
    [
      "a: IORING_OP_SPLICE splice_fd_in=p.r fd=p.w len=10 may 10",
      {
        opcode: "OTHER",
        name: "SPLICE",
        fd: { kind: "pipe", pipe: 0, end: "w" },
        fields: { splice_fd_in: "p.r", fd: "p.w", len: "10" },
      },
    ],
    [
      'a: UNLINKAT path="x" unlink_flags=A,B addr2=0x10 ts=1s may 0 ud=l',
      {
        opcode: "OTHER",
        name: "UNLINKAT",
        fd: null,
        fields: { path: '"x"', unlink_flags: "A,B", addr2: "16", ts: "1s" },
      },
    ],
  ])("%s", (line, operation) => {
    expect(sqe(line).operation).toMatchObject(operation);
  });

  it.each([
    ["a: NOP", 0],
    ["a: NOP | LINK", 4],
    ["a: NOP | HARDLINK DRAIN ASYNC", 26],
    ["a: NOP | IOSQE_IO_LINK IOSQE_IO_HARDLINK IOSQE_IO_DRAIN IOSQE_ASYNC", 30],
    ["a: NOP | SKIP", 64],
    ["a: NOP | CQE_SKIP_SUCCESS", 64],
    ["a: NOP | IOSQE_CQE_SKIP_SUCCESS FIXED_FILE", 65],
    ["a: READ fd=f len=1 | BUFFER_SELECT", 32],
    ["a: READ fd=slot:1 len=1", 1],
    ["a: READ fd=slot:1 len=1 | IOSQE_FIXED_FILE LINK", 5],
    ["a: CLOSE slot=1", 0],
  ])("has flags: %s", (line, flags) => {
    expect(sqe(line).flags).toBe(flags);
  });

  it.each([
    ["a: READ fd=slot:1 len=1", { kind: "slot", slot: 1 }],
    ["a: READ fd=1 len=1 | FIXED_FILE", { kind: "slot", slot: 1 }],
    ["a: READ fd=2 len=1 | FIXED_FILE", { kind: "bad", fd: 2 }],
    ["a: READ fd=-1 len=1 | FIXED_FILE", { kind: "bad", fd: -1 }],
    ["a: READ fd=5000 len=1", { kind: "bad", fd: 5000 }],
  ])("names a slot, or nothing: %s", (line, fd) => {
    expect(sqe(line).operation).toMatchObject({ fd });
  });

  it("may fail its prep, be interrupted, repeat, and answer as the environment likes", () => {
    expect(
      sqe("a: POLL_ADD fd=p.r events=IN multishot may 1, -EIO, never prep=-22 intr=-512 | LINK"),
    ).toMatchObject({
      id: 2,
      label: "a",
      ring: 0,
      prepError: -22,
      intr: -512,
      multishot: true,
      may: [1, -5, "never"],
      line: 15,
    });
    expect(sqe("a: NOP")).toMatchObject({ prepError: null, intr: null, multishot: false, may: null });
    expect(sqe("a: TIMEOUT ts=1s multishot")).toMatchObject({
      multishot: true,
      operation: { multishot: true },
    });
  });

  it("bears another's user_data, through any number of others", () => {
    const { sqes } = inThread(
      "",
      "queue {\na: NOP ud=b\nb: NOP ud=c\nc: NOP\nd: POLL_REMOVE target=a\n}",
    ).scenario;
    expect(sqes.map((one) => one.userData)).toEqual([2, 2, 2, 3]);
    expect(sqes[3]!.operation).toMatchObject({ target: 2 });
  });

  it("gives a message a label of its own, which two messages may share", () => {
    const { labels, sqes } = inThread(
      "ring r { }\nring q { }",
      "queue r {\na: MSG_RING ring=q label=k\nb: MSG_RING ring=q label=k\n}",
      "always count k = 2",
    ).scenario;
    expect(labels).toEqual(["a", "b", "k"]);
    expect(sqes.map((one) => one.operation)).toMatchObject([{ label: 2 }, { label: 2 }]);
  });
});

describe("a condition", () => {
  const condition = (text: string) =>
    inThread(OBJECTS, "submit {\nu: NOP\nv: NOP\n} as n", `always ${text}`).claims[0]!.condition;
  const u = { kind: "posted", label: 0 } as const;
  const v = { kind: "posted", label: 1 } as const;

  it.each([
    ["true", { kind: "true" }],
    ["hang", { kind: "hang" }],
    ["v.res = 3", { kind: "res", label: 1, cmp: "=", value: 3 }],
    ["v.res != -ECANCELED", { kind: "res", label: 1, cmp: "!=", value: -125 }],
    ["u.res < 1", { kind: "res", label: 0, cmp: "<", value: 1 }],
    ["u.res <= 1", { kind: "res", label: 0, cmp: "<=", value: 1 }],
    ["u.res > 1", { kind: "res", label: 0, cmp: ">", value: 1 }],
    ["u.res >= -2147483648", { kind: "res", label: 0, cmp: ">=", value: -2147483648 }],
    ["u.flags has MORE", { kind: "flags", label: 0, bit: 2 }],
    ["u.flags has IORING_CQE_F_BUFFER", { kind: "flags", label: 0, bit: 1 }],
    ["posted u", u],
    ["silent u", { kind: "silent", label: 0 }],
    ["count u = 2", { kind: "count", label: 0, cmp: "=", value: 2 }],
    ["u before v", { kind: "before", first: 0, second: 1 }],
    ["issued v", { kind: "issued", req: 1 }],
    ["n >= 1", { kind: "value", value: 0, cmp: ">=", than: 1 }],
    ['g = "é"', { kind: "file", file: 1, equal: true, text: "\xc3\xa9" }],
    ['p != ""', { kind: "pipe", pipe: 0, equal: false, text: "" }],
    ['c = "\\0"', { kind: "buffer", buffer: 1, equal: true, text: "\0" }],
    ["cost.enters < 3", { kind: "cost", of: "enters", cmp: "<", value: 3 }],
    ["not posted u", { kind: "not", of: u }],
    [
      "posted u and posted v or hang",
      { kind: "or", left: { kind: "and", left: u, right: v }, right: { kind: "hang" } },
    ],
    [
      "posted u or posted v and hang",
      { kind: "or", left: u, right: { kind: "and", left: v, right: { kind: "hang" } } },
    ],
    ["not posted u and posted v", { kind: "and", left: { kind: "not", of: u }, right: v }],
    ["not (posted u and posted v)", { kind: "not", of: { kind: "and", left: u, right: v } }],
    [
      "posted u implies posted v implies hang",
      { kind: "implies", left: u, right: { kind: "implies", left: v, right: { kind: "hang" } } },
    ],
    [
      "posted u or hang implies posted v",
      { kind: "implies", left: { kind: "or", left: u, right: { kind: "hang" } }, right: v },
    ],
  ])("%s", (text, expected) => {
    expect(condition(text)).toEqual(expected);
  });
});

describe("a tree", () => {
  it("compiles after a change by program, without its text", () => {
    const parsed = parseLitmus("litmus x\nthread T { submit {\na: NOP | LINK\nb: NOP\n} }", "-");
    if (!parsed.ok) throw new Error("does not parse");
    const withoutFlags: LitmusFile = {
      name: named("y"),
      declarations: parsed.file.declarations.map((declaration) => {
        if (declaration.kind !== "thread") return declaration;
        const items = declaration.body.items.map((statement) =>
          statement.kind === "submit"
            ? {
                ...statement,
                sqes: { items: statement.sqes.items.slice(0, 1).map((one) => ({ ...one, flags: [] })) },
              }
            : statement,
        );
        return { ...declaration, body: { items } };
      }),
    };
    const compiled = compileAst(withoutFlags, "dir/y.litmus");
    expect(compiled.ok && compiled.test.scenario).toMatchObject({
      name: "y",
      sqes: [{ label: "a", flags: 0 }],
    });
  });
});
