/** Prints an error for a person: what is wrong and what to do, a stack trace only where nobody foresaw it. */

/** @param {unknown} error */
export function reportFailure(error) {
  if (error instanceof Error && 'hint' in error && typeof error.hint === 'string') {
    console.error(`\n✗ ${error.message}\n\n${error.hint}`);
  } else {
    console.error(error);
  }
  process.exitCode = 1;
}
