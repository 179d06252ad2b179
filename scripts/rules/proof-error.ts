/** A proof of the rules that cannot be made, with a hint for a person. */
export class ProofError extends Error {
  readonly hint: string;

  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}
