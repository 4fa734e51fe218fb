/** Trace files: what is written is read again, older ones too; what is no trace is refused by place. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PROFILE_NAMES } from "../../src/model/profile.js";
import { readTrace, type Trace, writeTrace } from "../../src/trace/index.js";

const TRACE: Trace = {
  version: "0.1.0",
  litmus: { name: "t", hash: "0123456789abcdef", text: "litmus t\n" },
  programs: [],
  semantics: "linux-6.18",
  time: "ordered",
  seed: "7",
  violates: { claim: "always a.res = 0" },
  choices: [
    { index: 0, count: 1, label: "T0: submit r { a }" },
    { index: 1, count: 2, label: 'T0: "quoted"' },
  ],
};

const choices = fc
  .record({
    index: fc.nat(100),
    more: fc.integer({ min: 1, max: 100 }),
    label: fc.string({ unit: "binary" }),
  })
  .map(({ index, more, label }) => ({ index, count: index + more, label }));

const traces: fc.Arbitrary<Trace> = fc.record({
  version: fc.option(fc.string()),
  litmus: fc.record({ name: fc.string(), hash: fc.string(), text: fc.string({ unit: "binary" }) }),
  programs: fc.array(fc.string({ maxLength: 8 }), { maxLength: 2 }),
  semantics: fc.constantFrom(...PROFILE_NAMES),
  time: fc.constantFrom("free", "ordered"),
  seed: fc.option(fc.string()),
  violates: fc.option(fc.oneof(fc.record({ claim: fc.string() }), fc.record({ property: fc.string() }))),
  choices: fc.array(choices),
});

describe("a trace file", () => {
  it("has one choice a line, and the same bytes for the same trace", () => {
    expect(writeTrace(TRACE)).toBe(`{
  "schema": "ringspec.trace/1",
  "version": "0.1.0",
  "litmus": {
    "name": "t",
    "hash": "0123456789abcdef",
    "text": "litmus t\\n"
  },
  "semantics": "linux-6.18",
  "time": "ordered",
  "seed": "7",
  "violates": {"claim":"always a.res = 0"},
  "choices": [
    {"index":0,"count":1,"label":"T0: submit r { a }"},
    {"index":1,"count":2,"label":"T0: \\"quoted\\""}
  ]
}
`);
  });

  it("is read again as it was written", () => {
    fc.assert(
      fc.property(traces, (trace) => {
        expect(readTrace(writeTrace(trace))).toEqual({ kind: "trace", trace });
      }),
      { seed: 5, numRuns: 300 },
    );
  });

  it("of the older schema has no counts", () => {
    const old = JSON.parse(writeTrace(TRACE));
    old.schema = "ringspec.trace/0";
    for (const choice of old.choices) delete choice.count;
    const read = readTrace(JSON.stringify(old));
    expect(read).toEqual({
      kind: "trace",
      trace: { ...TRACE, choices: TRACE.choices.map((choice) => ({ ...choice, count: null })) },
    });
  });

  it("of a newer schema is refused with a sentence", () => {
    const read = readTrace(writeTrace(TRACE).replace("trace/1", "trace/2"));
    expect(read).toEqual({
      kind: "problem",
      problem: {
        line: 0,
        column: 0,
        code: "newer-schema",
        message:
          "the trace has the schema ringspec.trace/2, which is newer than the newest that this ringspec reads, ringspec.trace/1",
        hint: "install a newer ringspec, or record the run again with this one",
      },
    });
  });
});

/** A trace with one part replaced; `undefined` leaves it out. */
function broken(change: (json: Record<string, unknown>) => void): string {
  const json = JSON.parse(writeTrace(TRACE));
  change(json);
  return JSON.stringify(json);
}

const set = (key: string, value: unknown) =>
  broken((json) => {
    json[key] = value;
  });
const setChoice = (key: string, value: unknown) =>
  broken((json) => {
    (json["choices"] as Record<string, unknown>[])[1]![key] = value;
  });

const TABLE: readonly (readonly [title: string, text: string, code: string, message: RegExp])[] = [
  ["empty", "", "not-json", /^the file is empty$/],
  ["cut off", writeTrace(TRACE).slice(0, 200), "not-json", /not JSON, or not all of it/],
  ["not JSON", "litmus t", "not-json", /not JSON/],
  ["deep", "[".repeat(100_000), "not-json", /not JSON/],
  [
    "deep and whole",
    `${"[".repeat(50_000)}${"]".repeat(50_000)}`,
    "wrong-type",
    /^the trace is a list, not an object$/,
  ],
  ["null", "null", "wrong-type", /^the trace is null, not an object$/],
  ["a number", "7", "wrong-type", /^the trace is a number, not an object$/],
  ["no schema", set("schema", undefined), "missing-key", /^schema is missing$/],
  ["a schema that is no string", set("schema", 1), "wrong-type", /^schema is a number, not a string$/],
  ["another schema", set("schema", "itf/1"), "unknown-schema", /^schema is "itf\/1"$/],
  ["no litmus", set("litmus", undefined), "missing-key", /^litmus is missing$/],
  ["litmus as text", set("litmus", "litmus t"), "wrong-type", /^litmus is a string, not an object$/],
  ["no text", set("litmus", { name: "t", hash: "0" }), "missing-key", /^litmus.text is missing$/],
  [
    "unknown profile",
    set("semantics", "linux-5.0"),
    "wrong-type",
    /^semantics is "linux-5.0", which is no profile$/,
  ],
  ["prototype's name as profile", set("semantics", "__proto__"), "wrong-type", /no profile/],
  ["unknown time", set("time", "slow"), "wrong-type", /^time is "slow"$/],
  ["a seed that is a number", set("seed", 7), "wrong-type", /^seed is a number, not a string$/],
  ["violates as text", set("violates", "all"), "wrong-type", /^violates is a string, not an object$/],
  ["violates nothing", set("violates", {}), "missing-key", /^violates.claim is missing$/],
  ["no choices", set("choices", undefined), "missing-key", /^choices is missing$/],
  ["choices as object", set("choices", {}), "wrong-type", /^choices is an object, not a list$/],
  [
    "a choice that is a number",
    set("choices", [0]),
    "wrong-type",
    /^choices\[0\] is a number, not an object$/,
  ],
  ["no index", setChoice("index", undefined), "missing-key", /^choices\[1\].index is missing$/],
  ["index as text", setChoice("index", "1"), "wrong-type", /^choices\[1\].index is a string, not a number$/],
  [
    "a negative index",
    setChoice("index", -1),
    "wrong-type",
    /^choices\[1\].index is -1, not a whole number from 0$/,
  ],
  ["half an index", setChoice("index", 0.5), "wrong-type", /^choices\[1\].index is 0.5, not a whole number/],
  [
    "an index past the count",
    setChoice("index", 2),
    "wrong-type",
    /^choices\[1\].index is 2, and only 2 could be/,
  ],
  ["no count", setChoice("count", undefined), "missing-key", /^choices\[1\].count is missing$/],
  ["no label", setChoice("label", null), "wrong-type", /^choices\[1\].label is null, not a string$/],
  ["too many choices", set("choices", new Array(100_001).fill(0)), "limit-choices", /at most 100000$/],
];

describe("what is no trace is refused", () => {
  it.each(TABLE)("%s", (_, text, code, message) => {
    const read = readTrace(text);
    if (read.kind !== "problem") throw new Error("it was read");
    expect(read.problem.code).toBe(code);
    expect(read.problem.message).toMatch(message);
  });

  it("whatever it is, without an exception", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.json().map((json) => `{"schema":"ringspec.trace/1","choices":${json}}`),
        ),
        (text) => {
          expect(readTrace(text).kind).toBe("problem");
        },
      ),
      { seed: 9, numRuns: 500 },
    );
  });
});
