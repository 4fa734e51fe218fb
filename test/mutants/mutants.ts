/** All wrong specifications. The file named as a mutant's killer must notice it; a rule whose mutant lives is not pinned. */
import { CANCEL_MUTANTS } from "./catalogue/cancel.js";
import { CUSTOM_OPERATION_MUTANTS } from "./catalogue/customOperations.js";
import { DRAIN_MUTANTS } from "./catalogue/drain.js";
import { ENTER_MUTANTS } from "./catalogue/enter.js";
import { FILES_MUTANTS } from "./catalogue/files.js";
import { FORMING_MUTANTS } from "./catalogue/forming.js";
import { LINK_TIMEOUT_MUTANTS } from "./catalogue/linkTimeout.js";
import { LOOP_HOOK_MUTANTS } from "./catalogue/loopHooks.js";
import { ORDER_MUTANTS } from "./catalogue/order.js";
import { OVERFLOW_MUTANTS } from "./catalogue/overflow.js";
import { PREP_MUTANTS } from "./catalogue/prep.js";
import { SEVERING_MUTANTS } from "./catalogue/severing.js";
import { SKIP_MUTANTS } from "./catalogue/skip.js";
import { TIMEOUT_MUTANTS } from "./catalogue/timeout.js";
import type { Mutant } from "./mutant.js";

export const MUTANTS: readonly Mutant[] = [
  ...FORMING_MUTANTS,
  ...PREP_MUTANTS,
  ...SEVERING_MUTANTS,
  ...SKIP_MUTANTS,
  ...ORDER_MUTANTS,
  ...LINK_TIMEOUT_MUTANTS,
  ...TIMEOUT_MUTANTS,
  ...CANCEL_MUTANTS,
  ...DRAIN_MUTANTS,
  ...OVERFLOW_MUTANTS,
  ...ENTER_MUTANTS,
  ...FILES_MUTANTS,
  ...CUSTOM_OPERATION_MUTANTS,
  ...LOOP_HOOK_MUTANTS,
];
