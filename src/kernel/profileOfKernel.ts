/** Which profile a kernel is judged by. */
import { KERNEL_PROFILES, type ProfileName } from "../model/profile.js";

/** The newest profile that is not newer than the kernel, by its `uname -r`; of an older kernel the oldest. */
export function profileOfKernel(release: string): ProfileName {
  const number = (text: string): number => {
    const match = /(\d+)\.(\d+)/.exec(text);
    return match === null ? 0 : Number(match[1]) * 1000 + Number(match[2]);
  };
  const linux = KERNEL_PROFILES.filter((name) => name.startsWith("linux-")).sort(
    (a, b) => number(a) - number(b),
  );
  return linux.filter((name) => number(name) <= number(release)).at(-1) ?? linux[0] ?? "linux-6.18";
}
