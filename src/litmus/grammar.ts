/** From tokens to the syntax tree: the grammar of the language. Below it, its parts: statements, SQEs, conditions, and what is common to their rules. */
import { EOF } from "chevrotain";
import { unprefixed } from "./conditionGrammar.js";
import type { Reporter } from "./diagnostic.js";
import { FIRST_FITS, FORMS } from "./parser.js";
import { StatementGrammar } from "./statementGrammar.js";
import type { Argument, Block, Declaration, Integer, LitmusFile, SqeSyntax, Text, Word } from "./syntax.js";
import * as t from "./tokens.js";

/** The tree of a scanned text; null where it has none, and then the reporter has the reason. */
export function parseScan(scan: t.Scan, reporter: Reporter): LitmusFile | null {
  grammar ??= new Grammar();
  return grammar.parse(scan, reporter);
}

/** Built at the first use: its analysis takes longer than most files. */
let grammar: Grammar | null = null;

class Grammar extends StatementGrammar {
  constructor() {
    super();
    this.performSelfAnalysis();
  }

  parse(scan: t.Scan, reporter: Reporter): LitmusFile | null {
    this.startParse(scan, reporter);
    try {
      const tree = this.litmusFile();
      const uncaught = this.errors[0];
      if (!reporter.hasErrors && uncaught !== undefined) this.tell(uncaught, null);
      return reporter.hasErrors ? null : tree;
    } finally {
      this.stopParse();
    }
  }

  private readonly litmusFile = this.RULE("litmusFile", (): LitmusFile => {
    const comments = this.commentsBefore();
    const name = this.SUBRULE(this.header);
    const headerEnd = this.commentsBehind(comments);
    const declarations: Declaration[] = [];
    this.MANY({
      GATE: () => this.LA(1).tokenType !== EOF,
      DEF: () => this.piece("declaration", declarations, () => this.SUBRULE(this.declaration)),
    });
    return { name, ...headerEnd, declarations, ...this.closing() };
  });

  private readonly header = this.RULE("header", (): Word => {
    let name: Word | null = null;
    this.OPTION({
      GATE: () => this.LA(1).tokenType === t.word("litmus"),
      DEF: () => {
        this.CONSUME(t.word("litmus"));
        this.OPTION1(() => {
          name = this.SUBRULE(this.name);
        });
        if (name === null) this.tellHere("syntax", "expected a name", FORMS["header"] ?? null);
      },
    });
    if (name === null && !this.RECORDING_PHASE && !this.told()) {
      this.tellHere("missing-litmus", "the file does not begin with `litmus NAME`", "litmus NAME");
    }
    return name ?? { text: "", at: { line: 0, column: 0 } };
  });

  private readonly declaration = this.RULE("declaration", (): Declaration => {
    return this.OR<Declaration>({
      ...FIRST_FITS,
      DEF: [
        { ALT: () => this.SUBRULE(this.doc) },
        { ALT: () => this.SUBRULE(this.source) },
        { ALT: () => this.SUBRULE(this.semantics) },
        { ALT: () => this.SUBRULE(this.time) },
        { ALT: () => this.SUBRULE(this.ring) },
        { ALT: () => this.SUBRULE(this.file) },
        { ALT: () => this.SUBRULE(this.pipe) },
        { ALT: () => this.SUBRULE(this.sockets) },
        { ALT: () => this.SUBRULE(this.slots) },
        { ALT: () => this.SUBRULE(this.buffer) },
        { ALT: () => this.SUBRULE(this.bpfop) },
        { ALT: () => this.SUBRULE(this.hook) },
        { ALT: () => this.SUBRULE(this.thread) },
        { ALT: () => this.SUBRULE(this.claim) },
        { ALT: () => this.refuse(this.CONSUME(t.Anything), "declaration") },
      ],
    });
  });

  private readonly doc = this.RULE("doc", (): Declaration => {
    const at = this.at(this.CONSUME(t.word("doc")));
    return { kind: "doc", at, text: this.SUBRULE(this.prose) };
  });

  private readonly source = this.RULE("source", (): Declaration => {
    const at = this.at(this.CONSUME(t.word("source")));
    const texts: Text[] = [];
    this.AT_LEAST_ONE(() => {
      texts.push(this.SUBRULE(this.prose));
    });
    return { kind: "source", at, texts };
  });

  private readonly semantics = this.RULE("semantics", (): Declaration => {
    const at = this.at(this.CONSUME(t.word("semantics")));
    const profiles: Word[] = [this.SUBRULE(this.profile)];
    this.MANY({
      GATE: () => !this.startsDeclaration(),
      DEF: () => profiles.push(this.SUBRULE1(this.profile)),
    });
    return { kind: "semantics", at, profiles };
  });

  /** `linux-6.18`, `linux-7.1.5`: a name, and what follows its dots. */
  private readonly profile = this.RULE("profile", (): Word => {
    const name = this.SUBRULE(this.name);
    let minor = "";
    this.MANY(() => {
      this.CONSUME(t.Dot);
      minor += `.${this.CONSUME(t.Integer).image}`;
    });
    return { text: name.text + minor, at: name.at };
  });

  private readonly time = this.RULE("time", (): Declaration => {
    const at = this.at(this.CONSUME(t.word("time")));
    return { kind: "time", at, mode: this.SUBRULE(this.name) };
  });

  private readonly ring = this.RULE("ring", (): Declaration => {
    const at = this.at(this.CONSUME(t.word("ring")));
    const name = this.SUBRULE(this.name);
    let sq: Integer | null = null;
    let cq: Integer | null = null;
    let mem: Word | null = null;
    const setup: Word[] = [];
    this.CONSUME(t.LeftBrace);
    this.MANY(() =>
      this.OR([
        {
          ALT: () => {
            const key = this.CONSUME(t.word("sq"));
            const value = this.SUBRULE(this.integer);
            this.once(key, sq);
            sq = value;
          },
        },
        {
          ALT: () => {
            const key = this.CONSUME(t.word("cq"));
            const value = this.SUBRULE1(this.integer);
            this.once(key, cq);
            cq = value;
          },
        },
        {
          ALT: () => {
            this.CONSUME(t.word("setup"));
            this.AT_LEAST_ONE({
              GATE: () => !["sq", "cq", "setup", "mem"].includes(this.LA(1).image),
              DEF: () => setup.push(unprefixed(this.SUBRULE1(this.name), /^IORING_SETUP_/)),
            });
          },
        },
        {
          ALT: () => {
            const key = this.CONSUME(t.word("mem"));
            const value = this.SUBRULE2(this.name);
            this.once(key, mem);
            mem = value;
          },
        },
      ]),
    );
    this.CONSUME(t.RightBrace);
    return { kind: "ring", at, name, sq, cq, setup, mem };
  });

  private readonly file = this.RULE("file", (): Declaration => {
    const at = this.at(this.CONSUME(t.word("file")));
    const name = this.SUBRULE(this.name);
    this.CONSUME(t.Equals);
    return { kind: "file", at, name, content: this.SUBRULE(this.bytes) };
  });

  private readonly pipe = this.RULE("pipe", (): Declaration => {
    const at = this.at(this.CONSUME(t.word("pipe")));
    const name = this.SUBRULE(this.name);
    let nonblock = false;
    this.OPTION(() => {
      this.CONSUME(t.word("nonblock"));
      nonblock = true;
    });
    return { kind: "pipe", at, name, nonblock };
  });

  private readonly sockets = this.RULE("sockets", (): Declaration => {
    const at = this.at(this.CONSUME(t.word("sockets")));
    return { kind: "sockets", at, name: this.SUBRULE(this.name) };
  });

  private readonly slots = this.RULE("slots", (): Declaration => {
    const at = this.at(this.CONSUME(t.word("slots")));
    return { kind: "slots", at, count: this.SUBRULE(this.integer) };
  });

  private readonly buffer = this.RULE("buffer", (): Declaration => {
    const at = this.at(this.LA(1));
    let fixed = false;
    this.OPTION(() => {
      this.CONSUME(t.word("fixed"));
      fixed = true;
    });
    this.CONSUME(t.word("buf"));
    const name = this.SUBRULE(this.name);
    this.CONSUME(t.LeftBracket);
    const size = this.SUBRULE(this.integer);
    this.CONSUME(t.RightBracket);
    return { kind: "buffer", at, name, size, fixed };
  });

  private readonly bpfop = this.RULE("bpfop", (): Declaration => {
    const at = this.at(this.CONSUME(t.word("bpfop")));
    const id = this.SUBRULE(this.identity);
    this.CONSUME(t.word("on"));
    const ring = this.SUBRULE(this.name);
    this.CONSUME(t.Equals);
    const program = this.SUBRULE1(this.name);
    return { kind: "bpfop", at, id, ring, program, args: this.SUBRULE(this.programArguments) };
  });

  private readonly hook = this.RULE("hook", (): Declaration => {
    const at = this.at(this.CONSUME(t.word("hook")));
    const name = this.SUBRULE(this.name);
    this.CONSUME(t.word("on"));
    const ring = this.SUBRULE1(this.name);
    this.CONSUME(t.Equals);
    const program = this.SUBRULE2(this.name);
    const args = this.SUBRULE(this.programArguments);
    let sqes: Block<SqeSyntax> | null = null;
    this.OPTION(() => {
      sqes = this.SUBRULE(this.sqeBlock);
    });
    return { kind: "hook", at, name, ring, program, args, sqes };
  });

  /** `(key=value, …)`; nothing is the same as `()`. */
  private readonly programArguments = this.RULE("programArguments", (): readonly Argument[] => {
    const args: Argument[] = [];
    this.OPTION(() => {
      this.CONSUME(t.LeftParen);
      this.MANY_SEP({ SEP: t.Comma, DEF: () => args.push(this.SUBRULE(this.argument)) });
      this.CONSUME(t.RightParen);
    });
    return args;
  });

  private readonly argument = this.RULE("argument", (): Argument => {
    const name = this.SUBRULE(this.name);
    this.CONSUME(t.Equals);
    return { name, value: this.SUBRULE(this.argumentValue) };
  });

  private readonly argumentValue = this.RULE("argumentValue", (): Argument["value"] => {
    return this.OR<Argument["value"]>([
      { ALT: () => this.SUBRULE(this.errno) },
      {
        ALT: () => {
          const found = this.CONSUME(t.Time);
          return { kind: "time", ms: this.milliseconds(found), at: this.at(found) };
        },
      },
      // A number, a slot, an end, or one name.
      { ALT: () => this.SUBRULE(this.fd) },
    ]);
  });

  private readonly thread = this.RULE("thread", (): Declaration => {
    const at = this.at(this.CONSUME(t.word("thread")));
    const name = this.SUBRULE(this.name);
    return { kind: "thread", at, name, body: this.SUBRULE(this.statementBlock) };
  });

  private readonly claim = this.RULE("claim", (): Declaration => {
    const kind = this.OR([
      { ALT: () => this.CONSUME(t.word("always")) },
      { ALT: () => this.CONSUME(t.word("exists")) },
      { ALT: () => this.CONSUME(t.word("never")) },
    ]);
    let name: Word | null = null;
    this.OPTION(() => {
      name = this.SUBRULE(this.name);
      this.CONSUME(t.Colon);
    });
    const condition = this.SUBRULE(this.condition);
    const claim = kind.image === "always" ? "always" : kind.image === "exists" ? "exists" : "never";
    return { kind: "claim", at: this.at(kind), claim, name, condition };
  });
}
