/** What programs were told while a search ran, each once, with a shortest run that shows it. */
import type { Event } from "../model/event.js";
import type { SearchResult } from "../scheduler/search.js";
import type { ClaimResult, Diagnosis } from "./result.js";

type Told = Extract<Event, { readonly kind: "diagnosis" }>;

const DIAGNOSES_MAX = 20;

export class Diagnoses {
  private readonly met = new Map<
    string,
    { readonly event: Told; readonly from: number; readonly action: number }
  >();

  add(event: Told, from: number, action: number): void {
    const key = `${event.program} ${event.code} ${event.text}`;
    if (this.met.size < DIAGNOSES_MAX && !this.met.has(key)) this.met.set(key, { event, from, action });
  }

  told<State>(found: SearchResult<State>): readonly Diagnosis[] {
    return [...this.met.values()]
      .filter(({ event }) => !event.refused)
      .map(({ event: { code, program, text }, from, action }) => ({
        code,
        program,
        text,
        path: found.pathThrough(from, action),
      }));
  }

  /** A program that no verifier would have loaded, or a kernel that goes wrong: a claim that nobody had to make. */
  refused<State>(found: SearchResult<State>): readonly ClaimResult[] {
    return [...this.met.values()]
      .filter(({ event }) => event.refused)
      .map(({ event: { code, program, text }, from, action }) => ({
        kind: "never",
        name: code,
        text: `${program} ${text}`,
        line: 1,
        holds: false,
        vacuous: false,
        path: found.pathThrough(from, action),
        positive: 1,
        negative: 0,
      }));
  }
}
