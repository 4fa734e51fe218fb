/** `ringspec kernel` with what is no kernel of this machine: recordings, profiles, guests that are not there. */
import { readFileSync } from "node:fs";
import { afterEach, describe, expect, it, vi } from "vitest";
import { folder, ringspec } from "./cli.js";

const files = folder();

/** Linux 6.18 has IORING_NOP_TW, 6.12 refuses it at prep. */
const TASK_WORK = `litmus tw
semantics linux-6.12 linux-6.18
thread T0 {
  submit {
    a: NOP tw
  } wait 1
}
always a.res = 0 or a.res = -EINVAL
`;
const test = files.write("tw.litmus", TASK_WORK);
const { hash } = JSON.parse((await ringspec("check", test, "--json")).out.split("\n")[0] ?? "") as {
  hash: string;
};

function recording(name: string, release: string, res: number, change: object = {}): string {
  const file = { path: test, hash, observed: [{ runs: 20, cq: { r: [["a", res]] } }], ...change };
  const json = {
    schema: "ringspec.kernelRuns/1",
    release,
    version: "",
    features: [],
    command: "",
    files: [file],
  };
  return files.write(name, JSON.stringify(json));
}

describe("kernel --recorded", () => {
  it("judges what was recorded by the recorded kernel's profile", async () => {
    const ok = await ringspec("kernel", "--recorded", recording("new.json", "6.18.44", 0));
    expect(ok.out).toContain(
      "Kernel 6.18.44 against linux-6.18\nHistogram (1 states, 20 runs)\n20:>a=0\nOk\n",
    );
    expect(ok.code).toBe(0);
    const bad = await ringspec("kernel", "--recorded", recording("old.json", "6.12.117-amd64", 0));
    expect(bad.out).toContain("Kernel 6.12.117-amd64 against linux-6.12");
    expect(bad.out).toContain(
      "20*>a=0\nForbidden a=0\n      seen  nearest allowed\n* CQ  a=0\n*           a=-EINVAL\nNo\n",
    );
    expect(bad.code).toBe(1);
  });

  it("takes the worst of several recordings, and only the files that are named", async () => {
    const both = [recording("a.json", "6.12.1", -22), recording("b.json", "6.18.1", -22)];
    expect((await ringspec("kernel", "--recorded", ...both)).code).toBe(1);
    const other = files.write("other.litmus", TASK_WORK.replace("litmus tw", "litmus other"));
    const none = await ringspec("kernel", "--recorded", ...both, other);
    expect(none).toEqual({ code: 0, out: "", err: "" });
  });

  it.each([
    ["a changed file", { hash: "0000000000000000" }, "stale: the file has changed since the recording"],
    [
      "names that the file lacks",
      { observed: [{ runs: 1, cq: { r: [["z", 0]] } }] },
      "stale: the recording names what the file does not have",
    ],
    ["what the kernel could not run", { unsupported: "no NOP" }, "unsupported: no NOP"],
    [
      "only late runs",
      { observed: [], late: 20 },
      "inconclusive: no run has an outcome: 0 hung, 20 came too late",
    ],
  ])("does not judge %s", async (_, change, line) => {
    const { out, code } = await ringspec("kernel", "--recorded", recording("x.json", "6.18.44", 0, change));
    expect(out).toContain(`Test tw kernel\n${line}\n`);
    expect(code).toBe(3);
  });

  it("counts a file that is gone as stale", async () => {
    const gone = recording("gone.json", "6.18.44", 0, { path: `${files.path}/gone.litmus` });
    const { out, code } = await ringspec("kernel", "--recorded", gone);
    expect(files.strip(out)).toBe("gone.litmus: stale: there is no such file any more\n");
    expect(code).toBe(3);
  });

  it("names the place of what is wrong with a recording", async () => {
    const bad = files.write("bad.json", '{"schema": "ringspec.kernelRuns/1", "release": 6}');
    const { err, code } = await ringspec("kernel", "--recorded", bad);
    expect(files.strip(err)).toBe("bad.json: error[wrong-type]: release is a number, not a string\n");
    expect(code).toBe(2);
  });

  it("needs a recording among the paths", async () => {
    const { err, code } = await ringspec("kernel", "--recorded", test);
    expect(err).toContain("--recorded needs a recording\nhint: ringspec kernel --recorded");
    expect(code).toBe(2);
  });
});

describe("kernel --compare", () => {
  it("prints the outcomes in which two profiles differ", async () => {
    const { out, code } = await ringspec("kernel", "--compare", "linux-6.12,linux-6.18", test);
    expect(files.strip(out)).toBe(
      "Test tw tw.litmus\nA linux-6.12: 1 allowed; B linux-6.18: 1 allowed\nonly A - - a=-EINVAL\nonly B - - a=0\n\n" +
        "1 files, A linux-6.12 and B linux-6.18: 0 same, 1 differ (1 with no outcome in common), 0 inconclusive, " +
        "0 unsupported, 0 stale, 0 with errors\n",
    );
    expect(code).toBe(1);
  });

  it("says nothing of files in which both are the same", async () => {
    const { out, code } = await ringspec("kernel", "--compare", "linux-6.18,linux-7.1", test);
    expect(out).toMatch(/^1 files, .*: 1 same, 0 differ/);
    expect(code).toBe(0);
  });

  it("compares recordings with the runs that showed each outcome, as text and as JSON", async () => {
    const sides = [recording("a.json", "6.12.1", -22), recording("b.json", "6.18.1", 0)].join(",");
    const { out } = await ringspec("kernel", "--compare", sides, test);
    expect(out).toContain("only A 20  0 a=-EINVAL\nonly B  0 20 a=0\n");
    expect(out).toContain("What a kernel was not seen to do in so many runs it may do in others.");
    const json = JSON.parse((await ringspec("kernel", "--compare", sides, test, "--json")).out) as object;
    expect(json).toMatchObject({
      schema: "ringspec.kernelCompare/1",
      verdict: "differ",
      onlyA: [{ cq: { r: [["a", -22, 0]] }, runsA: 20, runsB: 0 }],
      both: 0,
    });
  });

  it.each(["linux-6.12", "linux-6.12,linux-9.9", "guest:6.2,host", "a,b,c"])("refuses %s", async (pair) => {
    const { code, err } = await ringspec("kernel", "--compare", pair, test);
    expect(code).toBe(2);
    expect(err).toMatch(/It is two names|is none of/);
  });
});

describe("kernel --guest", () => {
  afterEach(() => vi.unstubAllEnvs());

  it.runIf(process.platform === "linux" && process.arch === "x64")(
    "says what is missing: QEMU, then the kernel",
    async () => {
      vi.stubEnv("PATH", files.path);
      const noQemu = await ringspec("kernel", "--guest", "6.1", test);
      expect(noQemu.out).toContain(
        "unsupported: qemu-system-x86_64 is not installed\nhint: Debian's package",
      );
      expect(noQemu.code).toBe(3);
    },
  );

  it("knows only the guests that there are", async () => {
    const { code, err } = await ringspec("kernel", "--guest", "5.15", test);
    expect(code).toBe(2);
    expect(err).toContain("There is no such guest. One of: 6.1, 6.12.");
  });
});

describe("kernel --record", () => {
  it("writes a recording that --recorded reads, also of what could not be run", async () => {
    vi.stubEnv("PATH", files.path);
    const out = `${files.path}/made.json`;
    await ringspec("kernel", test, "--guest", "6.12", "--runs", "3", "--record", out);
    vi.unstubAllEnvs();
    const json = JSON.parse(readFileSync(out, "utf8")) as { command: string; files: unknown[] };
    expect(json.command).toBe(`ringspec kernel ${test} --guest 6.12 --runs 3 --seed 1 --record ${out}`);
    expect(json.files).toEqual([{ path: test, hash, unsupported: expect.stringContaining("") }]);
    expect((await ringspec("kernel", "--recorded", out)).code).toBe(3);
  });
});
