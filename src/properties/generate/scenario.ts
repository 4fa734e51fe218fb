/** A generated scenario and its litmus text: declarations and statements, resolved, as a person would write them. */

export interface GeneratedSqe {
  readonly label: string;
  readonly opcode: string;
  /** In the order in which they are printed. */
  readonly keys: readonly (readonly [name: string, value: string])[];
  readonly multishot: boolean;
  readonly may: readonly string[];
  readonly flags: readonly string[];
}

export type GeneratedStatement =
  | {
      readonly kind: "submit";
      readonly ring: string;
      readonly sqes: readonly GeneratedSqe[];
      readonly wait: number | null;
      /** null: what the call returns is not bound. */
      readonly bind: string | null;
    }
  | { readonly kind: "queue"; readonly ring: string; readonly sqes: readonly GeneratedSqe[] }
  | { readonly kind: "if"; readonly condition: string; readonly body: readonly GeneratedStatement[] }
  /** Any statement of one line. */
  | { readonly kind: "line"; readonly text: string };

export interface GeneratedScenario {
  /** The profile that it is about; left out: all that have what it uses. */
  readonly semantics?: string;
  readonly rings: readonly {
    readonly name: string;
    readonly sq: number;
    readonly cq: number;
    readonly setup: readonly string[];
  }[];
  /** Declarations of files, pipes, sockets, slots and buffers, a line each. */
  readonly world: readonly string[];
  readonly threads: readonly { readonly name: string; readonly statements: readonly GeneratedStatement[] }[];
}

/** The litmus file, without claims: it shows its outcomes. `name` must be a litmus name. */
export function toLitmus(scenario: GeneratedScenario, name = "generated"): string {
  const semantics = scenario.semantics === undefined ? [] : [`semantics ${scenario.semantics}`];
  const lines = [`litmus ${name}`, ...semantics, ""];
  for (const ring of scenario.rings) {
    const setup = ring.setup.length === 0 ? "" : ` setup ${ring.setup.join(" ")}`;
    lines.push(`ring ${ring.name} { sq ${ring.sq} cq ${ring.cq}${setup} }`);
  }
  lines.push(...scenario.world);
  for (const thread of scenario.threads) {
    lines.push(
      "",
      `thread ${thread.name} {`,
      ...thread.statements.flatMap((step) => printed(step, "  ")),
      "}",
    );
  }
  return `${lines.join("\n")}\n`;
}

function printed(statement: GeneratedStatement, indent: string): string[] {
  switch (statement.kind) {
    case "line":
      return [`${indent}${statement.text}`];
    case "if":
      return [
        `${indent}if ${statement.condition} {`,
        ...statement.body.flatMap((step) => printed(step, `${indent}  `)),
        `${indent}}`,
      ];
    case "queue":
      return [`${indent}queue ${statement.ring} {`, ...sqeLines(statement.sqes, `${indent}  `), `${indent}}`];
    case "submit": {
      const wait = statement.wait === null ? "" : ` wait ${statement.wait}`;
      const bind = statement.bind === null ? "" : ` as ${statement.bind}`;
      const end = `${indent}}${wait}${bind}`;
      return [`${indent}submit ${statement.ring} {`, ...sqeLines(statement.sqes, `${indent}  `), end];
    }
  }
}

function sqeLines(sqes: readonly GeneratedSqe[], indent: string): string[] {
  return sqes.map((sqe) => {
    const keys = sqe.keys.map(([name, value]) => (value === "" ? ` ${name}` : ` ${name}=${value}`)).join("");
    const multishot = sqe.multishot ? " multishot" : "";
    const may = sqe.may.length === 0 ? "" : ` may ${sqe.may.join(", ")}`;
    const flags = sqe.flags.length === 0 ? "" : ` | ${sqe.flags.join(" ")}`;
    return `${indent}${sqe.label}: ${sqe.opcode}${keys}${multishot}${may}${flags}`;
  });
}

/** All SQEs in textual order. */
export function sqesOf(scenario: GeneratedScenario): GeneratedSqe[] {
  const within = (statement: GeneratedStatement): readonly GeneratedSqe[] => {
    if (statement.kind === "if") return statement.body.flatMap(within);
    return statement.kind === "line" ? [] : statement.sqes;
  };
  return scenario.threads.flatMap(({ statements }) => statements.flatMap(within));
}
