import { LIMITS, checkCandidateLine, splitCandidates } from '@firesignal/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CANDIDATES } from '../../support/shapes.ts';

const FIRST = CANDIDATES[0];
const problemOf = (line: string): string | undefined => {
  const checked = checkCandidateLine(line);
  return checked.ok ? undefined : checked.problem;
};

const number = (max: number) => fc.integer({ min: 0, max }).map(String);
const iceChars = (maxLength: number) =>
  fc.string({ unit: fc.constantFrom(...Array.from('abcXYZ019+/')), minLength: 1, maxLength });
const address = fc.oneof(
  fc.ipV4(),
  fc.ipV6(),
  fc.uuid().map((id) => `${id}.local`),
  fc.domain().filter((domain) => domain.length < 200),
);
const word = fc.string({ unit: fc.constantFrom(...Array.from('abcxyz-019.:')), minLength: 1, maxLength: 8 });
const line = fc
  .tuple(
    iceChars(32),
    fc.integer({ min: 1, max: 256 }).map(String),
    fc.constantFrom('udp', 'UDP', 'tcp', 'TCP'),
    number(2 ** 31 - 1),
    address,
    number(65_535),
    fc.constantFrom('host', 'srflx', 'prflx', 'relay'),
    fc.option(fc.tuple(address, number(65_535))),
    fc.array(fc.tuple(word, word), { maxLength: 4 }),
  )
  .map(([foundation, component, transport, priority, at, port, type, related, extensions]) =>
    [
      ...[`candidate:${foundation}`, component, transport, priority, at, port, 'typ', type],
      ...(related === null ? [] : ['raddr', related[0], 'rport', related[1]]),
      ...extensions.flat(),
    ].join(' '),
  )
  .filter((candidate) => candidate.length <= LIMITS.CANDIDATE_LENGTH_MAX);

describe('validators › candidate', () => {
  for (const candidate of CANDIDATES)
    it(`accepts ${candidate}`, () => {
      expect(checkCandidateLine(candidate)).toEqual({ ok: true, value: candidate });
    });

  it('accepts whatever follows the grammar of RFC 8839', () => {
    fc.assert(
      fc.property(line, (candidate) => {
        expect(problemOf(candidate)).toBeUndefined();
      }),
    );
  });

  it('refuses a line without any one of its parts', () => {
    const parts = FIRST.split(' ');
    for (let part = 0; part < 8; part++)
      expect(problemOf(parts.filter((_, n) => n !== part).join(' ')), String(part)).toBeDefined();
  });

  it('refuses what does not follow the grammar', () => {
    const wrong = [
      '',
      'candidate:',
      `a=${FIRST}`,
      ` ${FIRST}`,
      `${FIRST} `,
      `${FIRST} extra`,
      `${FIRST}\r`,
      `${FIRST}\n${FIRST}`,
      FIRST.replace('2975254971', 'x'.repeat(33)),
      FIRST.replace('2975254971', 'foo_bar'),
      FIRST.replace(' udp ', ' sctp '),
      FIRST.replace(' 1 ', ' 1000 '),
      FIRST.replace(' host ', ' other '),
      FIRST.replace('192.0.2.2', '192.0.2.2 192.0.2.3'),
      FIRST.replace('192.0.2.2', '<script>'),
      FIRST.replace('192.0.2.2', 'x'.repeat(254)),
      FIRST.replace(' 47028 ', ' 65536 '),
      FIRST.replace(' 47028 ', ' -1 '),
      CANDIDATES[3].replace('rport 0', 'rport 99999'),
      FIRST.replace('generation', 'génération'),
    ];
    for (const candidate of wrong) expect(problemOf(candidate), candidate).toBeDefined();
  });

  it('bounds the length of a line', () => {
    const padded = (length: number) => `${FIRST} x `.padEnd(length, 'y');
    expect(problemOf(padded(LIMITS.CANDIDATE_LENGTH_MAX))).toBeUndefined();
    expect(problemOf(padded(LIMITS.CANDIDATE_LENGTH_MAX + 1))).toMatch(/too long/);
  });

  it('answers at once, whatever it is given', () => {
    const begin = performance.now();
    for (const unit of ['a b ', 'raddr x ', 'rport 1 ', ' '])
      problemOf(`${FIRST} ${unit.repeat(LIMITS.CANDIDATE_LENGTH_MAX)}`.slice(0, LIMITS.CANDIDATE_LENGTH_MAX));
    fc.assert(
      fc.property(fc.string(), (text) => {
        problemOf(text);
      }),
    );
    expect(performance.now() - begin).toBeLessThan(1000);
  });

  it('splits a block into its lines', () => {
    expect(splitCandidates('')).toEqual([]);
    expect(splitCandidates(CANDIDATES.join('\n'))).toEqual([...CANDIDATES]);
  });
});

describe('validators › candidate blocks', () => {
  it('never quotes an address', () => {
    fc.assert(
      fc.property(line, fc.nat(), (candidate, at) => {
        const cut = candidate.slice(0, at % candidate.length);
        expect(problemOf(cut) ?? '').not.toMatch(/\d+\.\d+/);
      }),
    );
  });
});
