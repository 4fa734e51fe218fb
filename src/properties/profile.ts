/** What the name of a semantics profile says about the kernel: properties differ by version in a few places. */

/** `null`: no kernel, the manual pages (`documented`). */
export type Kernel = { readonly major: number; readonly minor: number } | null;

/** Of `linux-6.18`, also where a custom-operation version is combined with it; anything else is no kernel. */
export function kernelOf(profile: string): Kernel {
  const match = /linux-(\d+)\.(\d+)/.exec(profile);
  return match === null ? null : { major: Number(match[1]), minor: Number(match[2]) };
}

/** Whether `kernel` is that version or a later one. False of `documented`. */
export function isAtLeast(kernel: Kernel, major: number, minor: number): boolean {
  return kernel !== null && (kernel.major > major || (kernel.major === major && kernel.minor >= minor));
}
