import { LIMITS } from '../limits.ts';
import { checking, fail, type Checked } from './check.ts';

/*
 * candidate-attribute of RFC 8839 §5.1:
 *   candidate:foundation component transport priority address port typ type [raddr a] [rport p] *(ext-name ext-value)
 * The transport may be UDP or TCP (RFC 6544). The address may be IPv4, IPv6 or a name (mDNS).
 */
const ICE_CHAR = 'A-Za-z0-9+/';
const CANDIDATE = new RegExp(
  `^candidate:[${ICE_CHAR}]{1,32} \\d{1,3} (?:udp|tcp) \\d{1,10} [0-9A-Za-z.:_-]{1,253} (\\d{1,5})` +
    ` typ (?:host|srflx|prflx|relay)(?: raddr [0-9A-Za-z.:_-]{1,253})?(?: rport (\\d{1,5}))?(?: [!-~]+ [!-~]+)*$`,
  'i',
);
const PORT_MAX = 65_535;

/** Checks one candidate line (`candidate:…`, without `a=`). */
export function checkCandidateLine(line: string): Checked<string> {
  return checking(() => candidateLine(line));
}

function candidateLine(line: string): string {
  if (line.length > LIMITS.CANDIDATE_LENGTH_MAX) fail('a candidate is too long');
  const match = CANDIDATE.exec(line);
  if (match === null) fail('a candidate does not follow RFC 8839');
  if (Number(match[1]) > PORT_MAX || Number(match[2] ?? 0) > PORT_MAX) fail('a candidate has no valid port');
  return line;
}

/** Checks candidate lines joined by newlines; the empty string is an empty list. */
export function candidateLines(value: unknown, where: string): string {
  if (typeof value !== 'string') fail(`${where} must be a string`);
  if (value.length > LIMITS.CANDIDATES_LENGTH_MAX) fail(`${where} is too long`);
  if (value === '') return value;
  const lines = value.split('\n');
  if (lines.length > LIMITS.CANDIDATES_COUNT_MAX) fail(`${where} has too many candidates`);
  lines.forEach(candidateLine);
  return value;
}

/** The candidates of a block, one string each. */
export function splitCandidates(lines: string): readonly string[] {
  return lines === '' ? [] : lines.split('\n');
}
