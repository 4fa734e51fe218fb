/** What a mistake is answered with: a table of texts, with ▲ before the place that the first diagnostic names. */
import { describe, expect, it } from "vitest";
import { compileLitmus, type DiagnosticCode, formatDiagnostic, limits } from "../../src/litmus/index.js";

/** A file with these declarations and statements. */
const file = (declarations: string, statements = "submit { a: NOP }") =>
  `litmus x\n${declarations}\nthread T {\n${statements}\n}\n`;
/** A file with these SQEs, and objects for them to use. */
const sqes = (...lines: string[]) =>
  file(
    'file f = "0123"\npipe p\nsockets s\nbuf b[4]\nslots 2\nring r { }',
    `submit r {\n${lines.join("\n")}\n}`,
  );
const claim = (text: string) =>
  `litmus x\nfile f = ""\npipe p\nsockets s\nbuf b[4]\nthread T { submit { a: NOP\nc: NOP } as n }\n${text}\n`;
const many = (count: number, line: (i: number) => string) =>
  Array.from({ length: count }, (_, i) => line(i)).join("\n");
const nested = (open: string, inside: string, close: string, depth: number) =>
  open.repeat(depth) + inside + close.repeat(depth);

const TABLE: readonly (readonly [title: string, code: DiagnosticCode, text: string])[] = [
  // The file
  ["an empty file", "empty-file", "▲"],
  ["white space", "empty-file", "▲ \n\n\t\n"],
  ["comments alone", "empty-file", "▲# nothing\n# more\n"],
  ["a NUL byte", "not-text", "litmus x\ndoc ▲\0\n"],
  ["a control character", "not-text", "litmus x\n▲\x07"],
  ["invalid UTF-8, decoded", "not-text", 'litmus x\ndoc "▲\uFFFD"\n'],
  ["half a surrogate pair", "not-text", 'litmus x\ndoc "▲\uD800"\n'],
  ["no `litmus` line", "missing-litmus", "▲thread T { submit { a: NOP } }\n"],
  ["`litmus` not first", "missing-litmus", '▲doc "d"\nlitmus x\n'],
  ["`litmus` without a name", "syntax", 'litmus\n▲"x"\n'],
  ["a second `litmus`", "syntax", file("▲litmus y")],
  ["a character of no token", "bad-character", file("▲§")],
  ["a letter that no name has", "bad-character", file('file f▲é = ""')],
  ["a file cut in a thread", "unexpected-end", "litmus x\nthread T {▲"],
  ["a file cut in a claim", "unexpected-end", `${claim("always a.res =")}`.replace("res =", "res =▲")],
  ["a file cut in SQEs", "unexpected-end", "litmus x\nthread T { submit { a: NOP▲\n"],
  ["a file cut behind `file`", "unexpected-end", "litmus x\nfile▲"],
  ["a string without end", "unterminated-string", file('file f = ▲"abc')],
  ["a string over two lines", "unterminated-string", file('doc ▲"abc\ndef"')],
  ["a string that ends in an escaped quote", "unterminated-string", file('doc ▲"abc\\"')],
  ["an unknown escape", "bad-escape", file('file f = "ab▲\\q"')],
  ["half a hexadecimal escape", "bad-escape", file('file f = "▲\\x4"')],
  ["prose that is not UTF-8", "bad-escape", file('doc ▲"\\xff"')],
  ["no thread", "no-thread", "litmus ▲x\n"],

  // Declarations
  ["an unknown declaration", "unknown-declaration", file("▲pip p")],
  ["a statement outside of a thread", "unknown-declaration", file("▲reap r")],
  ["a number for a declaration", "syntax", file("▲12")],
  ["`doc` without a string", "syntax", "litmus x\ndoc ▲thread T { }"],
  ["two `doc`", "duplicate-declaration", file('doc "a"\n▲doc "b"')],
  ["two `semantics`", "duplicate-declaration", file("semantics documented\n▲semantics linux-6.1")],
  ["two `time`", "duplicate-declaration", file("time free\n▲time free")],
  ["two `slots`", "duplicate-declaration", file("slots 1\n▲slots 2")],
  ["an unknown profile", "unknown-profile", file("semantics ▲linux-6.2")],
  ["a profile twice", "duplicate-name", file("semantics documented ▲documented")],
  ["an unknown kind of time", "syntax", file("time ▲fast")],
  ["two rings of one name", "duplicate-name", file("ring r { }\nring ▲r { }", "")],
  ["a ring named like a statement", "reserved-name", file("ring ▲enter { }", "")],
  ["an unknown setup flag", "unknown-setup-flag", file("ring r { setup ▲SUBMITALL }")],
  ["a setup flag twice", "duplicate-flag", file("ring r { setup SQPOLL ▲SQPOLL }")],
  ["SQPOLL with DEFER_TASKRUN", "setup-refused", file("ring r { setup DEFER_TASKRUN ▲SQPOLL }")],
  ["TASKRUN_FLAG alone", "setup-refused", file("ring r { setup ▲TASKRUN_FLAG }")],
  ["SQ_AFF without SQPOLL", "setup-refused", file("ring r { setup ▲SQ_AFF }")],
  ["HYBRID_IOPOLL without IOPOLL", "setup-refused", file("ring r { setup ▲HYBRID_IOPOLL }")],
  ["SQ_REWIND without NO_SQARRAY", "setup-refused", file("ring r { setup ▲SQ_REWIND }")],
  ["SQ_REWIND with SQPOLL", "setup-refused", file("ring r { setup NO_SQARRAY SQPOLL ▲SQ_REWIND }")],
  ["a region that is no buffer", "undefined-name", file('file f = ""\nring r { mem ▲f }', "")],
  ["two regions", "duplicate-key", file("buf b[8]\nring r { mem b ▲mem b }", "")],
  [
    "a profile without SQ_REWIND",
    "not-in-profile",
    file("semantics linux-7.1 ▲linux-6.18\nring r { setup SQ_REWIND NO_SQARRAY }"),
  ],
  ["a CQ smaller than its SQ", "setup-refused", file("ring r { sq 8 cq ▲4 }")],
  ["a ring without entries", "out-of-range", file("ring r { sq ▲0 }")],
  ["a ring with too many entries", "out-of-range", file("ring r { sq ▲32769 }")],
  ["`sq` twice", "duplicate-key", file("ring r { sq 8 ▲sq 8 }")],
  ["`setup` without flags", "syntax", file("ring r { setup ▲}")],
  ["`sq` without a number", "syntax", file("ring r { sq ▲cq 8 }")],
  ["two files of one name", "duplicate-name", file('file f = ""\nfile ▲f = ""')],
  ["a pipe and a file of one name", "duplicate-name", file('file f = ""\npipe ▲f')],
  ["a file named like a condition", "reserved-name", file('file ▲hang = ""')],
  ["a file without content", "syntax", file("file f = ▲g")],
  ["a buffer without size", "syntax", file("buf b▲\n", "").replace("▲\n\nthread", "\n\n▲thread")],
  ["a buffer of no bytes", "out-of-range", file("buf b[▲0]")],
  ["too many slots", "out-of-range", file("slots ▲65")],
  ["two threads of one name", "duplicate-name", "litmus x\nthread T { }\nthread ▲T { }"],
  ["two claims of one name", "duplicate-name", claim("always c1: true\nalways ▲c1: true")],
  ["`attach` of nothing", "undefined-name", file("", "attach ▲h to r as n")],
  ["`detach` of nothing", "undefined-name", file("", "detach ▲0")],

  // Statements
  ["an unknown statement", "unknown-statement", file("", "▲ent r wait 1")],
  ["a declaration inside a thread", "unknown-statement", file("", "reap ▲pipe p")],
  ["a thread that is not closed", "syntax", "litmus x\nthread T {\nreap\n▲always true\nthread U { }\n"],
  [
    "a block of SQEs that is not closed",
    "syntax",
    "litmus x\nthread T {\nsubmit {\na: NOP\n▲}\nalways true".replace("▲}\n", "}\n▲"),
  ],
  ["an unknown ring", "undefined-name", file("", "reap ▲q")],
  ["no ring where there are two", "ring-needed", file("ring r { }\nring q { }", "▲reap")],
  ["`wait` without a number", "syntax", file("", "enter r wait ▲as n")],
  ["`wait` with a name", "syntax", file("", "enter r wait ▲two")],
  ["a negative `wait`", "out-of-range", file("", "enter r wait ▲-1")],
  ["`wait` beyond 31 bits", "out-of-range", file("", "enter r wait ▲2147483648")],
  ["`wait` twice", "duplicate-key", file("", "enter r wait 1 ▲wait 1")],
  ["`timeout` without `wait`", "contradiction", file("", "enter r timeout ▲10ms")],
  ["a time without a unit", "bad-number", file("", "sleep ▲10")],
  ["a time in microseconds", "bad-number", file("", "sleep ▲10us")],
  ["a time of years", "out-of-range", file("", "sleep ▲99999999999s")],
  ["`reap 0`", "out-of-range", file("", "reap r ▲0")],
  ["`sqflags` without `as`", "syntax", file("", "sqflags r\n▲reap")],
  ["a value bound twice", "duplicate-name", file("", "reap as n\nreap as ▲n")],
  [
    "a value bound by two threads",
    "duplicate-name",
    "litmus x\nthread T { reap as n }\nthread U { reap as ▲n }",
  ],
  ["a value named like a condition", "reserved-name", file("", "reap as ▲count")],
  ["`await` of no SQE", "undefined-name", file("", "await ▲zz")],
  ["a write to nothing", "undefined-name", file("pipe p", 'write ▲q.w "x"')],
  ["a write to the read end", "bad-fd", file("pipe p", 'write ▲p.r "x"')],
  ["a read from the write end", "bad-fd", file("pipe p", "read ▲p.w 1")],
  ["a pipe without its end", "bad-fd", file("pipe p", "close ▲p")],
  ["sockets without an end", "bad-fd", file("sockets s", "close ▲s")],
  ["an end that pipes do not have", "bad-fd", file("pipe p", "close ▲p.x")],
  ["the end of a file", "bad-fd", file('file f = ""', "close ▲f.r")],
  ["a plain close of a slot", "bad-fd", file("slots 1", "close ▲slot:0")],
  ["`slot` without a table", "no-slots", file('file f = ""', "slot ▲0 = f")],
  ["a slot behind the table", "out-of-range", file('file f = ""\nslots 2', "slot ▲2 = f")],
  ["`clear` of a slot behind the table", "out-of-range", file("slots 2", "clear slot ▲-1")],
  ["`sync_cancel` of no SQE", "undefined-name", file("", "sync_cancel target=▲zz")],
  ["`sync_cancel` without a target", "syntax", file("", "sync_cancel r as▲\n").replace("as▲\n", "▲as")],
  ["`if` on a file", "not-seen", file('file f = ""', 'if ▲f = "x" { }')],
  ["`if` on a hang", "not-seen", file("", "if ▲hang { }")],
  ["`if` on what was issued", "not-seen", file("", "submit { a: NOP }\nif ▲issued a { }")],
  ["`if` on a cost", "not-seen", file("", "if ▲cost.enters = 1 { }")],
  [
    "`if` on another thread's value",
    "not-seen",
    "litmus x\nthread T { reap as n }\nthread U { if ▲n = 1 { } }",
  ],
  ["`if` without a block", "syntax", file("", "if true\n▲reap")],

  // SQEs
  ["two SQEs of one label", "duplicate-name", sqes("a: NOP", "▲a: NOP")],
  ["a label that `target=` reads as nothing", "reserved-name", sqes("▲none: NOP")],
  ["a label named like a condition", "reserved-name", sqes("▲silent: NOP")],
  ["two SQEs on one line", "syntax", sqes("a: NOP b▲: NOP")],
  ["an SQE without a label", "syntax", sqes("NOP▲")],
  ["an SQE without an opcode", "syntax", sqes("a:▲", "b: NOP")],
  ["something else between SQEs", "syntax", sqes("a: NOP", "▲| LINK")],
  ["a key on the next line", "syntax", sqes("a: READ fd=f", "len▲=4")],
  ["a key without its value", "syntax", sqes("a: READ fd=▲", "b: NOP")],
  ["an unknown opcode", "unknown-opcode", sqes("a: ▲REED fd=f len=1")],
  ["an opcode in small letters", "unknown-opcode", sqes("a: ▲nop")],
  ["an unknown key", "unknown-key", sqes("a: READ fd=f ▲length=1")],
  ["a flag in front of `|`", "unknown-key", sqes("a: NOP ▲LINK")],
  ["a key of another opcode", "unknown-key", sqes("a: NOP ▲fd=f")],
  ["`count=` on a link timeout", "unknown-key", sqes("a: LINK_TIMEOUT ts=1s ▲count=1")],
  ["a key twice", "duplicate-key", sqes("a: READ fd=f len=1 ▲len=1")],
  ["`multishot` twice", "duplicate-key", sqes("a: POLL_ADD fd=p.r events=IN multishot ▲multishot")],
  ["a key that needs a value", "bad-value", sqes("a: READ fd=f ▲len")],
  ["`tw` with a value", "bad-value", sqes("a: NOP tw=▲1")],
  ["`multishot` where it means nothing", "unknown-key", sqes("a: ▲NOP multishot")],
  ["READ without `fd=`", "missing-key", sqes("a: ▲READ len=1")],
  ["READ without `len=`", "missing-key", sqes("a: ▲READ fd=f")],
  ["WRITE without anything to write", "missing-key", sqes("a: ▲WRITE fd=f")],
  ["TIMEOUT without `ts=`", "missing-key", sqes("a: ▲TIMEOUT")],
  ["POLL_ADD without `events=`", "missing-key", sqes("a: ▲POLL_ADD fd=p.r")],
  ["OPENAT without `file=`", "missing-key", sqes("a: ▲OPENAT")],
  ["MSG_RING without `label=`", "missing-key", sqes("a: ▲MSG_RING ring=r")],
  ["ASYNC_CANCEL without a target", "missing-key", sqes("a: ▲ASYNC_CANCEL")],
  ["ASYNC_CANCEL by a descriptor that is not given", "missing-key", sqes("a: ▲ASYNC_CANCEL flags=FD")],
  [
    "ASYNC_CANCEL with a descriptor that is not looked at",
    "contradiction",
    sqes("a: ASYNC_CANCEL target=none fd=▲f"),
  ],
  ["ASYNC_CANCEL of an unknown opcode", "unknown-opcode", sqes("a: ASYNC_CANCEL op=▲REED flags=OP")],
  ["`data=` and `buf=`", "contradiction", sqes('a: WRITE fd=f data="x" buf=▲b')],
  ["`len=` that `data=` belies", "contradiction", sqes('a: WRITE fd=f data="xy" len=▲3')],
  ["`len=` beyond the buffer", "out-of-range", sqes("a: READ fd=f buf=b len=▲5")],
  ["`len=` beyond 31 bits", "out-of-range", sqes("a: READ fd=f len=▲2147483648")],
  ["a negative `len=`", "out-of-range", sqes("a: READ fd=f len=▲-1")],
  ["`len=` that no number can hold", "out-of-range", sqes("a: READ fd=f len=▲99999999999999999999")],
  ["`len=` with letters", "bad-number", sqes("a: READ fd=f len=▲10kb")],
  ["`len=` with a name", "bad-value", sqes("a: READ fd=f len=▲all")],
  ["`fd=` of nothing", "undefined-name", sqes("a: READ fd=▲g len=1")],
  ["`fd=` with a string", "bad-value", sqes('a: READ fd=▲"f" len=1')],
  ["`fd=` with a number that may be open", "bad-fd", sqes("a: READ fd=▲3 len=1")],
  ["`fd=` with a slot behind the table", "out-of-range", sqes("a: READ fd=▲slot:2 len=1")],
  ["`fd=` with a slot and no table", "no-slots", file("", "submit { a: READ fd=▲slot:0 len=1 }")],
  ["FIXED_FILE with a file", "contradiction", sqes("a: READ fd=▲f len=1 | FIXED_FILE")],
  ["`buf=` of a file", "bad-value", sqes("a: READ fd=f buf=▲f len=1")],
  ["`buf=` of nothing", "undefined-name", sqes("a: READ fd=f buf=▲zz len=1")],
  ["`file=` of nothing", "undefined-name", sqes("a: OPENAT file=▲g")],
  ["CLOSE of two things", "contradiction", sqes("a: CLOSE fd=f slot=▲1")],
  ["`ts=` without a unit", "bad-value", sqes("a: TIMEOUT ts=▲5")],
  ["an unknown timeout flag", "unknown-flag", sqes("a: TIMEOUT ts=5ms flags=▲ETIME_SUCESS")],
  [
    "a LINK_TIMEOUT flag of TIMEOUT_REMOVE",
    "unknown-flag",
    sqes("a: LINK_TIMEOUT ts=5ms flags=▲LINK_UPDATE"),
  ],
  ["an unknown poll event", "unknown-flag", sqes("a: POLL_ADD fd=p.r events=IN,▲INN")],
  ["a poll event twice", "duplicate-flag", sqes("a: POLL_ADD fd=p.r events=IN,▲IN")],
  ["an unknown message flag", "unknown-flag", sqes("a: RECV fd=s.0 len=1 msg=▲WAIT_ALL")],
  ["TIMEOUT_REMOVE with an idle time", "contradiction", sqes("a: TIMEOUT_REMOVE target=none ts=▲1s")],
  [
    "TIMEOUT_REMOVE with both updates",
    "contradiction",
    sqes("a: TIMEOUT_REMOVE target=none ts=1s flags=▲UPDATE,LINK_UPDATE"),
  ],
  [
    "TIMEOUT_REMOVE with an update and no time",
    "missing-key",
    sqes("a: ▲TIMEOUT_REMOVE target=none flags=UPDATE"),
  ],
  ["an unknown target", "undefined-name", sqes("a: POLL_REMOVE target=▲zz")],
  ["a ring that MSG_RING does not find", "undefined-name", sqes("a: MSG_RING ring=▲q label=k")],
  ["a message with an SQE's label", "duplicate-name", sqes("a: MSG_RING ring=r label=▲a")],
  ["`ud=` of nothing", "undefined-name", sqes("a: NOP ud=▲zz")],
  ["`ud=` of itself", "cyclic-user-data", sqes("a: NOP ud=▲a")],
  ["`ud=` in a circle", "cyclic-user-data", sqes("a: NOP ▲ud=b", "b: NOP ud=a")],
  ["`prep=` with no error", "out-of-range", sqes("a: NOP prep=▲0")],
  ["`prep=` with an unknown error", "unknown-errno", sqes("a: NOP prep=▲-EINVALID")],
  ["`intr=` with a time", "bad-value", sqes("a: NOP intr=▲10ms")],
  ["`may` without results", "syntax", sqes("a: OP may▲", "b: NOP")],
  ["`may` with a comma too many", "syntax", sqes("a: OP may 1, ▲| LINK")],
  ["`may` with an unknown error", "unknown-errno", sqes("a: OP may 0, ▲-EIOO")],
  ["`may` with a result twice", "duplicate-flag", sqes("a: OP may -5, ▲-EIO")],
  ["an operation that only `may` can describe", "missing-may", sqes("a: ▲OP")],
  ["an opcode that only `may` can describe", "missing-may", sqes("a: ▲SPLICE splice_fd_in=p.r len=1")],
  ["an unknown flag", "unknown-flag", sqes("a: NOP | LINK ▲HARDLNK")],
  ["a flag twice", "duplicate-flag", sqes("a: NOP | LINK ▲IOSQE_IO_LINK")],
  ["`|` without a flag", "syntax", sqes("a: NOP |▲", "b: NOP")],
  ["BPF without an id", "missing-key", sqes("a: ▲BPF")],
  ["BPF with an id that no 8 bits hold", "out-of-range", sqes("a: BPF op=▲256")],
  ["BPF with flags that no 24 bits hold", "out-of-range", sqes("a: BPF op=1 flags=▲0x1000000")],
  ["BPF with a file for a buffer", "bad-value", sqes("a: BPF op=1 src=▲f")],
  ["BPF with `may`", "contradiction", sqes("a: ▲BPF op=1 may 0")],
  [
    "more SQEs than the SQ holds",
    "out-of-range",
    file("", `submit {\n${many(8, (i) => `s${i}: NOP`)}\n▲t: NOP\n}`),
  ],

  // Conditions
  ["a claim without a condition", "unexpected-end", claim("always").replace("always", "always▲")],
  ["a claim that is a bare name", "syntax", claim("always n\n▲never hang")],
  ["a label that there is not", "undefined-name", claim("always ▲z.res = 1")],
  ["a value that nothing binds", "undefined-name", claim("always ▲m = 1")],
  ["a label for a value", "undefined-name", claim("always ▲a = 1")],
  ["a file that there is not", "undefined-name", claim('always ▲g = "x"')],
  ["a file compared with a number", "bad-value", claim("always ▲f = 1")],
  ["a value compared with a string", "bad-value", claim('always ▲n = "x"')],
  ["sockets compared", "bad-value", claim('always ▲s = "x"')],
  ["contents with `<`", "syntax", claim('always ▲f < "x"')],
  ["a text longer than its buffer", "out-of-range", claim('always b = ▲"12345"')],
  ["a field that CQEs do not have", "syntax", claim("always a.▲ret = 1")],
  ["`has` of a result", "syntax", claim("always a.▲res has MORE")],
  ["an unknown CQE flag", "unknown-flag", claim("always a.flags has ▲MOREE")],
  ["an unknown error", "unknown-errno", claim("always a.res = ▲-ECANCELLED")],
  ["a result beyond 32 bits", "out-of-range", claim("always a.res = ▲-2147483649")],
  ["an unknown cost", "undefined-name", claim("always cost.▲syscalls = 1")],
  ["before itself", "contradiction", claim("always ▲a before a")],
  [
    "before on another ring",
    "contradiction",
    "litmus x\nring r { }\nring q { }\nthread T { submit r { a: NOP }\nsubmit q { b: NOP } }\nalways ▲a before b",
  ],
  [
    "`issued` of a message",
    "contradiction",
    "litmus x\nthread T { submit { a: MSG_RING ring=r label=k } }\nalways issued ▲k",
  ],
  ["steps of nothing", "undefined-name", claim("always steps ▲h = 1")],
  ["calls of nothing", "undefined-name", claim("always calls ▲1.prep = 1")],
  ["a variable of nothing", "undefined-name", claim("always ▲h.total = 1")],
  ["a variable of no operation", "undefined-name", claim("always ▲7.total = 1")],
  ["an `and` with nothing behind it", "syntax", claim("always true and\n▲exists true")],
  ["a parenthesis that is not closed", "syntax", claim("always (true\n▲exists true")],

  // Limits
  [
    "65 SQEs",
    "limit-sqes",
    file(
      "",
      many(13, (i) => `queue {\n${many(5, (j) => `${i === 12 && j === 4 ? "▲" : ""}s${i * 5 + j}: NOP`)}\n}`),
    ),
  ],
  [
    "9 rings",
    "limit-names",
    file(
      many(9, (i) => `ring ${i === 8 ? "▲" : ""}r${i} { }`),
      "",
    ),
  ],
  ["9 threads", "limit-names", `litmus x\n${many(9, (i) => `thread ${i === 8 ? "▲" : ""}T${i} { }`)}`],
  ["65 pipes", "limit-names", file(many(65, (i) => `pipe ${i === 64 ? "▲" : ""}p${i}`))],
  [
    "65 values",
    "limit-names",
    file(
      "",
      many(65, (i) => `reap as ${i === 64 ? "▲" : ""}n${i}`),
    ),
  ],
  ["257 claims", "limit-names", claim(many(257, (i) => `${i === 256 ? "▲" : ""}always true`))],
  ["1,001 declarations", "limit-names", claim(many(1001, (i) => `${i === 994 ? "▲" : ""}always true`))],
  ["a long string", "limit-string", file(`file f = ▲"${"x".repeat(limits.STRING_BYTES_MAX + 1)}"`)],
  [
    "a string of long characters",
    "limit-string",
    file(`file f = ▲"${"é".repeat(limits.STRING_BYTES_MAX / 2 + 1)}"`),
  ],
  ["a file of more than a mebibyte", "limit-file-size", `▲litmus x\n#${"x".repeat(limits.FILE_BYTES_MAX)}`],
  ["65,537 tokens", "limit-tokens", `litmus x\n${"] ".repeat(limits.TOKENS_MAX - 2)}▲]`],
  ["65 parentheses", "limit-depth", claim(`always ${"(".repeat(64)}▲(true${")".repeat(65)}`)],
  ["65 `not`", "limit-depth", claim(`always ${"not ".repeat(64)}▲not true`)],
  [
    "65 `if`",
    "limit-depth",
    file("", nested("if true {\n", "reap", "\n}", 66)).replace(/((?:if true \{\n){65}if true )/, "$1▲"),
  ],
  ["257 atoms", "limit-depth", claim(`always ${"true and ".repeat(256)}▲true`)],
];

describe("a mistake", () => {
  it.each(TABLE)("%s: %s", (_title, code, marked) => {
    const before = marked.slice(0, marked.indexOf("▲"));
    const text = marked.replace("▲", "");
    const line = before.split("\n").length;
    const column = before.length - before.lastIndexOf("\n");
    const compiled = compileLitmus(text, "-");
    const first = compiled.ok ? null : compiled.diagnostics[0]!;
    expect(
      first && { code: first.code, line: first.line, column: first.column },
      first?.message ?? "accepted",
    ).toEqual({
      code,
      line,
      column,
    });
  });

  it("is at the place that the table says in each row", () => {
    for (const [title, , text] of TABLE) expect(text.split("▲").length, title).toBe(2);
  });
});

describe("diagnostics", () => {
  const diagnosticsOf = (text: string, name = "-") => {
    const compiled = compileLitmus(text, name);
    return compiled.ok ? [] : compiled.diagnostics;
  };

  it("are formatted as file:line:column, code, message and hint", () => {
    const [first] = diagnosticsOf("litmus x\nthread T { submit { a: REED } }\n", "dir/x.litmus");
    expect(formatDiagnostic(first!)).toBe(
      "dir/x.litmus:2:24: error[unknown-opcode]: there is no opcode `REED`\nhint: did you mean `READ`?",
    );
  });

  it("name the file's own name where `litmus` has another", () => {
    const text = "litmus x\nthread T { }\n";
    expect(diagnosticsOf(text, "dir/x.litmus")).toEqual([]);
    expect(diagnosticsOf(text, "-")).toEqual([]);
    expect(diagnosticsOf(text, "y.txt")).toEqual([]);
    expect(diagnosticsOf(text, "dir/y.litmus")).toEqual([
      {
        file: "dir/y.litmus",
        line: 1,
        column: 8,
        code: "name-mismatch",
        message: "the file is named `y`, and not `x`",
        hint: "litmus y",
      },
    ]);
  });

  it("name independent mistakes of form together", () => {
    const text =
      "litmus x\npip p\nfile f\nthread T {\nsubmit {\na: READ fd=\nb: NOP |\n}\nrap\nenter wait\n}\nalways =\n";
    expect(diagnosticsOf(text).map(({ line, code }) => `${line} ${code}`)).toEqual([
      "2 unknown-declaration",
      "4 syntax",
      "6 syntax",
      "7 syntax",
      "9 unknown-statement",
      "11 syntax",
      "12 syntax",
    ]);
  });

  it("name independent mistakes of meaning together, in the order of the text", () => {
    const text = sqes("a: REED", "b: NOP | LNK", "c: READ fd=g len=1").concat("always z.res = -EFOO\n");
    expect(diagnosticsOf(text).map(({ line, code }) => `${line} ${code}`)).toEqual([
      "10 unknown-opcode",
      "11 unknown-flag",
      "12 undefined-name",
      "15 undefined-name",
      "15 unknown-errno",
    ]);
  });

  it("are at most 20", () => {
    expect(diagnosticsOf(claim(many(100, () => "always z.res = 1")))).toHaveLength(20);
    expect(diagnosticsOf(claim(many(100, () => "always =")))).toHaveLength(20);
    expect(diagnosticsOf(`litmus x\n${"§ a ".repeat(100)}`)).toHaveLength(20);
  });

  it("say which brace is not closed", () => {
    const [first] = diagnosticsOf("litmus x\nthread T {\n  reap\n");
    expect(first).toMatchObject({ code: "unexpected-end", hint: "the `{` at 2:10 is not closed" });
  });

  it.each([
    ["a: REED", "READ"],
    ["a: READ fd=f lenn=1", "len"],
    ["a: NOP | HARDLIK", "HARDLINK"],
    ["a: NOP prep=-EINVL", "EINVAL"],
    ["a: POLL_REMOVE target=bb\nbbb: NOP", "bbb"],
  ])("suggest a name: %s", (line, wanted) => {
    expect(diagnosticsOf(sqes(line))[0]?.hint).toBe(`did you mean \`${wanted}\`?`);
  });
});
