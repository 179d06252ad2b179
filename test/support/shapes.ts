import { readFileSync } from 'node:fs';
import { ACCESS_MODES, ENTRY_ROLES, LIMITS, PROTOCOL_VERSION, ROLES, TOPOLOGIES } from '@firesignal/protocol';
import fc from 'fast-check';

/*
 * Generated documents: `good` values, and `bad` ones that have one thing or two wrong with them. Values that are right or
 * wrong only in their context, such as whose uid it is, are left to the tests that know the context.
 */
export type Shape = { readonly good: fc.Arbitrary<unknown>; readonly bad: fc.Arbitrary<unknown> };

type Kind = 'null' | 'boolean' | 'integer' | 'fraction' | 'string' | 'list' | 'map';
const OF_KIND: Readonly<Record<Kind, fc.Arbitrary<unknown>>> = {
  null: fc.constant(null),
  boolean: fc.boolean(),
  integer: fc.integer(),
  fraction: fc.constantFrom(0.5, 1.5, -7.25),
  string: fc.string(),
  list: fc.array(fc.integer(), { maxLength: 3 }),
  map: fc.dictionary(fc.constantFrom('a', 'constructor', 'sdp'), fc.integer(), {
    maxKeys: 2,
    noNullPrototype: true,
  }),
};
const KINDS = Object.keys(OF_KIND) as Kind[];

const anyKindBut = (...kinds: readonly Kind[]): fc.Arbitrary<unknown> =>
  fc.oneof(...KINDS.filter((kind) => !kinds.includes(kind)).map((kind) => OF_KIND[kind]));

const integer = (min: number, max: number): Shape => ({
  good: fc.oneof(fc.constantFrom(min, max), fc.integer({ min, max })),
  bad: fc.oneof(fc.constantFrom(min - 1, max + 1, -max - 1), anyKindBut('integer')),
});

const filled = (length: number): fc.Arbitrary<string> =>
  fc.constantFrom('x', 'é', '阿').map((unit) => unit.repeat(length));

/** Two code units for one character, several characters for one letter, and some that nobody sees. */
const ODD = ['\u{1f600}', '\u{10ffff}', 'e\u0301', '\u202e', '\ufeff', '\0'];
const PAIR_LENGTH = 2;
const pairs = (length: number): fc.Arbitrary<string> =>
  fc
    .constantFrom(...ODD.filter((odd) => odd.length === PAIR_LENGTH))
    .map((odd) => odd.repeat(length / PAIR_LENGTH));

const text = (max: number, min = 0): Shape => ({
  good: fc.oneof(
    ...[max, min].map(filled),
    pairs(max),
    fc.string({ minLength: min, maxLength: Math.min(max, 40) }),
    fc.string({
      unit: fc.constantFrom('x', ...ODD),
      minLength: min,
      maxLength: Math.min(max / PAIR_LENGTH, 20),
    }),
  ),
  bad: fc.oneof(
    filled(max + 1),
    pairs(max + PAIR_LENGTH),
    ...(min > 0 ? [filled(min - 1)] : []),
    anyKindBut('string'),
  ),
});

const oneOf = (values: readonly string[], ...others: readonly string[]): Shape => ({
  good: fc.constantFrom(...values),
  bad: fc.oneof(fc.constantFrom(...others), anyKindBut('string')),
});

const BASE64URL = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-');
const token = (minLength: number, maxLength = minLength): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...BASE64URL), minLength, maxLength });

/** Strings of base64url; the bad ones have one character of another alphabet, or one too many or too few. */
const tokens = (min: number, max = min): Shape => ({
  good: token(min, max),
  bad: fc.oneof(
    token(max + 1),
    token(min - 1),
    fc
      .tuple(token(min - 1), fc.constantFrom('.', '~', '/', ' ', 'é', '*', '\n'))
      .map((parts) => parts.join('')),
    anyKindBut('string'),
  ),
});

const EPOCH = token(LIMITS.EPOCH_LENGTH);
const peersOf = (uid: fc.Arbitrary<string>): Shape => ({
  good: fc.tuple(uid, EPOCH).map((parts) => parts.join('~')),
  bad: fc.oneof(
    uid,
    fc.tuple(uid, token(LIMITS.EPOCH_LENGTH + 1)).map((parts) => parts.join('~')),
    fc.tuple(uid, token(LIMITS.EPOCH_LENGTH - 1)).map((parts) => parts.join('~')),
    fc.tuple(uid, EPOCH, EPOCH).map((parts) => parts.join('~')),
    EPOCH.map((epoch) => `~${epoch}`),
    anyKindBut('string'),
  ),
});

const ANY_UID = token(1, LIMITS.UID_LENGTH_MAX);
const ANY_PEER = peersOf(ANY_UID);

const listOf = (peer: Shape, max: number): Shape => {
  const some = fc.array(peer.good, { maxLength: Math.min(4, max - 1) });
  return {
    good: fc.array(peer.good, { maxLength: max }),
    bad: fc.oneof(
      fc.array(peer.good, { minLength: max + 1, maxLength: max + 1 }),
      fc
        .tuple(some, peer.bad, some)
        // Firestore has no lists in lists.
        .map(([before, bad, after]) => [...before, Array.isArray(bad) ? null : bad, ...after]),
      fc.tuple(peer.good, peer.good).map((pair) => [pair.join(',')]),
      fc.tuple(peer.good, peer.good).map((pair) => [pair.join(','), '']),
      fc.tuple(peer.good, peer.good).map((pair) => ['', pair.join(',')]),
      anyKindBut('list'),
    ),
  };
};
const met = listOf(ANY_PEER, LIMITS.CAPACITY_MAX);

const flag: Shape = { good: fc.boolean(), bad: anyKindBut('boolean') };
/** There, or not. */
const mark: Shape = {
  good: fc.constant(true),
  bad: fc.oneof(fc.constant(false), anyKindBut('boolean')),
};

/** A map of these fields. A bad one has a bad field or two, lacks one or has one too many. */
function fields(
  shapes: Readonly<Record<string, Shape>>,
  optional: Readonly<Record<string, Shape>> = {},
): Shape {
  const all = { ...shapes, ...optional };
  const required = Object.keys(shapes);
  const good = fc.record(Object.fromEntries(Object.entries(all).map(([key, shape]) => [key, shape.good])), {
    requiredKeys: required,
    noNullPrototype: true,
  });
  const with_ = (key: string, value: fc.Arbitrary<unknown>) =>
    fc.tuple(good, value).map(([document, wrong]) => ({ ...document, [key]: wrong }));
  const without = (key: string) =>
    good.map((document) => Object.fromEntries(Object.entries(document).filter(([name]) => name !== key)));
  const twoWrong = fc
    .tuple(good, ...[1, 2].map(() => fc.constantFrom(...Object.entries(all))))
    .chain(([document, ...picked]) =>
      fc
        .record(Object.fromEntries(picked.map(([key, shape]) => [key, shape.bad])), { noNullPrototype: true })
        .map((wrong) => ({ ...document, ...wrong })),
    );
  return {
    good,
    bad: fc.oneof(
      ...Object.entries(all).map(([key, shape]) => with_(key, shape.bad)),
      ...required.map(without),
      ...['extra', 'constructor', 'toString'].map((key) => with_(key, OF_KIND.string)),
      twoWrong,
    ),
  };
}

const part = (shape: Shape): Shape => ({ good: shape.good, bad: fc.oneof(shape.bad, anyKindBut('map')) });

const fixture = (name: string): string =>
  readFileSync(new URL(`../unit/protocol/fixtures/${name}.sdp`, import.meta.url), 'utf8').replaceAll(
    /\r?\n/g,
    '\r\n',
  );

/** Descriptions that browsers have made, by name. */
export const DESCRIPTIONS = {
  'an offer of Chromium': fixture('chromium-offer'),
  'an answer of Chromium': fixture('chromium-answer'),
  'an offer of Chromium, only data': fixture('chromium-data-offer'),
  'an answer of Chromium that rejects video': fixture('chromium-answer-rejected-video'),
  'an offer of Firefox': fixture('firefox-offer'),
  'an answer of Firefox that rejects video': fixture('firefox-answer-rejected-video'),
} as const;

/** Candidate lines that browsers have made. */
export const CANDIDATES = [
  'candidate:2975254971 1 udp 2113937151 192.0.2.2 47028 typ host generation 0 ufrag A5fj network-cost 999',
  'candidate:3055854859 1 udp 2113942271 fd00::2 60440 typ host generation 0 ufrag A5fj network-cost 999',
  'candidate:986237010 1 udp 2113937151 8de7ada0-8afa-4bfb-8652-95155c68464d.local 45179 typ host generation 0 ufrag QglL network-cost 999',
  'candidate:842163049 1 udp 1677729535 198.51.100.7 46154 typ srflx raddr 0.0.0.0 rport 0 generation 0 ufrag A5fj network-id 1',
  'candidate:1510613869 1 tcp 1518280447 192.0.2.2 9 typ host tcptype active generation 0 ufrag A5fj network-id 1 network-cost 10',
  'candidate:3745641921 1 udp 33562367 203.0.113.9 61021 typ relay raddr 198.51.100.7 rport 46154 generation 0 ufrag A5fj',
  'candidate:0 1 UDP 2122252543 192.0.2.7 51234 typ host',
  'candidate:2 1 UDP 2122187007 2001:db8::7 51235 typ host',
  'candidate:3 1 TCP 2105524479 192.0.2.7 9 typ host tcptype active',
  'candidate:1 1 UDP 1686052863 198.51.100.4 51234 typ srflx raddr 192.0.2.7 rport 51234',
  'candidate:0 1 UDP 2122252543 6f0c1a2b-3d4e-4f50-8a6b-7c8d9e0f1a2b.local 51234 typ host',
] as const;

/** The rules know the size of an SDP and nothing of its grammar: the bad ones are too long, or no string. */
const sdp: Shape = {
  good: fc.constantFrom(...Object.values(DESCRIPTIONS)),
  bad: fc.oneof(filled(LIMITS.SDP_LENGTH_MAX + 1), anyKindBut('string')),
};
const candidates: Shape = {
  good: fc
    .array(fc.constantFrom(...CANDIDATES), { maxLength: LIMITS.CANDIDATES_COUNT_MAX })
    .map((lines) => lines.join('\n')),
  bad: fc.oneof(filled(LIMITS.CANDIDATES_LENGTH_MAX + 1), anyKindBut('string')),
};

const conn = integer(1, LIMITS.CONN_MAX);
const rev = integer(1, LIMITS.REV_MAX);
const request = integer(1, LIMITS.REQUEST_COUNT_MAX);
const offerId = tokens(LIMITS.OFFER_ID_LENGTH_MIN, LIMITS.OFFER_ID_LENGTH_MAX);
const description = part(fields({ conn, id: offerId, sdp }));
const standingOffer = part(fields({ conn, id: offerId, sdp, candidates, rev }));
const candidateBlock = part(
  fields({
    conn,
    id: offerId,
    ufrag: text(LIMITS.UFRAG_LENGTH_MAX, LIMITS.UFRAG_LENGTH_MIN),
    lines: candidates,
    complete: flag,
  }),
);
const stateRequired = { conn, rev };
const stateOptional = {
  offer: description,
  answer: description,
  candidates: candidateBlock,
  want: request,
  restart: request,
};

const memberClaim = part(
  fields({ name: text(LIMITS.CLAIM_NAME_LENGTH_MAX, 1), value: text(LIMITS.CLAIM_VALUE_LENGTH_MAX, 1) }),
);
const hexadecimal = (length: number): Shape => {
  const digits = fc.string({
    unit: fc.constantFrom(...Array.from('0123456789abcdef')),
    minLength: length,
    maxLength: length,
  });
  return {
    good: digits,
    bad: fc.oneof(
      digits.map((text) => text.slice(1)),
      digits.map((text) => `${text}0`),
      digits.map((text) => `${text.slice(1)}A`),
      anyKindBut('string'),
    ),
  };
};

/** What there is of the door: who may come in, and who has asked. */
function accessShapes(by: Shape, at: Shape, expiresAt: Shape) {
  const grant = { by, at, expiresAt };
  const role = oneOf(ROLES, 'host', '', 'Speaker');
  const proof = tokens(43, 64);
  const usesLeft = fc.integer({ min: 1, max: LIMITS.INVITE_USES_MAX });
  return {
    // One that is used up is right, too, and nobody makes it.
    invite: fields({
      role,
      usesLeft: {
        good: usesLeft,
        bad: fc.oneof(fc.constantFrom(-1, LIMITS.INVITE_USES_MAX + 1), anyKindBut('integer')),
      },
      ...grant,
    }),
    knock: fields({ name: text(LIMITS.NAME_LENGTH_MAX), at, expiresAt }),
    ban: fields(grant),
    member: fields({ role, ...grant }),
    secret: fields({ verifier: hexadecimal(64), ...grant }),
    /** The first of a window. */
    try: fields({ proof, count: FIRST, since: at, at, expiresAt }),
    quota: fields({ room: hexadecimal(LIMITS.ROOM_ID_LENGTH), count: FIRST, since: at, at, expiresAt }),
  };
}
const FIRST: Shape = { good: fc.constant(1), bad: fc.oneof(fc.constantFrom(0, -1), anyKindBut('integer')) };

/** What a document says that depends on who writes it, and when. */
export type Author = {
  readonly uid: string;
  /** Makes the time of writing. */
  readonly now: () => unknown;
  /** Makes a time in the near future. */
  readonly later: () => unknown;
};

/** The shape of every document, as written by `author`. */
export function shapesFor({ uid, now, later }: Author) {
  const time = (make: () => unknown): Shape => ({
    good: fc.constant(null).map(make),
    bad: fc.oneof(...KINDS.map((kind) => OF_KIND[kind])),
  });
  const ownUid: Shape = {
    good: fc.constant(uid),
    bad: fc.oneof(fc.constantFrom('', 'a b', 'x~y'), anyKindBut('string')),
  };
  const ownPeer = peersOf(fc.constant(uid));
  const ownVisits = listOf(ownPeer, LIMITS.VISITS_PER_USER_MAX);
  const role = oneOf(ENTRY_ROLES, 'host', '', 'Speaker');
  const expiresAt = time(later);
  return {
    room: fields(
      {
        protocolVersion: {
          good: fc.constant(PROTOCOL_VERSION),
          bad: fc.oneof(fc.constantFrom(0, -1), anyKindBut('integer')),
        },
        access: oneOf(ACCESS_MODES, 'closed', ''),
        capacity: integer(LIMITS.CAPACITY_MIN, LIMITS.CAPACITY_MAX),
        topology: oneOf(TOPOLOGIES, 'star', ''),
        sealed: { good: fc.constant(false), bad: anyKindBut('boolean') },
        host: ownUid,
        createdBy: ownUid,
        nonce: tokens(LIMITS.ROOM_NONCE_LENGTH),
        createdAt: time(now),
        expiresAt,
      },
      { memberClaim, locked: mark },
    ),
    admission: fields({
      name: text(LIMITS.NAME_LENGTH_MAX),
      role,
      by: ownUid,
      visits: ownVisits,
      at: time(now),
      leaseSeconds: integer(0, LIMITS.ADMISSION_LEASE_MAX_SECONDS),
      expiresAt,
    }),
    seat: fields(
      {
        peer: ownPeer,
        name: text(LIMITS.NAME_LENGTH_MAX),
        role,
        joinedAt: time(now),
        met,
        expiresAt,
      },
      { answerOnly: mark },
    ),
    beacon: fields(
      {
        seat: integer(0, LIMITS.CAPACITY_MAX - 1),
        renewedAt: time(now),
        leaseSeconds: integer(1, LIMITS.BEACON_LEASE_MAX_SECONDS),
        burst: integer(1, LIMITS.BEACON_BURST_MAX),
        expiresAt,
      },
      { offer: standingOffer },
    ),
    mail: fields(
      {
        ...stateRequired,
        from: ownPeer,
        burst: integer(1, LIMITS.MAIL_BURST_MAX),
        at: time(now),
        expiresAt,
      },
      stateOptional,
    ),
    ...accessShapes(ownUid, time(now), expiresAt),
    /** What travels over the data channel. */
    signal: fields(stateRequired, stateOptional),
  };
}
