import { ERROR_CODES, type ErrorCode } from '@firesignal/protocol';

/**
 * The one error type of the SDK. `code` is stable and documented ({@link ERROR_CODES}); `message` says what to do; `cause`
 * is the underlying error, where there is one.
 */
export class SignalingError extends Error {
  override readonly name = 'SignalingError';
  readonly code: ErrorCode;

  constructor(code: ErrorCode, detail?: string, options?: { readonly cause?: unknown }) {
    super(detail === undefined ? ERROR_CODES[code] : `${detail} ${ERROR_CODES[code]}`, options);
    this.code = code;
  }

  /** Any thrown value as a SignalingError: itself if it is one, an abort as `signaling/aborted`, else with the given code. */
  static from(error: unknown, code: ErrorCode = 'signaling/internal'): SignalingError {
    if (error instanceof SignalingError) return error;
    if (error instanceof Error && error.name === 'AbortError')
      return new SignalingError('signaling/aborted', undefined, { cause: error });
    return new SignalingError(code, undefined, { cause: error });
  }
}

/** Throws `signaling/aborted` when the signal has been aborted. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true)
    throw new SignalingError('signaling/aborted', undefined, { cause: signal.reason });
}
