/** Small models with known state spaces. */
import type { Layout, Model } from "../../src/scheduler/model.js";

/** Actors that each count from 0 to `to`. */
export interface Counters {
  at: number[];
}
export interface Count {
  readonly actor: number;
  readonly to: number;
}
export function counters(
  actors: number,
  to: number,
): { model: Model<Counters, Count, Count>; layout: Layout } {
  return {
    model: {
      initial: () => ({ at: new Array<number>(actors).fill(0) }),
      enabled: ({ at }) => at.flatMap((value, actor) => (value < to ? [{ actor, to: value + 1 }] : [])),
      apply(draft, action, emit) {
        draft.at[action.actor] = action.to;
        emit(action);
      },
      describe: (action) => `${"abcdefgh"[action.actor]}${action.to}`,
    },
    layout: {
      kind: "struct",
      fields: { at: { kind: "array", length: actors, of: { kind: "int", min: 0, max: to } } },
    },
  };
}

/** Philosophers that take the left fork, then the right one, then put both back. */
export interface Table {
  seats: { phase: "" | "left" | "both"; meals: number }[];
  forks: boolean[];
}
export function philosophers(seats: number): { model: Model<Table, number, string>; layout: Layout } {
  return {
    model: {
      initial: () => ({
        seats: Array.from({ length: seats }, () => ({ phase: "" as const, meals: 0 })),
        forks: new Array<boolean>(seats).fill(true),
      }),
      enabled: (state) =>
        state.seats.flatMap(({ phase }, seat) => {
          const right = (seat + 1) % seats;
          const free = phase === "" ? state.forks[seat]! : phase === "left" ? state.forks[right]! : true;
          return free ? [seat] : [];
        }),
      apply(draft, seat, emit) {
        const one = draft.seats[seat]!;
        const right = (seat + 1) % seats;
        if (one.phase === "") {
          one.phase = "left";
          draft.forks[seat] = false;
        } else if (one.phase === "left") {
          one.phase = "both";
          draft.forks[right] = false;
          emit(`eats ${seat}`);
        } else {
          draft.seats[seat] = { phase: "", meals: 0 };
          draft.forks[seat] = true;
          draft.forks[right] = true;
        }
      },
      describe: (seat, state) => `${seat} after "${state.seats[seat]!.phase}"`,
    },
    layout: {
      kind: "struct",
      fields: {
        seats: {
          kind: "array",
          length: seats,
          of: { kind: "struct", fields: { phase: { kind: "text" }, meals: { kind: "int", min: 0, max: 0 } } },
        },
        forks: { kind: "array", length: seats, of: { kind: "bool" } },
      },
    },
  };
}

/** A producer of 1..count, a queue, and a consumer that may drop what it takes and writes down the rest. */
export interface Queue {
  made: number;
  queue: number[];
  log: string;
  dropped: number[];
}
export type QueueAction = "make" | "take" | "drop";
export interface Taken {
  readonly kind: "taken" | "dropped";
  readonly item: number;
}
export function queue(
  count: number,
  capacity: number,
): { model: Model<Queue, QueueAction, Taken>; layout: Layout } {
  return {
    model: {
      initial: () => ({ made: 0, queue: [], log: "", dropped: [] }),
      enabled({ made, queue }) {
        const actions: QueueAction[] = [];
        if (made < count && queue.length < capacity) actions.push("make");
        if (queue.length > 0) actions.push("take", "drop");
        return actions;
      },
      apply(draft, action, emit) {
        if (action === "make") {
          draft.made++;
          draft.queue.push(draft.made);
          return;
        }
        const item = draft.queue.shift()!;
        if (action === "take") {
          draft.log += item;
          emit({ kind: "taken", item });
        } else {
          draft.dropped = [...draft.dropped, item];
          emit({ kind: "dropped", item });
        }
      },
      describe: (action, { made, queue }) =>
        action === "make" ? `make ${made + 1}` : `${action} ${queue[0]}`,
    },
    layout: {
      kind: "struct",
      fields: {
        made: { kind: "int", min: 0, max: count },
        queue: { kind: "list", lengthMax: capacity, max: count },
        log: { kind: "text" },
        dropped: { kind: "list", lengthMax: count, max: count },
      },
    },
  };
}

/** A graph given as a table: from each node the edges, each with its target and what it tells. */
export interface Place {
  at: number;
}
export interface Edge {
  readonly target: number;
  readonly letters: readonly number[];
}
export function tableModel(edges: readonly (readonly Edge[])[]): {
  model: Model<Place, Edge, number>;
  layout: Layout;
} {
  return {
    model: {
      initial: () => ({ at: 0 }),
      enabled: ({ at }) => edges[at]!,
      apply(draft, edge, emit) {
        draft.at = edge.target;
        for (const letter of edge.letters) emit(letter);
      },
      describe: ({ target, letters }) => `to ${target} telling ${letters.join(",")}`,
    },
    layout: { kind: "struct", fields: { at: { kind: "int", min: 0, max: Math.max(1, edges.length - 1) } } },
  };
}
