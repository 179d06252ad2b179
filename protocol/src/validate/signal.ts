import type {
  CandidateBlock,
  Description,
  MailDocument,
  SealedMailDocument,
  SignalState,
} from '../documents.ts';
import { isOfferId, isPeerId, isSealedText } from '../identity.ts';
import { LIMITS } from '../limits.ts';
import { candidateLines } from './candidate.ts';
import {
  checking,
  fieldsOf,
  flagOf,
  integerIn,
  matching,
  optional,
  stringUpTo,
  timeOf,
  type Checked,
  type Fields,
  type IsTime,
} from './check.ts';
import { sdp } from './sdp.ts';

const STATE_REQUIRED = ['conn', 'rev'] as const;
const STATE_OPTIONAL = ['offer', 'answer', 'candidates', 'want', 'restart'] as const;
const FRAME = ['from', 'burst', 'at', 'expiresAt'] as const;

/** Checks a negotiation state as it travels over the data channel. */
export function checkSignalState(value: unknown): Checked<SignalState> {
  return checking(() => signalState(fieldsOf(value, 'signal', STATE_REQUIRED, STATE_OPTIONAL)));
}

/** Checks a document of one's mailbox. */
export function checkMail<TTime>(value: unknown, isTime: IsTime<TTime>): Checked<MailDocument<TTime>> {
  return checking(() => {
    const fields = fieldsOf(value, 'mail', [...STATE_REQUIRED, ...FRAME], STATE_OPTIONAL);
    return { ...signalState(fields), ...frame(fields, isTime) };
  });
}

/** Checks a document of one's mailbox in a sealed room. */
export function checkSealedMail<TTime>(
  value: unknown,
  isTime: IsTime<TTime>,
): Checked<SealedMailDocument<TTime>> {
  return checking(() => {
    const required = [...STATE_REQUIRED, ...FRAME, 'sealed'];
    const fields = fieldsOf(value, 'mail', required, ['want', 'restart']);
    return {
      ...signalState(fields),
      ...frame(fields, isTime),
      sealed: sealedSignal(fields['sealed'], 'mail.sealed'),
    };
  });
}

/** The text that a standing offer or a state is sealed in. */
export function sealedSignal(value: unknown, where: string): string {
  return matching(stringUpTo(value, where, LIMITS.SEALED_SIGNAL_LENGTH_MAX), where, isSealedText);
}

function frame<TTime>(fields: Fields, isTime: IsTime<TTime>) {
  return {
    from: matching(fields['from'], 'mail.from', isPeerId),
    burst: integerIn(fields['burst'], 'mail.burst', 1, LIMITS.MAIL_BURST_MAX),
    at: timeOf(fields['at'], 'mail.at', isTime),
    expiresAt: timeOf(fields['expiresAt'], 'mail.expiresAt', isTime),
  };
}

function signalState(fields: Fields): SignalState {
  return {
    conn: conn(fields['conn'], 'conn'),
    rev: integerIn(fields['rev'], 'rev', 1, LIMITS.REV_MAX),
    ...optional(fields, 'offer', (value) => description(value, 'offer')),
    ...optional(fields, 'answer', (value) => description(value, 'answer')),
    ...optional(fields, 'candidates', candidateBlock),
    ...optional(fields, 'want', (value) => integerIn(value, 'want', 1, LIMITS.REQUEST_COUNT_MAX)),
    ...optional(fields, 'restart', (value) => integerIn(value, 'restart', 1, LIMITS.REQUEST_COUNT_MAX)),
  };
}

function description(value: unknown, where: string): Description {
  const fields = fieldsOf(value, where, ['conn', 'id', 'sdp']);
  return {
    conn: conn(fields['conn'], `${where}.conn`),
    id: matching(fields['id'], `${where}.id`, isOfferId),
    sdp: sdp(fields['sdp'], `${where}.sdp`),
  };
}

function candidateBlock(value: unknown): CandidateBlock {
  const fields = fieldsOf(value, 'candidates', ['conn', 'id', 'ufrag', 'lines', 'complete']);
  return {
    conn: conn(fields['conn'], 'candidates.conn'),
    id: matching(fields['id'], 'candidates.id', isOfferId),
    ufrag: stringUpTo(fields['ufrag'], 'candidates.ufrag', LIMITS.UFRAG_LENGTH_MAX, LIMITS.UFRAG_LENGTH_MIN),
    lines: candidateLines(fields['lines'], 'candidates.lines'),
    complete: flagOf(fields['complete'], 'candidates.complete'),
  };
}

export function conn(value: unknown, where: string): number {
  return integerIn(value, where, 1, LIMITS.CONN_MAX);
}
