import { LIMITS } from '../limits.ts';
import { checking, fail, type Checked } from './check.ts';

/*
 * A description from a peer is handed to the browser's own parser, which is robust; what is checked here is what the
 * protocol promises: RFC 8866 framing, one DTLS identity (RFC 8122), one bundled transport, and only sections that
 * RTCPeerConnection can make (RFC 8829 §5.1.1, RFC 8841).
 */
const MEDIA_SECTION = /^m=(audio|video|application) \d{1,5} (\S+) \S/;
const PROTOCOLS: Readonly<Record<string, RegExp>> = {
  audio: /^UDP\/TLS\/RTP\/SAVPF$/,
  video: /^UDP\/TLS\/RTP\/SAVPF$/,
  application: /^UDP\/DTLS\/SCTP$/,
};
const FINGERPRINT = /^a=fingerprint:sha-(?:256|384|512) (?:[0-9A-Fa-f]{2}:){31,63}[0-9A-Fa-f]{2}$/;
/** Parsers differ in whether these end a line, so that each could read another fingerprint. */
const AMBIGUOUS = /[\0\u2028\u2029]|\r(?!\n)/;
const UFRAG = new RegExp(
  `^a=ice-ufrag:[A-Za-z0-9+/]{${String(LIMITS.UFRAG_LENGTH_MIN)},${String(LIMITS.UFRAG_LENGTH_MAX)}}$`,
);

/** Checks an SDP: `v=0`, size, exactly one fingerprint, one ufrag, allowed m-lines, no candidates. */
export function checkSdp(value: unknown): Checked<string> {
  return checking(() => sdp(value, 'sdp'));
}

export function sdp(value: unknown, where: string): string {
  if (typeof value !== 'string') fail(`${where} must be a string`);
  if (value.length > LIMITS.SDP_LENGTH_MAX) fail(`${where} is too long`);
  if (AMBIGUOUS.test(value)) fail(`${where} has an ambiguous line end`);
  const lines = value.split(/\r?\n/);
  if (lines[0] !== 'v=0') fail(`${where} must begin with v=0`);
  checkIdentity(lines, where);
  checkSections(lines, where);
  checkNoCandidates(lines, where);
  return value;
}

function checkIdentity(lines: readonly string[], where: string): void {
  // Some parsers take attribute names in any case: what looks like one counts, and must then be in the exact form.
  const fingerprints = new Set(lines.filter((line) => /^a=\s*fingerprint/i.test(line)));
  if (fingerprints.size !== 1) fail(`${where} must have exactly one fingerprint`);
  for (const line of fingerprints) if (!FINGERPRINT.test(line)) fail(`${where} has a malformed fingerprint`);
  const ufrags = new Set(lines.filter((line) => /^a=\s*ice-ufrag/i.test(line)));
  if (ufrags.size !== 1) fail(`${where} must have exactly one ice-ufrag`);
  for (const line of ufrags) if (!UFRAG.test(line)) fail(`${where} has a malformed ice-ufrag`);
}

function checkSections(lines: readonly string[], where: string): void {
  const sections = lines.filter((line) => line.startsWith('m='));
  if (sections.length === 0) fail(`${where} has no m-line`);
  if (sections.length > LIMITS.MEDIA_SECTIONS_MAX) fail(`${where} has too many m-lines`);
  for (const section of sections) {
    const [, kind = '', protocol = ''] = MEDIA_SECTION.exec(section) ?? [];
    if (PROTOCOLS[kind]?.test(protocol) !== true) fail(`${where} has an m-line that is not allowed`);
  }
  if (sections.filter((section) => section.startsWith('m=application')).length > 1)
    fail(`${where} has more than one data section`);
}

/**
 * Candidates travel in a block of their own, which is held back until the reader has decided to connect: a description that
 * brought its own would make the reader send packets to addresses of the writer's choice before that.
 */
function checkNoCandidates(lines: readonly string[], where: string): void {
  if (lines.some((line) => /^a=\s*(?:remote-)?candidate/i.test(line))) fail(`${where} has candidates in it`);
}

/** The ice-ufrag of a description that has been checked. */
export function ufragOf(description: string): string {
  return /^a=ice-ufrag:(\S+)\r?$/m.exec(description)?.[1] ?? '';
}
