/** An SQE asks for something that the model cannot perform; the message says what. Caught where an SQE is decoded. */
export class CannotPerform extends Error {}
