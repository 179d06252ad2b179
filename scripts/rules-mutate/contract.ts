/*
 * How the command and the test processes talk: over HTTP, at the address in an environment variable. A process posts what became
 * of its last mutant, and is answered with the next one, or with nothing when there is none.
 */
export const QUEUE_VARIABLE = 'FIRESIGNAL_MUTANTS';

/** A file of tests, or some of its tests by their full names. */
export type Stage = { readonly file: string; readonly tests?: readonly string[] };

/** Rules to run tests against, one stage after the other until a test fails. */
export type Job = { readonly id: number; readonly rules: string; readonly stages: readonly Stage[] };

/** The first test that failed. */
export type Failure = { readonly file: string; readonly test: string; readonly message: string };

export type Verdict = {
  readonly id: number;
  /** What the emulator says against the rules, if it does not take them. */
  readonly invalid?: string;
  /** Absent if every test passed. */
  readonly failure?: Failure;
};
