/**
 * Something the set-up could not provide. The message says what is missing, the hint how a person can get it.
 */
export class SetupError extends Error {
  /**
   * @param {'setup/node-too-old' | 'setup/dependencies' | 'setup/no-emulator' | 'setup/no-browser'} code
   * @param {string} message
   * @param {string} hint
   * @param {ErrorOptions} [options]
   */
  constructor(code, message, hint, options) {
    super(message, options);
    this.name = 'SetupError';
    this.code = code;
    this.hint = hint;
  }
}
