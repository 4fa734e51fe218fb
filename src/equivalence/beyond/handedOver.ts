/** A scenario whose hook was handed SQEs, taken apart and put together without the hook: by user space, or as a chain. */
import {
  type Block,
  type Declaration,
  type LitmusFile,
  named,
  type SqeSyntax,
  type Statement,
} from "../../litmus/index.js";
import { IOSQE, type SqeFlag } from "../../model/scenario.js";
import type { Assignment } from "./assignments.js";

type Hook = Extract<Declaration, { readonly kind: "hook" }>;
type Enter = Extract<Statement, { readonly kind: "enter" }>;

export interface HandedOver {
  readonly hook: Hook;
  readonly sqes: readonly SqeSyntax[];
}

/** The hook and its SQEs; null: the file has not exactly one hook that was handed some. */
export function handedOver(file: LitmusFile): HandedOver | null {
  const hooks = file.declarations.filter((one): one is Hook => one.kind === "hook");
  const [hook] = hooks;
  const sqes = hook?.sqes?.items ?? [];
  return hook === undefined || hooks.length > 1 || sqes.length === 0 ? null : { hook, sqes };
}

/** The thread runs the program itself wherever it entered the ring: what user space needs where it has no hook. */
export function drivenByUser(file: LitmusFile, { hook }: HandedOver): LitmusFile {
  return withCalls(
    file,
    hook,
    ({ at }): Statement => ({ kind: "drive", at, hook: hook.name }),
    (one) => one,
  );
}

/**
 * One submission of SQEs in place of the thread's first call, and no hook. Nobody waits for CQEs, which the sweep finds:
 * no chain is to differ by a call that waits for too many. A copy of a request has a label of its own and its user_data.
 */
export function asChain(
  file: LitmusFile,
  { hook, sqes }: HandedOver,
  { members, flags }: Assignment,
): LitmusFile {
  const items = members.map((member, at): SqeSyntax => {
    const sqe = sqes[member] as SqeSyntax;
    const nth = members.slice(0, at).filter((one) => one === member).length;
    const own = (Object.keys(IOSQE) as SqeFlag[]).filter((name) => ((flags[at] ?? 0) & IOSQE[name]) !== 0);
    const flagged = { ...sqe, flags: [...sqe.flags, ...own.map(named)] };
    if (nth === 0) return flagged;
    const bears = { name: named("ud"), value: { kind: "words", words: [sqe.label], at: sqe.at } } as const;
    return {
      ...flagged,
      label: named(`${sqe.label.text}_${nth + 1}`),
      keys: [...sqe.keys, bears],
    };
  });
  let isFirst = true;
  return withCalls(
    file,
    hook,
    ({ at, ring }): Statement => {
      const block = isFirst ? items : [];
      isFirst = false;
      return {
        kind: "submit",
        at,
        ring,
        sqes: { items: block },
        wait: null,
        timeout: null,
        bind: null,
      };
    },
    () => null,
  );
}

/** Without claims, which are about the original. `declared`: what becomes of the hook's declaration; null: nothing. */
function withCalls(
  file: LitmusFile,
  hook: Hook,
  call: (enter: Enter) => Statement,
  declared: (hook: Hook) => Hook | null,
): LitmusFile {
  const isCall = (one: Statement): one is Enter =>
    one.kind === "enter" && (one.ring === null || one.ring.text === hook.ring.text);
  const changed = (body: Block<Statement>): Block<Statement> => ({
    items: body.items.map((one) => (isCall(one) ? call(one) : one)),
  });
  const declarations = file.declarations.flatMap((one): readonly Declaration[] => {
    switch (one.kind) {
      case "claim":
      case "semantics":
      case "doc":
      case "source":
        return [];
      case "hook": {
        const kept = declared(one);
        return kept === null ? [] : [kept];
      }
      case "thread":
        return [{ ...one, body: changed(one.body) }];
      default:
        return [one];
    }
  });
  return { name: file.name, declarations };
}
