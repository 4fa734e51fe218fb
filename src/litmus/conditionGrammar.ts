/** The grammar of conditions, and of the names, numbers and strings that everything is made of. */
import { utf8Text } from "./bytes.js";
import type { Position } from "./diagnostic.js";
import { FIRST_FITS, LitmusParser } from "./parser.js";
import type {
  ComparisonSign,
  ConditionSyntax,
  Duration,
  Errno,
  Integer,
  Result,
  Text,
  Word,
} from "./syntax.js";
import * as t from "./tokens.js";

export abstract class ConditionGrammar extends LitmusParser {
  protected readonly condition = this.RULE("condition", (): ConditionSyntax => {
    this.atoms = 0;
    return this.SUBRULE(this.implication);
  });

  protected readonly implication = this.RULE("implication", (): ConditionSyntax => {
    const parts = [this.SUBRULE(this.disjunction)];
    this.MANY(() => {
      this.CONSUME(t.word("implies"));
      parts.push(this.SUBRULE1(this.disjunction));
    });
    return this.ACTION(() =>
      parts.reduceRight((right, left) => ({ kind: "implies", left, right, at: left.at })),
    );
  });

  protected readonly disjunction = this.RULE("disjunction", (): ConditionSyntax => {
    const parts = [this.SUBRULE(this.conjunction)];
    this.MANY(() => {
      this.CONSUME(t.word("or"));
      parts.push(this.SUBRULE1(this.conjunction));
    });
    return this.ACTION(() => parts.reduce((left, right) => ({ kind: "or", left, right, at: left.at })));
  });

  protected readonly conjunction = this.RULE("conjunction", (): ConditionSyntax => {
    const parts = [this.SUBRULE(this.negation)];
    this.MANY(() => {
      this.CONSUME(t.word("and"));
      parts.push(this.SUBRULE1(this.negation));
    });
    return this.ACTION(() => parts.reduce((left, right) => ({ kind: "and", left, right, at: left.at })));
  });

  protected readonly negation = this.RULE("negation", (): ConditionSyntax => {
    const nots: Position[] = [];
    this.MANY(() => {
      nots.push(this.at(this.CONSUME(t.word("not"))));
    });
    const atom = this.SUBRULE(this.atom);
    return nots.reduceRight<ConditionSyntax>((of, at) => ({ kind: "not", of, at }), atom);
  });

  protected readonly atom = this.RULE("atom", (): ConditionSyntax => {
    this.countAtom();
    const at = this.at(this.LA(1));
    return this.OR<ConditionSyntax>({
      ...FIRST_FITS,
      DEF: [
        {
          ALT: () => {
            this.CONSUME(t.LeftParen);
            const inside = this.SUBRULE(this.implication);
            this.CONSUME(t.RightParen);
            return inside;
          },
        },
        {
          ALT: () => {
            this.CONSUME(t.word("true"));
            return { kind: "true", at };
          },
        },
        {
          ALT: () => {
            this.CONSUME(t.word("hang"));
            return { kind: "hang", at };
          },
        },
        {
          ALT: () => {
            this.CONSUME(t.word("posted"));
            return { kind: "posted", label: this.SUBRULE(this.name), at };
          },
        },
        {
          ALT: () => {
            this.CONSUME(t.word("silent"));
            return { kind: "silent", label: this.SUBRULE1(this.name), at };
          },
        },
        {
          ALT: () => {
            this.CONSUME(t.word("issued"));
            return { kind: "issued", label: this.SUBRULE2(this.name), at };
          },
        },
        {
          ALT: () => {
            this.CONSUME(t.word("count"));
            const label = this.SUBRULE3(this.name);
            return { kind: "count", label, ...this.SUBRULE(this.comparedNumber), at };
          },
        },
        {
          ALT: () => {
            this.CONSUME(t.word("steps"));
            const hook = this.SUBRULE1(this.identity);
            return { kind: "steps", hook, ...this.SUBRULE1(this.comparedNumber), at };
          },
        },
        {
          ALT: () => {
            this.CONSUME(t.word("calls"));
            const operation = this.SUBRULE(this.identity);
            this.CONSUME(t.Dot);
            const callback = this.SUBRULE5(this.name);
            return { kind: "calls", operation, callback, ...this.SUBRULE2(this.comparedNumber), at };
          },
        },
        {
          ALT: () => {
            this.CONSUME(t.word("cost"));
            this.CONSUME1(t.Dot);
            const of = this.SUBRULE6(this.name);
            return { kind: "cost", of, ...this.SUBRULE3(this.comparedNumber), at };
          },
        },
        {
          ALT: () => {
            const program = this.SUBRULE2(this.identifier);
            this.CONSUME2(t.Dot);
            const variable = this.SUBRULE7(this.name);
            return { kind: "variable", program, variable, ...this.SUBRULE4(this.comparedNumber), at };
          },
        },
        { GATE: () => !this.endsCondition(), ALT: () => this.SUBRULE(this.dotted) },
      ],
    });
  });

  /** An atom that begins with a name. */
  protected readonly dotted = this.RULE("dotted", (): ConditionSyntax => {
    const name = this.SUBRULE(this.name);
    const at = name.at;
    return this.OR<ConditionSyntax>([
      {
        ALT: () => {
          this.CONSUME(t.word("before"));
          return { kind: "before", first: name, second: this.SUBRULE1(this.name), at };
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.Dot);
          const field = this.CONSUME(t.Name);
          return this.OR1<ConditionSyntax>([
            {
              ALT: () => {
                this.CONSUME(t.word("has"));
                const flag = unprefixed(this.SUBRULE2(this.name), /^IORING_CQE_F_/);
                this.flagsField(field);
                return { kind: "flags", label: name, flag, at };
              },
            },
            {
              ALT: () => {
                const compared = this.SUBRULE(this.comparedNumber);
                if (field.image === "res") return { kind: "res", label: name, ...compared, at };
                const variable = { text: field.image, at: this.at(field) };
                return { kind: "variable", program: name, variable, ...compared, at };
              },
            },
          ]);
        },
      },
      {
        ALT: () => {
          const cmp = this.SUBRULE(this.comparison);
          return this.SUBRULE(this.compared, { ARGS: [name, cmp] });
        },
      },
    ]);
  });

  protected readonly compared = this.RULE(
    "compared",
    (name: Word, cmp: ComparisonSign): ConditionSyntax =>
      this.OR<ConditionSyntax>([
        {
          ALT: () => {
            const text = this.SUBRULE(this.bytes);
            return { kind: "content", name, cmp, text, at: name?.at };
          },
        },
        {
          ALT: () => {
            const value = this.SUBRULE(this.result);
            return { kind: "value", name, cmp, value, at: name?.at };
          },
        },
      ]),
  );

  protected readonly comparedNumber = this.RULE(
    "comparedNumber",
    (): { readonly cmp: ComparisonSign; readonly value: Result } => {
      const cmp = this.SUBRULE(this.comparison);
      return { cmp, value: this.SUBRULE(this.result) };
    },
  );

  protected readonly comparison = this.RULE("comparison", (): ComparisonSign => {
    return this.OR<ComparisonSign>([
      {
        ALT: () => {
          this.CONSUME(t.Equals);
          return "=";
        },
      },
      { ALT: () => comparisonSign(this.CONSUME(t.Comparison).image) },
    ]);
  });

  protected readonly name = this.RULE("name", (): Word => {
    const found = this.CONSUME(t.Name);
    return { text: found.image, at: this.at(found) };
  });

  /** A name or a number: the id of a custom operation, the end of sockets. */
  protected readonly identity = this.RULE("identity", (): Word => {
    const found = this.OR([{ ALT: () => this.CONSUME(t.Name) }, { ALT: () => this.CONSUME(t.Integer) }]);
    return { text: found.image, at: this.at(found) };
  });

  /** The id of a custom operation, where a name would mean something else. */
  protected readonly identifier = this.RULE("identifier", (): Word => {
    const found = this.CONSUME(t.Integer);
    return { text: found.image, at: this.at(found) };
  });

  protected readonly integer = this.RULE("integer", (): Integer => {
    const found = this.CONSUME(t.Integer);
    return { kind: "int", value: this.number(found), at: this.at(found) };
  });

  protected readonly errno = this.RULE("errno", (): Errno => {
    const found = this.CONSUME(t.Errno);
    return { kind: "errno", name: found.image.slice(1), at: this.at(found) };
  });

  protected readonly result = this.RULE("result", (): Result => {
    return this.OR<Result>([
      { ALT: () => this.SUBRULE(this.integer) },
      { ALT: () => this.SUBRULE(this.errno) },
    ]);
  });

  protected readonly duration = this.RULE("duration", (): Duration => {
    return this.OR<Duration>([
      {
        ALT: () => {
          const found = this.CONSUME(t.Time);
          return { kind: "time", ms: this.milliseconds(found), at: this.at(found) };
        },
      },
      {
        ALT: () => {
          const found = this.CONSUME(t.word("never"));
          return { kind: "time", ms: null, at: this.at(found) };
        },
      },
      {
        ALT: () => {
          const found = this.CONSUME(t.Integer);
          if (found.image !== "0") {
            this.tellAt(
              found,
              "bad-number",
              `\`${t.clip(found.image)}\` has no unit`,
              "times are 0, 10ms, 1s or never",
            );
          }
          return { kind: "time", ms: 0, at: this.at(found) };
        },
      },
    ]);
  });

  /** A string of `doc` and `source`. */
  protected readonly prose = this.RULE("prose", (): Text => {
    const found = this.CONSUME(t.Text);
    return this.ACTION(() => {
      const bytes = this.readLiteral(found);
      const text = utf8Text(bytes);
      if (text === null) this.tellAt(found, "bad-escape", "its \\xNN escapes are not UTF-8");
      return { text: text ?? "", at: t.positionOf(found) };
    });
  });

  /** A string of data. */
  protected readonly bytes = this.RULE("bytes", (): Text => {
    const found = this.CONSUME(t.Text);
    return this.ACTION(() => ({ text: this.readLiteral(found), at: t.positionOf(found) }));
  });
}

function comparisonSign(image: string): ComparisonSign {
  return image === "!=" || image === "<" || image === "<=" || image === ">" ? image : ">=";
}

/** Kernel spellings are accepted; the tree has the short ones. */
export function unprefixed(name: Word, prefix: RegExp): Word {
  // While the parser records its rules a name has no text.
  return { text: name.text?.replace(prefix, ""), at: name.at };
}
