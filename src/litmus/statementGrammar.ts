/** The grammar of a thread's statements. */
import { FIRST_FITS } from "./parser.js";
import { SqeGrammar } from "./sqeGrammar.js";
import type { Block, Duration, Integer, Statement, Word } from "./syntax.js";
import * as t from "./tokens.js";

export abstract class StatementGrammar extends SqeGrammar {
  protected readonly statementBlock = this.RULE("statementBlock", (): Block<Statement> => {
    const items: Statement[] = [];
    const open = this.CONSUME(t.LeftBrace);
    this.MANY({
      GATE: () => !this.endsBlock(),
      DEF: () => this.piece("statement", items, () => this.SUBRULE(this.statement)),
    });
    const closing = this.closing();
    this.close(open, () => this.CONSUME(t.RightBrace));
    return { items, ...closing };
  });

  protected readonly statement = this.RULE("statement", (): Statement => {
    return this.OR<Statement>({
      ...FIRST_FITS,
      DEF: [
        { ALT: () => this.SUBRULE(this.queue) },
        { ALT: () => this.SUBRULE(this.submit) },
        { ALT: () => this.SUBRULE(this.enter) },
        { ALT: () => this.SUBRULE(this.reap) },
        { ALT: () => this.SUBRULE(this.peek) },
        { ALT: () => this.SUBRULE(this.sqflags) },
        { ALT: () => this.SUBRULE(this.awaiting) },
        { ALT: () => this.SUBRULE(this.write) },
        { ALT: () => this.SUBRULE(this.read) },
        { ALT: () => this.SUBRULE(this.closeFd) },
        { ALT: () => this.SUBRULE(this.slot) },
        { ALT: () => this.SUBRULE(this.clear) },
        { ALT: () => this.SUBRULE(this.syncCancel) },
        { ALT: () => this.SUBRULE(this.sleep) },
        { ALT: () => this.SUBRULE(this.signal) },
        { ALT: () => this.SUBRULE(this.branch) },
        { ALT: () => this.SUBRULE(this.attach) },
        { ALT: () => this.SUBRULE(this.detach) },
        { ALT: () => this.SUBRULE(this.drive) },
        { ALT: () => this.refuse(this.CONSUME(t.Anything), "statement") },
      ],
    });
  });

  protected readonly queue = this.RULE("queue", (): Statement => {
    const at = this.at(this.CONSUME(t.word("queue")));
    const ring = this.SUBRULE(this.ringName);
    return { kind: "queue", at, ring, sqes: this.SUBRULE(this.sqeBlock) };
  });

  protected readonly submit = this.RULE("submit", (): Statement => {
    const at = this.at(this.CONSUME(t.word("submit")));
    const ring = this.SUBRULE(this.ringName);
    const sqes = this.SUBRULE(this.sqeBlock);
    let wait: Integer | null = null;
    let timeout: Duration | null = null;
    let bind: Word | null = null;
    this.MANY(() =>
      this.OR([
        {
          ALT: () => {
            const key = this.CONSUME(t.word("wait"));
            const value = this.SUBRULE(this.integer);
            this.once(key, wait);
            wait = value;
          },
        },
        {
          ALT: () => {
            const key = this.CONSUME(t.word("timeout"));
            const value = this.SUBRULE(this.duration);
            this.once(key, timeout);
            timeout = value;
          },
        },
        {
          ALT: () => {
            const key = this.CONSUME(t.word("as"));
            const value = this.SUBRULE(this.name);
            this.once(key, bind);
            bind = value;
          },
        },
      ]),
    );
    return { kind: "submit", at, ring, sqes, wait, timeout, bind };
  });

  protected readonly enter = this.RULE("enter", (): Statement => {
    const at = this.at(this.CONSUME(t.word("enter")));
    const ring = this.SUBRULE(this.ringName);
    let submit: Integer | null = null;
    let wait: Integer | null = null;
    let timeout: Duration | null = null;
    let bind: Word | null = null;
    this.MANY({
      // `submit` that is not followed by its number begins a statement.
      GATE: () => this.LA(1).image !== "submit" || this.LA(2).tokenType === t.Integer,
      DEF: () =>
        this.OR([
          {
            ALT: () => {
              const key = this.CONSUME(t.word("submit"));
              const value = this.SUBRULE(this.integer);
              this.once(key, submit);
              submit = value;
            },
          },
          {
            ALT: () => {
              const key = this.CONSUME(t.word("wait"));
              const value = this.SUBRULE1(this.integer);
              this.once(key, wait);
              wait = value;
            },
          },
          {
            ALT: () => {
              const key = this.CONSUME(t.word("timeout"));
              const value = this.SUBRULE(this.duration);
              this.once(key, timeout);
              timeout = value;
            },
          },
          {
            ALT: () => {
              const key = this.CONSUME(t.word("as"));
              const value = this.SUBRULE(this.name);
              this.once(key, bind);
              bind = value;
            },
          },
        ]),
    });
    return { kind: "enter", at, ring, submit, wait, timeout, bind };
  });

  protected readonly reap = this.RULE("reap", (): Statement => {
    const at = this.at(this.CONSUME(t.word("reap")));
    const ring = this.SUBRULE(this.ringName);
    let max: Integer | null = null;
    this.OPTION(() => {
      max = this.SUBRULE(this.integer);
    });
    return { kind: "reap", at, ring, max, bind: this.SUBRULE(this.binding) };
  });

  protected readonly peek = this.RULE("peek", (): Statement => {
    const at = this.at(this.CONSUME(t.word("peek")));
    const ring = this.SUBRULE(this.ringName);
    return { kind: "peek", at, ring, bind: this.SUBRULE(this.binding) };
  });

  protected readonly sqflags = this.RULE("sqflags", (): Statement => {
    const at = this.at(this.CONSUME(t.word("sqflags")));
    const ring = this.SUBRULE(this.ringName);
    this.CONSUME(t.word("as"));
    return { kind: "sqflags", at, ring, bind: this.SUBRULE(this.name) };
  });

  protected readonly awaiting = this.RULE("awaiting", (): Statement => {
    const at = this.at(this.CONSUME(t.word("await")));
    return { kind: "await", at, label: this.SUBRULE(this.name) };
  });

  protected readonly write = this.RULE("write", (): Statement => {
    const at = this.at(this.CONSUME(t.word("write")));
    const fd = this.SUBRULE(this.fd);
    return { kind: "write", at, fd, data: this.SUBRULE(this.bytes) };
  });

  protected readonly read = this.RULE("read", (): Statement => {
    const at = this.at(this.CONSUME(t.word("read")));
    const fd = this.SUBRULE(this.fd);
    return { kind: "read", at, fd, len: this.SUBRULE(this.integer) };
  });

  protected readonly closeFd = this.RULE("closeFd", (): Statement => {
    const at = this.at(this.CONSUME(t.word("close")));
    return { kind: "close", at, fd: this.SUBRULE(this.fd) };
  });

  protected readonly slot = this.RULE("slot", (): Statement => {
    const at = this.at(this.CONSUME(t.word("slot")));
    const slot = this.SUBRULE(this.integer);
    this.CONSUME(t.Equals);
    return { kind: "slot", at, slot, fd: this.SUBRULE(this.fd) };
  });

  protected readonly clear = this.RULE("clear", (): Statement => {
    const at = this.at(this.CONSUME(t.word("clear")));
    this.CONSUME(t.word("slot"));
    return { kind: "clear", at, slot: this.SUBRULE(this.integer) };
  });

  protected readonly syncCancel = this.RULE("syncCancel", (): Statement => {
    const at = this.at(this.CONSUME(t.word("sync_cancel")));
    const ring = this.SUBRULE(this.ringName);
    this.CONSUME(t.word("target"));
    this.CONSUME(t.Equals);
    const target = this.SUBRULE(this.name);
    return { kind: "sync_cancel", at, ring, target, bind: this.SUBRULE(this.binding) };
  });

  protected readonly sleep = this.RULE("sleep", (): Statement => {
    const at = this.at(this.CONSUME(t.word("sleep")));
    return { kind: "sleep", at, time: this.SUBRULE(this.duration) };
  });

  protected readonly signal = this.RULE("signal", (): Statement => {
    const at = this.at(this.CONSUME(t.word("signal")));
    return { kind: "signal", at, thread: this.SUBRULE(this.name) };
  });

  protected readonly branch = this.RULE("branch", (): Statement => {
    const at = this.at(this.CONSUME(t.word("if")));
    const condition = this.SUBRULE(this.condition);
    const body = this.SUBRULE(this.statementBlock);
    let otherwise: Block<Statement> | null = null;
    this.OPTION(() => {
      this.CONSUME(t.word("else"));
      otherwise = this.SUBRULE1(this.statementBlock);
    });
    return { kind: "if", at, condition, body, otherwise };
  });

  protected readonly attach = this.RULE("attach", (): Statement => {
    const at = this.at(this.CONSUME(t.word("attach")));
    const what = this.SUBRULE(this.identity);
    this.CONSUME(t.word("to"));
    const ring = this.SUBRULE(this.name);
    return { kind: "attach", at, what, ring, bind: this.SUBRULE(this.binding) };
  });

  protected readonly detach = this.RULE("detach", (): Statement => {
    const at = this.at(this.CONSUME(t.word("detach")));
    const what = this.SUBRULE(this.identity);
    return { kind: "detach", at, what, bind: this.SUBRULE(this.binding) };
  });

  protected readonly drive = this.RULE("drive", (): Statement => {
    const at = this.at(this.CONSUME(t.word("drive")));
    return { kind: "drive", at, hook: this.SUBRULE(this.name) };
  });

  protected readonly binding = this.RULE("binding", (): Word | null => {
    let bind: Word | null = null;
    this.OPTION(() => {
      this.CONSUME(t.word("as"));
      bind = this.SUBRULE(this.name);
    });
    return bind;
  });

  /** A ring's name, unless what stands there begins something else. */
  protected readonly ringName = this.RULE("ringName", (): Word | null => {
    let name: Word | null = null;
    this.OPTION({
      GATE: () => !t.RING_RESERVED.has(this.LA(1).image),
      DEF: () => {
        name = this.SUBRULE(this.name);
      },
    });
    return name;
  });
}
