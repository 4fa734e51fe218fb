/** Why no SQE says what is asked for: a sentence for the author of the scenario, no fault of the program. */
export class Unencodable extends Error {}
