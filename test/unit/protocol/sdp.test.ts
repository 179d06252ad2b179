import { LIMITS, checkSdp, ufragOf } from '@firesignal/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DESCRIPTIONS } from '../../support/shapes.ts';

const OFFER = DESCRIPTIONS['an offer of Chromium'];
const FIREFOX = DESCRIPTIONS['an offer of Firefox'];
// A failure is to show the problem, not the whole description.
const problemOf = (sdp: unknown): string => {
  const checked = checkSdp(sdp);
  return checked.ok ? 'none' : checked.problem;
};
const accepts = (sdp: string) => expect(problemOf(sdp)).toBe('none');
const refuses = (sdp: unknown, problem: RegExp) => expect(problemOf(sdp)).toMatch(problem);

/** `sdp` with `line` put in before its first media section. */
const withLine = (sdp: string, line: string) => sdp.replace('m=', `${line}\r\nm=`);

describe('validators › sdp', () => {
  for (const [name, sdp] of Object.entries(DESCRIPTIONS)) {
    it(`accepts ${name}`, () => {
      accepts(sdp);
      accepts(sdp.replaceAll('\r\n', '\n'));
      expect(ufragOf(sdp)).toMatch(/^[A-Za-z0-9+/]{4,}$/);
    });
  }

  it('reads the ufrag of a description', () => {
    expect(ufragOf(FIREFOX)).toBe('5f3a9c1e');
    expect(ufragOf('v=0\r\n')).toBe('');
  });

  it('accepts fingerprints of the larger hashes', () => {
    const long = Array<string>(64).fill('AB').join(':');
    accepts(FIREFOX.replace(/a=fingerprint:.*(?=\r)/, `a=fingerprint:sha-512 ${long}`));
  });

  it('refuses what is not text, is too long or does not begin with v=0', () => {
    for (const value of [null, undefined, 7, {}, [OFFER]]) refuses(value, /string/);
    refuses(`${OFFER}a=`.padEnd(LIMITS.SDP_LENGTH_MAX + 1, 'x'), /too long/);
    for (const sdp of ['', 'v=1\r\n', ` ${OFFER}`, `\n${OFFER}`, OFFER.slice(5), 'v=0 \r\n'])
      refuses(sdp, /v=0|fingerprint/);
    accepts(`${OFFER}a=`.padEnd(LIMITS.SDP_LENGTH_MAX, 'x'));
  });

  it('refuses candidates, which would be tried before the reader has decided to connect', () => {
    const candidate = 'candidate:1 1 udp 2113937151 192.0.2.9 40062 typ host';
    for (const line of [
      `a=${candidate}`,
      `a= ${candidate}`,
      `a=CANDIDATE${candidate.slice(9)}`,
      'a=remote-candidates:1 192.0.2.9 9',
    ])
      refuses(withLine(OFFER, line), /candidates/);
  });

  it('refuses a second identity, however it is written', () => {
    const other = Array<string>(32).fill('00').join(':');
    for (const line of [
      `a=fingerprint:sha-256 ${other}`,
      `a=FINGERPRINT:sha-256 ${other}`,
      `a= fingerprint:sha-256 ${other}`,
      `a=x\ra=fingerprint:sha-256 ${other}`,
      `a=x\u2028a=fingerprint:sha-256 ${other}`,
      `a=x\0a=fingerprint:sha-256 ${other}`,
    ])
      refuses(withLine(OFFER, line), /fingerprint|line end/);
    refuses(withLine(OFFER, 'a=ice-ufrag:other'), /ice-ufrag/);
    refuses(withLine(OFFER, 'a=ICE-UFRAG:other'), /ice-ufrag/);
  });

  it('refuses a missing or malformed identity', () => {
    refuses(FIREFOX.replaceAll(/a=fingerprint:.*\r\n/g, ''), /fingerprint/);
    refuses(FIREFOX.replaceAll(/a=ice-ufrag:.*\r\n/g, ''), /ice-ufrag/);
    for (const fingerprint of ['sha-1 AB:CD', 'md5 AB', `sha-256 ${'AB:'.repeat(30)}AB`, 'sha-256 hello', ''])
      refuses(FIREFOX.replace(/a=fingerprint:.*(?=\r)/, `a=fingerprint:${fingerprint}`), /fingerprint/);
    for (const ufrag of ['abc', 'ab cd', 'x'.repeat(LIMITS.UFRAG_LENGTH_MAX + 1), 'ab-cd'])
      refuses(FIREFOX.replaceAll(/a=ice-ufrag:.*(?=\r)/g, `a=ice-ufrag:${ufrag}`), /ice-ufrag/);
  });

  it('refuses sections that a peer connection does not make', () => {
    for (const section of [
      'm=audio 9 RTP/AVP 0',
      'm=video 9 RTP/SAVPF 96',
      'm=application 9 DTLS/SCTP 5000',
      'm=application 9 UDP/TLS/RTP/SAVPF 96',
      'm=image 9 udptl t38',
      'm=message 9 TCP/MSRP *',
      'm=constructor 9 UDP/DTLS/SCTP webrtc-datachannel',
      'm=',
    ])
      refuses(`${OFFER}${section}\r\n`, /m-line/);
    refuses(`${OFFER}m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n`, /data section/);
    refuses(FIREFOX.replace(/m=[^]*/, 'a=ice-ufrag:5f3a9c1e\r\n'), /no m-line/);
    const video = 'm=video 9 UDP/TLS/RTP/SAVPF 96\r\n';
    accepts(OFFER + video.repeat(LIMITS.MEDIA_SECTIONS_MAX - 3));
    refuses(OFFER + video.repeat(LIMITS.MEDIA_SECTIONS_MAX - 2), /too many/);
  });

  it('never throws, and never quotes what it was given', () => {
    const lines = OFFER.split('\r\n');
    const shuffled = fc
      .tuple(fc.shuffledSubarray(lines), fc.array(fc.string()))
      .map(([some, others]) => ['v=0', ...some, ...others].join('\r\n'));
    fc.assert(
      fc.property(fc.oneof(fc.string(), shuffled), (sdp) => {
        const checked = checkSdp(sdp);
        if (!checked.ok) expect(checked.problem).not.toMatch(/\d{1,3}\.\d{1,3}\./);
      }),
    );
  });
});
