/** The program `links` with one deliberate mistake: an edit of its text, made while it is bundled. */
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { runInThisContext } from "node:vm";
import { build } from "esbuild";
import type { ProgramLibrary } from "../../src/model/programs/index.js";

const FILE = join(resolve(import.meta.dirname, "../.."), "src/programs/hooks/links.ts");

/** Where `find`, which stands there exactly once, is replaced. */
export interface Mistake {
  readonly name: string;
  readonly find: string;
  readonly replace: string;
  /** The row that tells it apart, and the fewest letters that it takes. */
  readonly row: string;
  readonly letters: number;
}

/** A library whose `links` makes the mistake. Throws where the edit does not fit exactly once. */
export async function withMistake(mistake: Mistake): Promise<ProgramLibrary> {
  const text = await bundled(mistake, { format: "iife", globalName: "broken" });
  return runInThisContext(`(() => {${text};return broken})()`) as ProgramLibrary;
}

/** The same as the text of an ES module, for `--programs`. */
export async function moduleWithMistake(mistake: Mistake): Promise<string> {
  return bundled(mistake, { format: "esm" });
}

async function bundled(
  { name, find, replace }: Mistake,
  form: { readonly format: "iife"; readonly globalName: string } | { readonly format: "esm" },
): Promise<string> {
  const parts = readFileSync(FILE, "utf8").split(find);
  if (parts.length !== 2) throw new Error(`${name}: fits ${parts.length - 1} times`);
  const { outputFiles } = await build({
    entryPoints: [FILE],
    bundle: true,
    platform: "node",
    write: false,
    logLevel: "error",
    ...form,
    plugins: [
      {
        name: "mistake",
        setup(bundler) {
          bundler.onLoad({ filter: /hooks\/links\.ts$/ }, () => ({
            contents: parts.join(replace),
            loader: "ts",
          }));
        },
      },
    ],
  });
  return outputFiles[0]?.text ?? "";
}

export const MISTAKES: readonly Mistake[] = [
  {
    name: "forgets to cancel the rest",
    find: "      else this.put(member, MEMBER.canceled);",
    replace: "      else this.markOver(member);",
    row: "soft-head-fails",
    letters: 2,
  },
  {
    name: "cancels only the next",
    find: "      if ((this.flags(member) & LINKS) === 0) return;\n    }\n  }\n\n  /** The LINK_TIMEOUT",
    replace: "      return;\n    }\n  }\n\n  /** The LINK_TIMEOUT",
    row: "soft-head-fails",
    letters: 3,
  },
  {
    name: "loses the last CQE",
    find: "      this.end(member, hasFailed, res);",
    replace:
      "      this.end(member, hasFailed, res);\n      if (this.get('over') === this.get('begun')) this.hide(index);",
    row: "soft-all-succeed",
    letters: 3,
  },
  {
    name: "treats a short read as success",
    find: "if (TRANSFERS.includes(opcode)) return res !== len;",
    replace: "if (TRANSFERS.includes(opcode)) return false;",
    row: "short-read",
    letters: 2,
  },
  {
    name: "treats every error as a failure",
    find: "if (res < 0) return !NOT_SEVERING.includes(opcode);",
    replace: "if (res < 0) return true;",
    row: "error-that-does-not-sever",
    letters: 2,
  },
  {
    name: "ignores drain",
    find: "if (this.flags(member) & IOSQE_IO_DRAIN) return true;",
    replace: "",
    row: "drain-on-head",
    letters: 1,
  },
  {
    name: "looks for drain on the head only",
    find: "      if (this.flags(member) & IOSQE_IO_DRAIN) return true;\n      if ((this.flags(member) & LINKS) === 0) return false;",
    replace: "      return (this.flags(member) & IOSQE_IO_DRAIN) !== 0;",
    row: "drain-inside",
    letters: 1,
  },
  {
    name: "severs hard links as well",
    find: "if (!hasFailed || isHard)",
    replace: "if (!hasFailed)",
    row: "hard-goes-on",
    letters: 2,
  },
  {
    name: "goes on behind a failure",
    find: "if (!hasFailed || isHard)",
    replace: "if (true)",
    row: "soft-middle-fails",
    letters: 3,
  },
  {
    name: "posts what CQE_SKIP_SUCCESS silences",
    find: "if (!hasFailed && this.flags(member) & IOSQE_CQE_SKIP_SUCCESS) this.hide(now);",
    replace: "",
    row: "skip-on-success",
    letters: 1,
  },
  {
    name: "tells members of a silent chain that they are canceled",
    find: "if (isSilent) this.markOver(member);\n      else this.put(member, MEMBER.canceled);",
    replace: "this.put(member, MEMBER.canceled);",
    row: "skip-on-a-failing-member",
    letters: 2,
  },
  {
    name: "never takes a timer back",
    find: "      this.ask(timer);\n    } else",
    replace: "    } else",
    row: "link-timeout-won",
    letters: 2,
  },
  {
    name: "does not cancel the member whose timer fires",
    find: 'else if (res === errorOf("ETIME") && guarded === MEMBER.submitted) this.ask(member - 1);',
    replace: "",
    row: "link-timeout-lost",
    letters: 2,
  },
  {
    name: "waits for one CQE too many",
    find: ">= wanted ||",
    replace: "> wanted ||",
    row: "wait-for-fewer-than-all",
    letters: 2,
  },
  {
    name: "reorders two chains",
    find: 'for (let member = 0; member < this.get("begun") && count + 2 <= sqEntries; member++) {',
    replace: 'for (let member = this.get("begun") - 1; member >= 0 && count + 2 <= sqEntries; member--) {',
    row: "two-chains",
    letters: 1,
  },
  {
    name: "links across two calls",
    find: "if (last >= begun) this.memory.setU8(this.sqeAt(last) + SQE.flags, this.flags(last) & ~LINKS);",
    replace: "",
    row: "batch-boundary",
    letters: 1,
  },
  {
    name: "shows its own requests' CQEs",
    find: "        this.hide(index);\n        continue;",
    replace: "        continue;",
    row: "link-timeout-raced",
    letters: 2,
  },
  {
    name: "lets a canceled request off",
    find: 'writeNopWithResult(this.ring.sqes, to, this.userData(member), errorOf("ECANCELED"));',
    replace: "writeNopWithResult(this.ring.sqes, to, this.userData(member), 0);",
    row: "soft-head-fails",
    letters: 2,
  },
];
