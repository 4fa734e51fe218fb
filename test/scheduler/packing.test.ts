/** The packing keeps every state of every layout, and nothing else. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Layout } from "../../src/scheduler/model.js";
import { codecOf } from "../../src/scheduler/packing.js";

const INT32_MAX = 2 ** 31 - 1;
const INT32_MIN = -(2 ** 31);

const bounds = fc.oneof(
  fc
    .tuple(fc.integer({ min: -40, max: 40 }), fc.integer({ min: 0, max: 300 }))
    .map(([min, more]) => [min, min + more]),
  fc.constantFrom(
    [INT32_MIN, INT32_MAX],
    [0, INT32_MAX],
    [INT32_MIN, 0],
    [-1, INT32_MAX],
    [INT32_MIN + 1, INT32_MAX],
    [INT32_MIN, INT32_MAX - 1],
    [0, 2 ** 32 - 1],
    [1, 2 ** 32],
    [-5, 2 ** 32 - 6],
    [7, 7],
    [0, 2 ** 31],
  ),
) as fc.Arbitrary<[number, number]>;

const listMax = fc.oneof(
  fc.integer({ min: 0, max: 70 }),
  fc.constantFrom(2 ** 16 - 1, 2 ** 16, INT32_MAX, 2 ** 31, 2 ** 32 - 1),
);

const leaf: fc.Arbitrary<Layout> = fc.oneof(
  bounds.map(([min, max]): Layout => ({ kind: "int", min, max })),
  fc.constant<Layout>({ kind: "bool" }),
  fc.constant<Layout>({ kind: "text" }),
  fc
    .record({ lengthMax: fc.oneof(fc.integer({ min: 0, max: 9 }), fc.constant(40)), max: listMax })
    .map((shape): Layout => ({ kind: "list", ...shape })),
);

const { part } = fc.letrec<{ part: Layout }>((tie) => ({
  part: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    leaf,
    fc
      .record({ length: fc.integer({ min: 0, max: 4 }), of: tie("part") })
      .map((of): Layout => ({ kind: "array", ...of })),
    fc
      .dictionary(fc.constantFrom("a", "b", "c", "res", "user_data", "$"), tie("part"), { maxKeys: 5 })
      .map((fields): Layout => ({ kind: "struct", fields: { ...fields } })),
  ),
}));
const layout = fc.array(part, { maxLength: 6 }).map(
  (parts): Layout => ({
    kind: "struct",
    fields: Object.fromEntries(parts.map((of, index) => [`f${index}`, of])),
  }),
);

function valuesOf(shape: Layout): fc.Arbitrary<unknown> {
  switch (shape.kind) {
    case "int":
      return fc.oneof(
        fc.constantFrom(shape.min, shape.max),
        fc.integer({ min: shape.min, max: Math.min(shape.max, shape.min + 2 ** 31) }),
      );
    case "bool":
      return fc.boolean();
    case "text":
      return fc.oneof(fc.constantFrom("", "hi", "\0"), fc.string());
    case "list": {
      const entry = fc.oneof(
        fc.constantFrom(0, shape.max),
        fc.maxSafeNat().map((n) => n % (shape.max + 1)),
      );
      return fc.oneof(
        fc.array(entry, { maxLength: shape.lengthMax }),
        fc.array(entry, { minLength: shape.lengthMax, maxLength: shape.lengthMax }),
      );
    }
    case "array":
      return fc.tuple(...Array.from({ length: shape.length }, () => valuesOf(shape.of)));
    case "struct":
      return fc.record(
        Object.fromEntries(Object.entries(shape.fields).map(([name, of]) => [name, valuesOf(of)])),
        { noNullPrototype: true },
      );
  }
}

const scenario = layout.chain((shape) =>
  fc.tuple(fc.constant(shape), fc.array(valuesOf(shape), { minLength: 2, maxLength: 6 })),
);

describe.each([
  ["a table", Number.POSITIVE_INFINITY],
  ["generated code", 1],
  ["first one and then the other", 3],
])("codecOf, by %s,", (_, compileAfterPacks) => {
  it("decodes what it encoded, whatever the object held before", () => {
    fc.assert(
      fc.property(scenario, ([shape, states]) => {
        const codec = codecOf<unknown>(shape, compileAfterPacks);
        const words = new Int32Array(codec.words + 5).fill(-1);
        const kept = codec.scratch();
        for (const state of states) {
          codec.encode(state, words, 3);
          expect([words[2], words[codec.words + 3]]).toEqual([-1, -1]);
          codec.decode(words, 3, kept);
          expect(kept).toEqual(state);
          const fresh = codec.scratch();
          codec.decode(words, 3, fresh);
          expect(fresh).toEqual(state);
        }
      }),
      { numRuns: 400, seed: 1 },
    );
  });

  it("gives equal words exactly to equal states", () => {
    fc.assert(
      fc.property(scenario, ([shape, states]) => {
        const codec = codecOf<unknown>(shape, compileAfterPacks);
        // Stale words must not show through: every word is written each time.
        const packed = states.map((state, index) => {
          const words = new Int32Array(codec.words).fill(index % 2 === 0 ? -1 : 0);
          codec.encode(state, words, 0);
          return String(words);
        });
        for (const [i, a] of states.entries()) {
          for (const [j, b] of states.entries()) {
            expect(packed[i] === packed[j]).toBe(JSON.stringify(a) === JSON.stringify(b));
          }
        }
      }),
      { numRuns: 400, seed: 2 },
    );
  });

  it("packs what it encodes, without the zeros of what is unused, and hashes equal states alike", () => {
    fc.assert(
      fc.property(scenario, ([shape, states]) => {
        const codec = codecOf<unknown>(shape, compileAfterPacks);
        const kept = codec.scratch();
        for (const state of states) {
          const words = new Int32Array(codec.words);
          const packed = new Int32Array(codec.words + 1).fill(-1);
          codec.encode(state, words, 0);
          const hash = codec.pack(state, packed, 0);
          const used = packed[0]!;
          expect(used).toBeLessThanOrEqual(codec.words);
          expect(packed.subarray(0, used)).toEqual(words.subarray(0, used));
          expect(packed.subarray(used).every((word) => word === -1)).toBe(true);
          expect(words.subarray(used).every((word) => word === 0)).toBe(true);
          codec.decode(packed, 0, kept);
          expect(kept).toEqual(state);
          expect(codec.pack(kept, packed, 1)).toBe(hash);
          for (const other of states) {
            const others = new Int32Array(codec.words);
            codec.pack(other, others, 0);
            codec.restore(others, 0, packed, 1, kept);
            expect(kept).toEqual(other);
            codec.restore(packed, 1, others, 0, kept);
            expect(kept).toEqual(state);
          }
        }
      }),
      { numRuns: 400, seed: 3 },
    );
  });
});

describe("codecOf", () => {
  it("packs the same words with the same hash by a table and by generated code", () => {
    fc.assert(
      fc.property(scenario, ([shape, states]) => {
        const [table, code] = [Number.POSITIVE_INFINITY, 1].map((after) => {
          const codec = codecOf<unknown>(shape, after);
          return states.map((state) => {
            const words = new Int32Array(codec.words);
            const hash = codec.pack(state, words, 0);
            return [hash, ...words];
          });
        });
        expect(code).toEqual(table);
      }),
      { numRuns: 400, seed: 4 },
    );
  });

  it("packs fields greedily and never across words", () => {
    const int = (max: number): Layout => ({ kind: "int", min: 0, max });
    const words = (...of: Layout[]): number =>
      codecOf({ kind: "struct", fields: Object.fromEntries(of.map((f, i) => [`f${i}`, f])) }).words;
    // One word more than the fields: how many words there are.
    expect(words(int(255), int(255), int(255), int(255))).toBe(2);
    expect(words(int(2 ** 20 - 1), int(2 ** 20 - 1), int(2 ** 12 - 1), int(2 ** 12 - 1))).toBe(3);
    expect(words(int(0), int(0))).toBe(1);
    expect(words({ kind: "bool" }, { kind: "text" }, { kind: "bool" })).toBe(3);
    // 3 bits of length and 7 of 4 bits each: one word. 8 entries: too many bits, so they get a word of their own.
    expect(words({ kind: "list", lengthMax: 7, max: 15 })).toBe(2);
    expect(words({ kind: "list", lengthMax: 8, max: 15 })).toBe(3);
    expect(words({ kind: "list", lengthMax: 9, max: 15 })).toBe(4);
  });

  it("keeps a state of many fields, in several generated functions", () => {
    const shape: Layout = {
      kind: "struct",
      fields: {
        parts: {
          kind: "array",
          length: 700,
          of: { kind: "struct", fields: { a: { kind: "int", min: -3, max: 9 }, on: { kind: "bool" } } },
        },
      },
    };
    const codec = codecOf<{ parts: { a: number; on: boolean }[] }>(shape, 1);
    const state = codec.scratch();
    for (const [index, one] of state.parts.entries()) {
      one.a = (index % 13) - 3;
      one.on = index % 3 === 0;
    }
    const words = new Int32Array(codec.words);
    codec.encode(state, words, 0);
    const other = codec.scratch();
    codec.decode(words, 0, other);
    expect(other).toEqual(state);
  });

  describe("names the field that is out of its bounds", () => {
    const shape: Layout = {
      kind: "struct",
      fields: {
        reqs: {
          kind: "array",
          length: 2,
          of: { kind: "struct", fields: { res: { kind: "int", min: -5, max: 9 }, on: { kind: "bool" } } },
        },
        full: { kind: "int", min: INT32_MIN + 1, max: INT32_MAX },
        unsigned: { kind: "int", min: 0, max: 2 ** 32 - 1 },
        name: { kind: "text" },
        cq: { kind: "list", lengthMax: 3, max: 5 },
        long: { kind: "list", lengthMax: 9, max: 1000 },
      },
    };
    type State = ReturnType<typeof good>;
    const good = () => ({
      reqs: [
        { res: 0, on: false },
        { res: 0, on: false },
      ],
      full: 0,
      unsigned: 0,
      name: "",
      cq: [] as number[],
      long: [] as number[],
    });
    const cases: [string, (state: State) => void, string][] = [
      [
        "above",
        (s) => {
          s.reqs[1]!.res = 10;
        },
        "reqs[1].res: 10 is not an integer -5..9",
      ],
      [
        "below",
        (s) => {
          s.reqs[0]!.res = -6;
        },
        "reqs[0].res: -6 is not an integer -5..9",
      ],
      [
        "far below",
        (s) => {
          s.reqs[0]!.res = INT32_MIN;
        },
        `reqs[0].res: ${INT32_MIN} is not an integer -5..9`,
      ],
      [
        "a fraction",
        (s) => {
          s.reqs[0]!.res = 1.5;
        },
        "reqs[0].res: 1.5 is not an integer -5..9",
      ],
      [
        "not a number",
        (s) => {
          s.reqs[0]!.res = Number.NaN;
        },
        "reqs[0].res: NaN is not an integer -5..9",
      ],
      [
        "missing",
        (s) => void Reflect.deleteProperty(s.reqs[0]!, "res"),
        "reqs[0].res: undefined is not an integer -5..9",
      ],
      ["not a boolean", (s) => void Object.assign(s.reqs[1]!, { on: 1 }), "reqs[1].on: 1 is not a boolean"],
      [
        "past 32 bits",
        (s) => {
          s.full = 2 ** 31;
        },
        `full: ${2 ** 31} is not an integer ${INT32_MIN + 1}..${INT32_MAX}`,
      ],
      [
        "below 32 bits",
        (s) => {
          s.full = INT32_MIN;
        },
        `full: ${INT32_MIN} is not an integer ${INT32_MIN + 1}..${INT32_MAX}`,
      ],
      [
        "unsigned below",
        (s) => {
          s.unsigned = -1;
        },
        `unsigned: -1 is not an integer 0..${2 ** 32 - 1}`,
      ],
      [
        "unsigned above",
        (s) => {
          s.unsigned = 2 ** 32;
        },
        `unsigned: ${2 ** 32} is not an integer 0..${2 ** 32 - 1}`,
      ],
      ["not a text", (s) => void Object.assign(s, { name: 3 }), "name: 3 is not a string"],
      ["a part too many", (s) => void s.reqs.push({ res: 0, on: false }), "reqs: has 3 parts instead of 2"],
      ["a part too few", (s) => void s.reqs.pop(), "reqs: has 1 parts instead of 2"],
      ["too long", (s) => void s.cq.push(0, 0, 0, 0), "cq: has 4 entries, at most 3 are allowed"],
      ["an entry", (s) => void s.cq.push(1, 6), "cq[1]: 6 is not an integer 0..5"],
      ["a negative entry", (s) => void s.cq.push(-1), "cq[0]: -1 is not an integer 0..5"],
      [
        "an entry of a long list",
        (s) => void s.long.push(1000, 1001),
        "long[1]: 1001 is not an integer 0..1000",
      ],
      [
        "a hole",
        (s) => {
          s.long.length = 2;
        },
        "long[0]: undefined is not an integer 0..1000",
      ],
      [
        "a long list too long",
        (s) => void s.long.push(...new Array<number>(10).fill(0)),
        "long: has 10 entries, at most 9 are allowed",
      ],
    ];
    it.each(cases)("%s", (_, spoil, message) => {
      for (const after of [1, Number.POSITIVE_INFINITY]) refuses(after, spoil, message);
    });
    function refuses(after: number, spoil: (state: State) => void, message: string): void {
      const codec = codecOf<State>(shape, after);
      const state = good();
      codec.encode(state, new Int32Array(codec.words), 0);
      spoil(state);
      expect(() => codec.encode(state, new Int32Array(codec.words), 0)).toThrow(new RangeError(message));
    }
  });

  it.each<[Layout, string]>([
    [{ kind: "bool" }, "the layout of a state is a struct or an array, not bool"],
    [{ kind: "struct", fields: { a: { kind: "int", min: 1, max: 0 } } }, "a: no integers 1..0"],
    [{ kind: "struct", fields: { a: { kind: "int", min: 0, max: 0.5 } } }, "a: no integers 0..0.5"],
    [
      { kind: "struct", fields: { a: { kind: "int", min: 0, max: 2 ** 32 } } },
      `a: 0..${2 ** 32} takes more than 32 bits`,
    ],
    [{ kind: "struct", fields: { "a b": { kind: "bool" } } }, 'state: a field cannot be named "a b"'],
    [
      { kind: "struct", fields: { a: { kind: "array", length: -1, of: { kind: "bool" } } } },
      "a: no length -1",
    ],
  ])("refuses a layout that it cannot pack: %j", (shape, message) => {
    expect(() => codecOf(shape)).toThrow(new TypeError(message));
  });
});
