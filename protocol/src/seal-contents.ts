import type { CandidateBlock, Description } from './documents.ts';
import { checking, fieldsOf, type Checked, type Fields } from './validate/check.ts';

/** What is inside of sealed mail: the part of a state that speaks of addresses. */
export type MailContents = {
  readonly offer?: Description;
  readonly answer?: Description;
  readonly candidates?: CandidateBlock;
};

/** What is inside of a sealed standing offer. */
export type OfferContents = { readonly id: string; readonly sdp: string; readonly candidates: string };

/**
 * Sealed mail, or a sealed standing offer, as a plain one with the opened contents in the place of `sealed`. The contents may
 * have nothing that belongs outside; all else is for the validator of the plain one to say.
 *
 * @param sealed a map with the field `sealed`
 * @param contents the opened JSON
 */
export function withContents(kind: 'mail' | 'beacon', sealed: object, contents: unknown): Checked<Fields> {
  return checking(() => {
    const inside =
      kind === 'mail'
        ? fieldsOf(contents, 'sealed', [], ['offer', 'answer', 'candidates'])
        : fieldsOf(contents, 'sealed', ['id', 'sdp', 'candidates']);
    const outside = Object.entries(sealed).filter(([key]) => key !== 'sealed');
    return { ...Object.fromEntries(outside), ...inside };
  });
}
