/** Loop hooks and custom operations in the language: what their forms mean, and what is answered to mistakes with them. */
import { describe, expect, it } from "vitest";
import {
  compileLitmus,
  type DiagnosticCode,
  formatDiagnostic,
  type LitmusTest,
  parseLitmus,
  printLitmus,
} from "../../src/litmus/index.js";
import { LIBRARY } from "./library.js";

const HOOK_RING = "ring r { setup SINGLE_ISSUER DEFER_TASKRUN }";
const OP_RING = "ring r { setup BPF BPF_EXT }";

const file = (declarations: string, statements = "submit r { a: NOP }", claims = "") =>
  `litmus x\n${declarations}\nthread T {\n${statements}\n}\n${claims}\n`;

function compile(text: string): LitmusTest {
  const compiled = compileLitmus(text, "-", LIBRARY);
  if (!compiled.ok) throw new Error(compiled.diagnostics.map(formatDiagnostic).join("\n"));
  return compiled.test;
}

const scenario = (...parts: Parameters<typeof file>) => compile(file(...parts)).scenario;

describe("a hook", () => {
  it("is attached from the start, with a memory of its name and labels behind those of the messages", () => {
    const { hooks, memories, labels } = scenario(
      `${HOOK_RING}\nring q { }\nhook h on r = count(total=3)`,
      "submit r { a: NOP\nm: MSG_RING ring=q label=told }",
    );
    expect(labels).toEqual(["a", "m", "told", "h-nop", "h-write", "h-other"]);
    expect(memories).toEqual([{ name: "h", size: 16, variables: LIBRARY["count"]!.variables }]);
    expect(hooks).toEqual([
      {
        name: "h",
        ring: 0,
        memory: 0,
        program: LIBRARY["count"],
        args: { total: { kind: "integer", value: 3n } },
        attached: true,
        labels: [
          { userData: 1n, label: 3 },
          { userData: 2n, label: 4 },
          { userData: null, label: 5 },
        ],
        sqes: [],
      },
    ]);
  });

  it("is not attached from the start where a thread attaches it, in an `if` too", () => {
    const { hooks, threads } = scenario(
      `${HOOK_RING}\nring q { }\nhook h on r = bare\nhook g on r = bare\nhook k on r = bare`,
      "attach h to q as n\ndetach h as m\nif true {\nattach g to r\n}\ndetach k",
    );
    expect(hooks.map(({ attached }) => attached)).toEqual([false, false, true]);
    const programs = threads[0]!.code.filter(({ do: what }) => what === "attach" || what === "detach");
    expect(programs).toMatchObject([
      { do: "attach", what: { kind: "hook", hook: 0, ring: 1 }, bind: 0, text: "attach h to q as n" },
      { do: "detach", what: { kind: "hook", hook: 0, ring: 1 }, bind: 1, text: "detach h as m" },
      { do: "attach", what: { kind: "hook", hook: 1, ring: 0 }, bind: null },
      { do: "detach", what: { kind: "hook", hook: 2, ring: 0 }, bind: null },
    ]);
  });

  it("takes numbers, errors, files, ends, slots, buffers, labels and times for arguments", () => {
    const argument = (value: string) =>
      scenario(
        `${HOOK_RING}\nfile f = ""\npipe p\nsockets s\nbuf b[8]\nslots 2\nhook h on r = count(total=${value})`,
        "submit r { z: NOP\na: NOP ud=z }",
      ).hooks[0]!.args["total"];
    expect(argument("-5")).toEqual({ kind: "integer", value: -5n });
    expect(argument("0x10")).toEqual({ kind: "integer", value: 16n });
    expect(argument("-EIO")).toEqual({ kind: "integer", value: -5n });
    expect(argument("f")).toEqual({ kind: "fd", fd: { kind: "file", file: 0 } });
    expect(argument("p.r")).toEqual({ kind: "fd", fd: { kind: "pipe", pipe: 0, end: "r" } });
    expect(argument("s.1")).toEqual({ kind: "fd", fd: { kind: "socket", sockets: 0, end: 1 } });
    expect(argument("slot:1")).toEqual({ kind: "fd", fd: { kind: "slot", slot: 1 } });
    expect(argument("b")).toEqual({ kind: "buffer", buffer: 0 });
    expect(argument("a")).toEqual({ kind: "userData", req: 0 });
    expect(argument("10ms")).toEqual({ kind: "time", time: 10 });
    expect(argument("never")).toEqual({ kind: "time", time: null });
  });
});

describe("an operation", () => {
  it("has the memory of its map, or one of its own that bears its id", () => {
    const { operations, memories } = scenario(
      `${OP_RING}\nring q { setup BPF_EXT }\nbpfop 0x2 on r = give\nbpfop 3 on r = take\nbpfop 4 on r = sum\nbpfop 4 on q = sum`,
      "submit r { a: NOP }",
    );
    expect(memories.map(({ name, variables }) => [name, Object.keys(variables)])).toEqual([
      ["value", ["given", "taken"]],
      ["r.4", ["total"]],
      ["q.4", ["total"]],
    ]);
    expect(operations.map(({ id, ring, memory, attached }) => [id, ring, memory, attached])).toEqual([
      [2, 0, 0, true],
      [3, 0, 0, true],
      [4, 0, 1, true],
      [4, 1, 2, true],
    ]);
  });

  it("is named by its id where it comes and goes", () => {
    const { operations, threads } = scenario(
      `${OP_RING}\nring q { }\nbpfop 0 on r = sum\nbpfop 0 on q = sum`,
      "attach 0 to q as n\ndetach 0",
    );
    expect(operations.map(({ attached }) => attached)).toEqual([true, false]);
    expect(threads[0]!.code).toMatchObject([
      { do: "attach", what: { kind: "operation", operation: 1, ring: 1 } },
      { do: "detach", what: { kind: "operation", operation: 1, ring: 1 } },
    ]);
  });

  it("is what an SQE asks for", () => {
    const { sqes } = scenario(
      `${OP_RING}\nbuf b[8]\nbuf c[8]\nbpfop 1 on r = sum`,
      "submit r {\na: BPF op=1 src=b dst=c flags=0xffffff\nz: BPF op=255\n}",
    );
    expect(sqes.map(({ operation }) => operation)).toEqual([
      { opcode: "BPF", op: 1, src: 0, dst: 1, flags: 0xffffff },
      { opcode: "BPF", op: 255, src: null, dst: null, flags: 0 },
    ]);
  });
});

describe("a ring", () => {
  it("has the parameter region that `mem` names, wherever the buffer is declared", () => {
    expect(scenario("ring r { mem b }\nbuf a[1]\nbuf b[8]").rings).toMatchObject([{ name: "r", mem: 1 }]);
    expect(scenario("ring r { }\nbuf b[8]").rings[0]).not.toHaveProperty("mem");
  });
});

describe("conditions", () => {
  const conditionOf = (text: string) => {
    const declarations = `ring r { setup SINGLE_ISSUER DEFER_TASKRUN }\nring q { setup BPF_EXT }\nhook h on r = count(total=1)\nbpfop 0 on q = sum`;
    const { claims } = compile(file(declarations, "submit r { a: NOP }", `always ${text}`));
    expect(claims[0]!.text).toBe(text);
    return claims[0]!.condition;
  };

  it.each([
    ["steps h >= 2", { kind: "steps", hook: 0, cmp: ">=", value: 2 }],
    ["calls 0.cleanup = 1", { kind: "calls", operation: 0, callback: "cleanup", cmp: "=", value: 1 }],
    [
      "h.total = 3",
      { kind: "variable", memory: 0, variable: { offset: 0, type: "u32" }, cmp: "=", value: 3 },
    ],
    [
      "h.res < -EIO",
      { kind: "variable", memory: 0, variable: { offset: 4, type: "i32" }, cmp: "<", value: -5 },
    ],
    [
      "0.total != 3",
      { kind: "variable", memory: 1, variable: { offset: 0, type: "u32" }, cmp: "!=", value: 3 },
    ],
    ["count h-nop = 3", { kind: "count", label: 1, cmp: "=", value: 3 }],
    ["h-other.res = 0", { kind: "res", label: 3, cmp: "=", value: 0 }],
    ["h-nop before a", { kind: "before", first: 1, second: 0 }],
    ["cost.steps = 3", { kind: "cost", of: "steps", cmp: "=", value: 3 }],
    ["cost.calls = 3", { kind: "cost", of: "calls", cmp: "=", value: 3 }],
  ])("%s", (text, condition) => {
    expect(conditionOf(text)).toEqual(condition);
  });
});

describe("a file that names no profile", () => {
  const semantics = (declarations: string, statements?: string) =>
    compile(file(declarations, statements)).semantics;

  it("is about all kernels without programs, and about those that have its programs with them", () => {
    expect(semantics("")).toEqual([]);
    expect(semantics("ring r { setup SQ_REWIND NO_SQARRAY }")).toEqual(["linux-7.1"]);
    expect(semantics(`${HOOK_RING}\nhook h on r = bare`)).toEqual(["linux-7.1"]);
    expect(semantics(`${HOOK_RING}\nhook h on r = first`)).toEqual(["loop-v3"]);
    expect(semantics(`${OP_RING}\nbpfop 0 on r = sum`)).toEqual(["bpf-op-v3"]);
    expect(semantics("", "submit r { a: BPF op=0 }")).toEqual(["bpf-op-v3"]);
  });

  it("names each posted profile by its whole name", () => {
    expect(semantics("semantics linux-7.1.5 bpf-op-v3-loops bpf-op-v4")).toEqual([
      "linux-7.1.5",
      "bpf-op-v3-loops",
      "bpf-op-v4",
    ]);
  });
});

describe("the printer", () => {
  it("writes every form as it is read", () => {
    const text = `litmus x
semantics linux-7.1.5 bpf-op-v3-loops

ring r { sq 8 setup SINGLE_ISSUER DEFER_TASKRUN mem b }
buf b[8]
hook h on r = count(total=-3, target=a, data=b, ts=10ms)
hook g on r = bare
bpfop 0 on r = sum

thread T {
  attach h to r as n
  detach 0
  submit r {
    a: BPF op=0 src=b dst=b flags=3
  }
}

always steps h = 1 and calls 0.prep = 1 and h.total = 2 and 0.total = 3
`;
    const parsed = parseLitmus(text, "-");
    expect(parsed.ok ? printLitmus(parsed.file) : parsed.diagnostics.map(formatDiagnostic)).toBe(text);
  });

  it("leaves empty parentheses out", () => {
    const parsed = parseLitmus("litmus x\nhook h on r = bare()\n", "-");
    expect(parsed.ok && printLitmus(parsed.file)).toContain("hook h on r = bare\n");
  });
});

const hooks = (declaration: string, statements?: string, claims?: string) =>
  file(`${HOOK_RING}\n${declaration}`, statements, claims);
const operations = (declaration: string, statements?: string, claims?: string) =>
  file(`${OP_RING}\n${declaration}`, statements, claims);
const claims = (claim: string) =>
  file(
    `${HOOK_RING}\nring q { setup BPF_EXT }\nhook h on r = count(total=1)\nbpfop 0 on q = sum`,
    "submit r { a: NOP }",
    claim,
  );

const MISTAKES: readonly (readonly [
  title: string,
  code: DiagnosticCode,
  text: string,
  hint: RegExp | null,
])[] = [
  [
    "an unknown program",
    "unknown-program",
    hooks("hook h on r = ▲cont"),
    /^did you mean `count`\? --programs FILE/,
  ],
  ["a program like no other", "unknown-program", hooks("hook h on r = ▲__proto__"), /^--programs FILE/],
  ["a hook for an operation", "wrong-program", operations("bpfop 0 on r = ▲bare"), /^hook H on r = bare$/],
  ["an operation for a hook", "wrong-program", hooks("hook h on r = ▲sum"), /^bpfop ID on r = sum$/],
  ["a hook on no ring", "undefined-name", hooks("hook h on ▲q = bare"), /`r`|: r/],
  ["an operation on no ring", "undefined-name", operations("bpfop 0 on ▲q = sum"), /`r`|: r/],
  [
    "no argument where one is needed",
    "missing-parameter",
    hooks("hook h on r = ▲count"),
    /^count\(total=…, \[target=…\]/,
  ],
  ["an unknown argument", "unknown-parameter", hooks("hook h on r = count(▲totl=1)"), /`total`/],
  ["an argument of none", "unknown-parameter", hooks("hook h on r = bare(▲n=1)"), /it has none/],
  ["an argument twice", "duplicate-key", hooks("hook h on r = count(total=1, ▲total=2)"), null],
  ["an argument without value", "syntax", hooks("hook h on r = count(total=▲)"), null],
  ["arguments that are not closed", "unexpected-end", "litmus x\nhook h on r = count(total=1▲", /key=value/],
  ["a pipe for an argument", "bad-fd", hooks("pipe p\nhook h on r = count(total=▲p)"), /p\.r or p\.w/],
  ["an end of nothing for an argument", "undefined-name", hooks("hook h on r = count(total=▲p.r)"), null],
  ["a slot that is not there", "no-slots", hooks("hook h on r = count(total=▲slot:1)"), null],
  ["a name of nothing for an argument", "undefined-name", hooks("hook h on r = count(total=▲aa)"), /`a`/],
  ["two hooks of one name", "duplicate-name", hooks("hook h on r = bare\nhook ▲h on r = bare"), null],
  ["a hook with the name of a word", "reserved-name", hooks("hook ▲cost on r = bare"), null],
  ["a hook with the name of an SQE", "duplicate-name", hooks("hook ▲a on r = bare"), null],
  [
    "an SQE with a label of a hook",
    "duplicate-name",
    hooks("hook ▲h on r = bare", "submit r { h-other: NOP }"),
    null,
  ],
  [
    "a hook with the name of a map",
    "duplicate-name",
    operations("bpfop 0 on r = ▲give\nhook value on r = bare")
      .replace(/▲/, "")
      .replace("hook value", "hook ▲value"),
    null,
  ],
  ["a map of two sizes", "contradiction", operations("bpfop 0 on r = give\nbpfop 1 on r = ▲larger"), null],
  ["an id that is too large", "out-of-range", operations("bpfop ▲256 on r = sum"), /^0 to 255$/],
  ["an id that is a name", "out-of-range", operations("bpfop ▲one on r = sum"), /^0 to 255$/],
  ["an id that is negative", "out-of-range", operations("bpfop ▲-1 on r = sum"), /^0 to 255$/],
  ["an id twice on a ring", "duplicate-name", operations("bpfop 1 on r = sum\nbpfop ▲0x1 on r = sum"), null],
  [
    "two hooks on a ring from the start",
    "attach-refused",
    hooks("hook h on r = bare\nhook ▲g on r = bare"),
    /attach g to r as n/,
  ],
  [
    "a hook on a ring without DEFER_TASKRUN",
    "attach-refused",
    file("ring r { }\nhook h on ▲r = bare"),
    /attach h to r as n/,
  ],
  [
    "a hook on a ring with IOPOLL",
    "attach-refused",
    file("ring r { setup DEFER_TASKRUN IOPOLL }\nhook h on ▲r = bare"),
    /attach h/,
  ],
  [
    "a hook beside operations",
    "attach-refused",
    file("semantics bpf-op-v3 bpf-op-v4\nring r { setup DEFER_TASKRUN BPF_EXT }\nhook h on ▲r = bare"),
    null,
  ],
  [
    "an operation on a ring without its flag",
    "attach-refused",
    file("ring r { setup BPF }\nbpfop 0 on ▲r = sum"),
    /attach 0 to r as n/,
  ],
  [
    "a v1 operation on a ring of v3",
    "attach-refused",
    file("semantics bpf-op-v1\nring r { setup BPF_EXT }\nbpfop 0 on ▲r = sum"),
    null,
  ],
  ["a 17th id of v3", "attach-refused", operations("bpfop ▲16 on r = sum"), null],
  [
    "a profile without hooks",
    "not-in-profile",
    file(`semantics linux-7.1 ▲linux-6.18\n${HOOK_RING}\nhook h on r = bare`),
    /these have: linux-7\.1, linux-7\.1\.5/,
  ],
  [
    "a profile with hooks of another form",
    "not-in-profile",
    file(`semantics ▲linux-7.1\n${HOOK_RING}\nhook h on r = first`),
    /these have: loop-v3$/,
  ],
  [
    "a profile without operations",
    "not-in-profile",
    file(`semantics ▲linux-7.1\n${OP_RING}\nbpfop 0 on r = sum`),
    /bpf-op-v1/,
  ],
  [
    "forms that no profile has together",
    "not-in-profile",
    `${hooks("hook h on r = first\nring q { setup BPF_EXT DEFER_TASKRUN }\nhook g on q = bare")}`.replace(
      "litmus x",
      "litmus ▲x",
    ),
    null,
  ],
  ["an `attach` to no ring", "undefined-name", hooks("hook h on r = bare", "attach h to ▲q"), null],
  [
    "a `detach` of several",
    "contradiction",
    file(
      "ring r { setup BPF_EXT }\nring q { setup BPF_EXT }\nbpfop 0 on r = sum\nbpfop 0 on q = sum",
      "detach ▲0",
    ),
    /0 to 255/,
  ],
  ["steps of an operation", "wrong-program", claims("always steps ▲0 = 1"), /^calls 0\.issue = N$/],
  ["calls of a hook", "wrong-program", claims("always calls ▲h.prep = 1"), /^steps h = N$/],
  ["calls of no callback", "undefined-name", claims("always calls 0.▲isue = 1"), /`issue`/],
  ["an unknown variable", "unknown-variable", claims("always h.▲totl = 1"), /`total`/],
  ["an unknown variable of an operation", "unknown-variable", claims("always 0.▲given = 1"), null],
  ["a field that no CQE has", "syntax", claims("always a.▲total = 1"), /`res` and `flags`/],
  [
    "a cancelation of a hook's request",
    "undefined-name",
    hooks("hook h on r = count(total=1)", "submit r { a: ASYNC_CANCEL target=▲h-nop }"),
    null,
  ],
  ["`issued` of a hook's request", "contradiction", claims("always issued ▲h-nop"), null],
  ["`if` on a hook's steps", "not-seen", hooks("hook h on r = bare", "if ▲steps h = 1 { reap }"), null],
  [
    "`if` on a program's memory",
    "not-seen",
    hooks("hook h on r = count(total=1)", "if ▲h.total = 1 { reap }"),
    null,
  ],
];

describe("a mistake", () => {
  it.each(MISTAKES)("%s: %s", (_title, code, marked, hint) => {
    const before = marked.slice(0, marked.indexOf("▲"));
    const compiled = compileLitmus(marked.replace("▲", ""), "-", LIBRARY);
    const all = compiled.ok ? [] : compiled.diagnostics;
    const line = before.split("\n").length;
    const column = before.length - before.lastIndexOf("\n");
    expect(all.map(formatDiagnostic).join("\n")).toContain(`-:${line}:${column}: error[${code}]`);
    expect(all).toHaveLength(1);
    if (hint !== null) expect(all[0]!.hint).toMatch(hint);
  });
});
