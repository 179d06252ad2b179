/*
 * How the command and the test processes talk. What to do is in an environment variable, as JSON; what came of it is in the `meta`
 * of a test for each collection.
 */
export const FUZZ_VARIABLE = 'FIRESIGNAL_FUZZ';

export type FuzzTask = {
  /** Documents of each collection. */
  readonly runs: number;
  readonly seed: number;
  /** One collection instead of all. */
  readonly collection?: string;
  /** Of so many processes, this is the one with this number, from 0 on. */
  readonly share: readonly [number: number, of: number];
};

/** A document that rules and validator judge differently. */
export type Disagreement = {
  readonly rules: string;
  readonly validator: string;
  /** As small as it can be made. */
  readonly document: string;
};

export type FuzzResult = {
  readonly collection: string;
  readonly documents: number;
  /** How many of them the validator takes. */
  readonly valid: number;
  readonly disagreements: readonly Disagreement[];
  readonly seconds: number;
};
