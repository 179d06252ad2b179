/** What can go wrong with a stack, as a caller may want to tell it apart. */
export type StackErrorCode =
  /** The caller's signal was aborted during the start. */
  | 'stack/aborted'
  /** An emulator did not answer in time. */
  | 'stack/start-timeout'
  /** The emulators ended by themselves. */
  | 'stack/ended-early'
  /** Somebody took a free port between finding and using it, again and again. */
  | 'stack/port-taken'
  /** There is no rules file at the given path. */
  | 'stack/no-rules'
  /** The emulator rejects the rules file. */
  | 'stack/rules-invalid';

/** A stack could not be started. `hint` says what a person can do about it. */
export class StackError extends Error {
  readonly code: StackErrorCode;
  readonly hint: string;

  constructor(code: StackErrorCode, message: string, hint: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StackError';
    this.code = code;
    this.hint = hint;
  }
}
