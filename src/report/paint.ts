/** Colours, or none: what a report asks for, so that no report looks at a terminal itself. */
import pc from "picocolors";

export interface Paint {
  good(text: string): string;
  bad(text: string): string;
  doubtful(text: string): string;
  faint(text: string): string;
  strong(text: string): string;
}

/** @param colours false: every text comes back as it is. */
export function paint(colours: boolean): Paint {
  const c = pc.createColors(colours);
  return { good: c.green, bad: c.red, doubtful: c.yellow, faint: c.dim, strong: c.bold };
}
