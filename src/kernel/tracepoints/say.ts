/** How a sentence names a request: its opcode, its user_data, and the line where it was submitted. */
import type { Request } from "./request.js";

export function name(request: Request): string {
  const { opcode, userData, line } = request.submitted;
  return `${opcode} 0x${userData} (submitted in line ${line})`;
}
