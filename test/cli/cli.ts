/** The command line in a test: a terminal that keeps what it is told, and a folder of its own for files. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll } from "vitest";
import { main } from "../../src/cli/main.js";
import { paint } from "../../src/report/paint.js";

export interface CliRun {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs `ringspec ARGS…` in this process, with no terminal, a clock that stands still and a fixed fresh seed. */
export async function ringspec(...argv: readonly string[]): Promise<CliRun> {
  let out = "";
  let err = "";
  const code = await main(argv, {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    outIsTty: false,
    errIsTty: false,
    paint: paint(false),
    now: () => 0,
    turn: () => Promise.resolve(),
    freshSeed: () => "1234",
  });
  return { code, out, err };
}

export interface Folder {
  readonly path: string;
  /** Writes a file; its path. */
  write(name: string, content: string | Uint8Array): string;
  /** What a command printed, with the folder's own path left out. */
  strip(text: string): string;
}

/** A folder that is removed after the file's tests. */
export function folder(): Folder {
  const path = mkdtempSync(join(tmpdir(), "ringspec-test-"));
  afterAll(() => rmSync(path, { recursive: true, force: true }));
  return {
    path,
    write(name, content) {
      const file = join(path, name);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content);
      return file;
    },
    strip: (text) => text.replaceAll(`${path}/`, "").replaceAll(path, "."),
  };
}

/** One outcome under every kernel, and everything claimed is so. */
export const SEVERED = `litmus severed
doc "A short read severs a soft chain."
source "io_uring_enter(2): IOSQE_IO_LINK"
semantics linux-6.18
file f = "0123456789"
file g = ""
thread T0 {
  submit {
    a: READ fd=f len=100 | LINK
    b: WRITE fd=g data="copied" | LINK
    c: NOP
  } wait 3 as n
  reap
}
always severs: a.res = 10 and b.res = -ECANCELED and c.res = -ECANCELED
always a before b and b before c
never g = "copied"
`;

/** Its second claim is false: b is canceled. */
export const WRONG = `litmus wrong
semantics linux-6.18
file f = "0123456789"
thread T0 {
  submit {
    z: NOP
    a: READ fd=f len=100 | LINK
    b: NOP
  } as n
}
always first: a.res = 10
always b.res = 0
exists b.res = -ECANCELED
`;

/** Two results that the environment picks. */
export const PICKED = `litmus picked
semantics linux-6.18
thread T0 {
  submit {
    a: OP may 0, -EIO
  } wait 1
}
exists a.res = 0
exists a.res = -EIO
`;
