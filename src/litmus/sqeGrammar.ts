/** The grammar of SQEs, which end at their line's end, and of what their keys may be. */
import { ConditionGrammar, unprefixed } from "./conditionGrammar.js";
import { FIRST_FITS } from "./parser.js";
import type { Block, End, Fd, Key, Never, Result, Slot, SqeSyntax, Value, Word } from "./syntax.js";
import * as t from "./tokens.js";

export abstract class SqeGrammar extends ConditionGrammar {
  protected readonly sqeBlock = this.RULE("sqeBlock", (): Block<SqeSyntax> => {
    const items: SqeSyntax[] = [];
    const open = this.CONSUME(t.LeftBrace);
    this.MANY({
      GATE: () => !this.endsBlock(),
      DEF: () =>
        this.OR({
          ...FIRST_FITS,
          DEF: [
            { ALT: () => this.CONSUME(t.LineEnd) },
            { ALT: () => this.piece("sqe", items, () => this.SUBRULE(this.sqe)) },
            {
              ALT: () => {
                this.skipNoSqe(this.CONSUME(t.Anything));
              },
            },
          ],
        }),
    });
    const closing = this.closing();
    this.close(open, () => this.CONSUME(t.RightBrace));
    return { items, ...closing };
  });

  protected readonly sqe = this.RULE("sqe", (): SqeSyntax => {
    const label = this.SUBRULE(this.name);
    this.CONSUME(t.Colon);
    const opcode = unprefixed(this.SUBRULE1(this.name), /^IORING_OP_/);
    const keys: Key[] = [];
    let multishot = false;
    let may: readonly (Result | Never)[] | null = null;
    const flags: Word[] = [];
    this.MANY(() =>
      this.OR({
        ...FIRST_FITS,
        DEF: [
          {
            ALT: () => {
              const key = this.CONSUME(t.word("may"));
              const results = this.SUBRULE(this.may);
              this.once(key, may);
              may = results;
            },
          },
          {
            GATE: () => this.LA(2).tokenType !== t.Equals,
            ALT: () => {
              this.once(this.CONSUME(t.word("multishot")), multishot ? true : null);
              multishot = true;
            },
          },
          { ALT: () => keys.push(this.SUBRULE(this.key)) },
        ],
      }),
    );
    this.OPTION(() => {
      this.CONSUME(t.Bar);
      this.AT_LEAST_ONE(() => {
        flags.push(sqeFlag(this.SUBRULE2(this.name)));
      });
    });
    return { at: label.at, label, opcode, keys, multishot, may, flags };
  });

  protected readonly may = this.RULE("may", (): readonly (Result | Never)[] => {
    const results: (Result | Never)[] = [this.SUBRULE(this.mayResult)];
    this.MANY(() => {
      this.CONSUME(t.Comma);
      results.push(this.SUBRULE1(this.mayResult));
    });
    return results;
  });

  protected readonly mayResult = this.RULE("mayResult", (): Result | Never => {
    return this.OR<Result | Never>([
      { ALT: () => this.SUBRULE(this.result) },
      { ALT: () => ({ kind: "never", at: this.at(this.CONSUME(t.word("never"))) }) },
    ]);
  });

  protected readonly key = this.RULE("key", (): Key => {
    const name = this.SUBRULE(this.name);
    let value: Value | null = null;
    this.OPTION(() => {
      this.CONSUME(t.Equals);
      value = this.SUBRULE(this.value);
    });
    return { name, value };
  });

  protected readonly value = this.RULE("value", (): Value => {
    return this.OR<Value>([
      {
        ALT: () => {
          const text = this.SUBRULE(this.bytes);
          return { kind: "text", text: text.text, at: text.at };
        },
      },
      { ALT: () => this.SUBRULE(this.errno) },
      { ALT: () => this.SUBRULE(this.integer) },
      {
        ALT: () => {
          const found = this.CONSUME(t.Time);
          return { kind: "time", ms: this.milliseconds(found), at: this.at(found) };
        },
      },
      { ALT: () => this.SUBRULE(this.slotRef) },
      { ALT: () => this.SUBRULE(this.end) },
      {
        ALT: () => {
          const first = this.SUBRULE(this.name);
          const words = [first];
          this.MANY(() => {
            this.CONSUME(t.Comma);
            words.push(this.SUBRULE1(this.name));
          });
          return { kind: "words", words, at: first.at };
        },
      },
    ]);
  });

  protected readonly fd = this.RULE("fd", (): Fd => {
    return this.OR<Fd>([
      { ALT: () => this.SUBRULE(this.integer) },
      { ALT: () => this.SUBRULE(this.slotRef) },
      { ALT: () => this.SUBRULE(this.end) },
      {
        ALT: () => {
          const name = this.SUBRULE(this.name);
          return { kind: "words", words: [name], at: name.at };
        },
      },
    ]);
  });

  protected readonly slotRef = this.RULE("slotRef", (): Slot => {
    const at = this.at(this.CONSUME(t.word("slot")));
    this.CONSUME(t.Colon);
    return { kind: "slot", slot: this.SUBRULE(this.integer).value, at };
  });

  protected readonly end = this.RULE("end", (): End => {
    const of = this.SUBRULE(this.name);
    this.CONSUME(t.Dot);
    return { kind: "end", of, end: this.SUBRULE(this.identity), at: of.at };
  });
}

function sqeFlag(name: Word): Word {
  const short = unprefixed(name, /^IOSQE_(IO_)?/);
  return short.text === "CQE_SKIP_SUCCESS" ? { text: "SKIP", at: name.at } : short;
}
