/** Why a scenario cannot be run on this kernel, or on any: a sentence for its author, no fault of the program. */
export class Unsupported extends Error {}
