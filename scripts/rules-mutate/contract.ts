/*
 * How the command and the test processes talk: over HTTP, at the address in an environment variable. A process posts what became
 * of its last job, and is answered with the next one as soon as there is one, or with nothing when there will be none.
 */
export const QUEUE_VARIABLE = 'FIRESIGNAL_MUTANTS';

/** One test, by the path of its file and its full name. */
export type TestName = { readonly file: string; readonly test: string };

/** The rules as they are, of which a file of tests is to tell what each of its tests makes them evaluate. */
export type SurveyJob = { readonly kind: 'survey'; readonly rules: string; readonly file: string };
/** Rules to run tests against, one after the other until one fails. */
export type TrialJob = {
  readonly kind: 'trial';
  readonly rules: string;
  readonly tests: readonly TestName[];
};
export type Job = SurveyJob | TrialJob;

/** The first test that failed. */
export type Failure = TestName & { readonly message: string };

/** What a test has shown of the rules: places of expressions, as `keyOf` of scripts/rules-mutate/reach.ts names them. */
export type Surveyed = TestName & {
  /** Evaluated, whatever came of it. */
  readonly evaluated: readonly string[];
  /** Was false, at least once. */
  readonly isFalse: readonly string[];
  readonly milliseconds: number;
};

export type Verdict = {
  /** Of every test of a file, after a survey. */
  readonly surveyed?: readonly Surveyed[];
  /** Places that the emulator keeps account of. */
  readonly known?: readonly string[];
  /** What the emulator says against the rules, if it does not take them. */
  readonly invalid?: string;
  /** Absent if every test passed. */
  readonly failure?: Failure;
};

/** What a process is given, and what it posts afterwards. */
export type Order = { readonly id: number; readonly job: Job };
export type Post = { readonly id: number; readonly verdict: Verdict };
