/** Two litmus tests compared: each verdict, each observation, and runs that can be followed. */
import { describe, expect, it } from "vitest";
import { equivalence } from "../../src/equivalence/equivalence.js";
import { blindSpots, CQE_ORDERS, chainsOf, type Observation } from "../../src/equivalence/observation.js";
import { compared, follow, PROFILE, shortest, submit, test, wordOf } from "./litmus.js";

const observe = (
  cqes: Observation["cqes"],
  more: Partial<Observation> = {},
): { observation: Observation } => ({
  observation: { cqes, files: false, returns: false, ...more },
});

const SOFT = test(submit("a: OP may 0, -EIO | LINK", "b: NOP"));
const HARD = test(submit("a: OP may 0, -EIO | HARDLINK", "b: NOP"));
const AWAITED = test(`${submit("a: OP may 0, -EIO")}\nawait a\n${submit("b: NOP")}`);
const FREE = test(submit("a: OP may 0, -EIO", "b: NOP"));
const SURE = test(submit("a: OP may 0 | LINK", "b: NOP"));

describe("verdicts", () => {
  it("finds a hard link equivalent to waiting in user space, and bisimilar", () => {
    const result = compared(HARD, AWAITED, { bisimulation: true });
    expect(result).toMatchObject({ verdict: "equivalent", onlyLeft: null, onlyRight: null, limit: null });
    expect(result.bisimulation?.isBisimilar).toBe(true);
    expect(result.left).toMatchObject({ search: { states: 28 }, automata: { minimal: 4 } });
    expect(result.right).toMatchObject({ search: { states: 32 }, automata: { minimal: 4 } });
  });

  it("tells a soft link from waiting in user space: the rest of the chain is canceled, or is not", () => {
    const result = compared(SOFT, AWAITED);
    expect(result.verdict).toBe("differ both ways");
    expect(wordOf(result.onlyLeft)).toBe("a=-EIO b=-ECANCELED");
    expect(wordOf(result.onlyRight)).toBe("a=-EIO b=0");
  });

  it("says that a replacement allows more, or loses some, by which side has the word", () => {
    expect(compared(HARD, FREE)).toMatchObject({ verdict: "allows more", onlyLeft: null });
    expect(wordOf(compared(HARD, FREE).onlyRight)).toBe("b=0");
    expect(compared(FREE, HARD)).toMatchObject({ verdict: "loses some", onlyRight: null });
    expect(wordOf(compared(SOFT, SURE).onlyLeft)).toBe("a=-EIO");
    expect(compared(SOFT, SURE).verdict).toBe("loses some");
  });

  it("sees a thread that hangs, where all CQEs are the same", () => {
    const result = compared(test(submit("a: NOP")), test("submit r {\na: NOP\n} wait 2"));
    expect(result.verdict).toBe("differ both ways");
    expect(wordOf(result.onlyRight)).toBe("a=0 hang");
  });

  it("sees a CQE that is lost", () => {
    const skipped = test("submit r {\na: NOP | SKIP\nb: NOP\n} wait 1\nreap r");
    const result = compared(test(submit("a: NOP", "b: NOP")), skipped, observe("multiset"));
    expect(wordOf(result.onlyLeft)).toBe("a=0; b=0; done");
    expect(wordOf(result.onlyRight)).toBe("b=0; done");
  });
});

describe("observations", () => {
  const TWO = test(submit("a: NOP | LINK", "b: NOP", "c: NOP | LINK", "d: NOP"));
  const ONE_AFTER_THE_OTHER = test(
    `${submit("a: NOP | LINK", "b: NOP")}\n${submit("c: NOP | LINK", "d: NOP")}`,
  );
  const TURNED = test(submit("b: NOP | LINK", "a: NOP", "c: NOP | LINK", "d: NOP"));

  it("per chain: cannot see the order between chains", () => {
    expect(chainsOf(TWO.scenario)).toEqual([
      ["a", "b"],
      ["c", "d"],
    ]);
    expect(compared(TWO, ONE_AFTER_THE_OTHER).verdict).toBe("differ both ways");
    expect(compared(TWO, ONE_AFTER_THE_OTHER, observe("per chain")).verdict).toBe("equivalent");
    const turned = compared(TWO, TURNED, observe("per chain"));
    expect(turned.verdict).toBe("differ both ways");
    expect(turned.onlyLeft?.word).toEqual([
      { track: "a b", letters: ["a=0", "b=0"] },
      { track: "c d", letters: ["c=0", "d=0"] },
      { track: "end", letters: ["done"] },
    ]);
  });

  it("per chain: sees which results come together", () => {
    const both = test(submit("a: OP may 0, -EIO", "b: OP may 0, -EIO"));
    const either = test(submit("a: NOP", "b: OP may 0, -EIO"));
    const result = compared(both, either, observe("per chain"));
    expect(result).toMatchObject({ verdict: "loses some", left: { words: "4" }, right: { words: "2" } });
  });

  it("multiset: cannot see any order", () => {
    expect(compared(TWO, TURNED, observe("multiset")).verdict).toBe("equivalent");
  });

  it("files: sees what they hold at the end, of those that both have", () => {
    const writes = (data: string, more = "") =>
      test(submit(`a: WRITE fd=f off=0 data="${data}"`), `file f = "...."${more}`);
    const one = writes("xy");
    expect(compared(one, writes("zz")).verdict).toBe("equivalent");
    const result = compared(one, writes("zz", '\nfile g = ""'), observe("multiset", { files: true }));
    expect(result.notCompared).toEqual({ files: ["g"], values: [] });
    expect(wordOf(result.onlyLeft)).toBe('a=2; done f="xy.."');
    expect(wordOf(result.onlyRight)).toBe('a=2; done f="zz.."');
  });

  it("returns: sees what `as` binds", () => {
    const one = test("submit r {\na: NOP\n} as n\nreap r");
    const other = test("queue r {\na: NOP\n}\nenter r submit 2 as n\nreap r as m");
    expect(compared(one, other).verdict).toBe("equivalent");
    const waits = test("submit r {\na: NOP\n}\nenter r wait 1 as n\nreap r");
    const result = compared(one, waits, observe("total", { returns: true }));
    expect(wordOf(result.onlyLeft)).toBe("a=0 done n=1");
    expect(wordOf(result.onlyRight)).toBe("a=0 done n=0");
    expect(compared(one, other, observe("total", { returns: true })).notCompared.values).toEqual(["m"]);
  });

  it("names a CQE by the user_data that it bears", () => {
    const twice = test(submit("a: NOP", "b: NOP ud=a"));
    expect(wordOf(compared(twice, test(submit("a: NOP", "b: NOP"))).onlyLeft)).toBe("a=0 a=0");
  });

  it("orders the CQEs of each ring, and not those of different rings", () => {
    const rings = "ring r { sq 8 cq 16 }\nring q { sq 8 cq 16 }";
    const on = (first: string, second: string): string =>
      [first, second]
        .map((ring) => `submit ${ring} {\n${ring}1: NOP\n${ring}2: NOP\n} wait 2\nreap ${ring}`)
        .join("\n");
    expect(compared(test(on("r", "q"), rings), test(on("q", "r"), rings)).verdict).toBe("equivalent");
    const turned = test(on("r", "q").replace("r1: NOP\nr2: NOP", "r2: NOP\nr1: NOP"), rings);
    const result = compared(test(on("r", "q"), rings), turned);
    expect(wordOf(result.onlyRight)).toBe("r: r2=0 r: r1=0; q: q1=0 q: q2=0; done");
  });

  it("says what each cannot see, each in words of its own", () => {
    const all = CQE_ORDERS.flatMap((cqes) =>
      [false, true].flatMap((files) =>
        [false, true].map((returns) => blindSpots({ cqes, files, returns }).join()),
      ),
    );
    expect(new Set(all).size).toBe(12);
  });
});

describe("hooks", () => {
  const RING = "ring r { sq 8 cq 16 setup SINGLE_ISSUER DEFER_TASKRUN }";
  const body = (link: string): string =>
    `queue r {\na: OP may 0, -EIO${link}\nb: NOP${link}\nc: NOP\n}\nenter r submit 3 wait 3 as n\nreap r`;
  const LINKS = test(body(" | LINK"), RING);
  const HOOK = test(body(""), `${RING}\nhook h on r = chain`);

  it("finds a hook that runs a soft chain equivalent to the links, for who looks at CQEs", () => {
    expect(compared(LINKS, HOOK)).toMatchObject({
      verdict: "equivalent",
      left: { automata: { minimal: 7 } },
      right: { automata: { minimal: 7 } },
    });
  });

  it("sees what enter returns", () => {
    const result = compared(LINKS, HOOK, observe("total", { returns: true }));
    expect(wordOf(result.onlyLeft)).toBe("a=-EIO b=-ECANCELED c=-ECANCELED done n=3");
  });

  it("sees a loop that never ends", () => {
    const spins = test(
      "queue r {\na: NOP\n}\nenter r submit 1 wait 1\nreap r",
      `${RING}\nhook h on r = bad-spin`,
    );
    const result = compared(test(submit("a: NOP"), RING), spins);
    expect(wordOf(result.onlyRight)).toBe("endless");
    expect(result.onlyRight?.run.ending).toEqual(["endless"]);
  });
});

describe("runs", () => {
  const pairs = [
    [SOFT, AWAITED],
    [SOFT, HARD],
    [HARD, FREE],
  ] as const;
  it.each(CQE_ORDERS)("can be followed on both sides, and part where they say (%s)", (cqes) => {
    let parted = 0;
    for (const [left, right] of pairs) {
      const { onlyLeft, onlyRight } = compared(left, right, observe(cqes));
      for (const difference of [onlyLeft, onlyRight]) {
        if (difference === null) continue;
        parted++;
        const { run, other } = difference;
        for (const shown of [run, other]) {
          expect(follow(shown.side === "left" ? left : right, shown)).toBe("quiescent");
        }
        const agreed = (shown: typeof run): string[] => shown.shown.slice(0, shown.partsAt).flat();
        expect(agreed(run)).toEqual(agreed(other));
        const letters = [...run.shown.flat(), ...run.ending];
        expect(
          difference.word.flatMap((track) => track.letters).every((name) => letters.includes(name)),
        ).toBe(true);
        expect(run.shown[run.partsAt]).not.toEqual(other.shown[other.partsAt]);
      }
    }
    expect(parted).toBe({ total: 5, "per chain": 5, multiset: 4 }[cqes]);
  });

  it("are the shortest: none shows the word earlier, and none ends earlier where nothing is agreed on", () => {
    const { onlyRight } = compared(HARD, FREE);
    const search = shortest(FREE, "b");
    expect(onlyRight?.run.partsAt).toBe(search.toFirst - 1);
    expect(onlyRight?.other.schedule.length).toBe(shortest(HARD, "b").toEnd);
  });

  it("are the same whenever they are asked for", () => {
    expect(compared(SOFT, AWAITED)).toEqual(compared(SOFT, AWAITED));
  });
});

describe("limits", () => {
  it("is inconclusive where a search was not whole, and says why", () => {
    const result = compared(HARD, AWAITED, { limits: { statesMax: 20 } });
    expect(result).toMatchObject({
      verdict: "inconclusive",
      limit: { side: "left", name: "statesMax", value: 20 },
      left: { search: { complete: false } },
    });
  });

  it("keeps a difference that it has found, if the side without it is whole", () => {
    const many = test(submit("z: NOP", "a: OP may 0, -EIO | LINK", "b: NOP"));
    const result = equivalence(SURE, many, PROFILE, PROFILE, { limits: { statesMax: 30 } });
    expect(result.left.search.complete).toBe(true);
    expect(result).toMatchObject({ verdict: "inconclusive", onlyLeft: null, limit: { side: "right" } });
    expect(wordOf(result.onlyRight)).toBe("z=0");
  });

  it.each([
    ["deterministicMax", "total"],
    ["nodesMax", "multiset"],
  ] as const)("is inconclusive past %s", (name, cqes) => {
    const result = compared(SOFT, SOFT, { ...observe(cqes), limits: { [name]: 3 } });
    expect(result).toMatchObject({ verdict: "inconclusive", limit: { name, value: 3 } });
  });
});
