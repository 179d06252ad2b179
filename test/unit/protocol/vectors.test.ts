import {
  checkAdmission,
  checkBan,
  checkBeacon,
  checkInvite,
  checkKnock,
  checkMail,
  checkMember,
  checkQuota,
  checkRoom,
  checkSeat,
  checkSecret,
  checkTry,
  inviteOf,
  isOfferId,
  isPeerId,
  isProof,
  isRoomId,
  isRoomNonce,
  isRosterPublic,
  isSha256,
  isUid,
  roomIdOf,
  seatNumber,
  uidOf,
  type Checked,
} from '@firesignal/protocol';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isVectorTime, vectorsOf } from '../../support/vectors.ts';

const FILES = ['ids', 'documents', 'mailbox', 'negotiation'];

type Named = {
  readonly name: string;
  /** What it shows. */
  readonly rule: string;
  readonly kind?: string;
  readonly receiver?: string;
};

type Ids = {
  readonly ids: readonly (Named & {
    readonly kind: keyof typeof IS;
    readonly value: string;
    readonly valid: boolean;
  })[];
  readonly rooms: readonly (Named & {
    readonly creator: string;
    readonly nonce: string;
    readonly roomId: string;
  })[];
  readonly owners: readonly (Named & { readonly peer: string; readonly uid: string })[];
  readonly rosters: readonly (Named & { readonly roomId: string; readonly isPublic: boolean })[];
  readonly invites: readonly (Named & {
    readonly token: string;
    readonly proof: string;
    readonly hash: string;
  })[];
};

const IS = {
  uid: isUid,
  peer: isPeerId,
  roomId: isRoomId,
  nonce: isRoomNonce,
  offerId: isOfferId,
  seat: (id: string) => seatNumber(id) !== undefined,
  proof: isProof,
  hash: isSha256,
} satisfies Record<string, (value: string) => boolean>;

type Documents = {
  readonly base: Readonly<Record<keyof typeof CHECK, object>>;
  readonly vectors: readonly (Named & {
    readonly kind: keyof typeof CHECK;
    readonly valid: boolean;
    readonly set?: object;
    readonly remove?: readonly string[];
  })[];
};

const CHECK = {
  room: (value) => checkRoom(value, isVectorTime),
  admission: (value) => checkAdmission(value, isVectorTime),
  seat: (value) => checkSeat(value, isVectorTime),
  beacon: (value) => checkBeacon(value, isVectorTime),
  mail: (value) => checkMail(value, isVectorTime),
  invite: (value) => checkInvite(value, isVectorTime),
  knock: (value) => checkKnock(value, isVectorTime),
  ban: (value) => checkBan(value, isVectorTime),
  member: (value) => checkMember(value, isVectorTime),
  secret: (value) => checkSecret(value, isVectorTime),
  try: (value) => checkTry(value, isVectorTime),
  quota: (value) => checkQuota(value, isVectorTime),
} satisfies Record<string, (value: unknown) => Checked<unknown>>;

const { ids, rooms, owners, rosters, invites } = vectorsOf('ids') as Ids;
const { base, vectors } = vectorsOf('documents') as Documents;

describe('vectors › ids', () => {
  it.each(ids.map((id) => [id.kind, id.name, id] as const))(
    '[MP16] %s: %s',
    (_kind, _name, { kind, value, valid }) => {
      expect(IS[kind](value)).toBe(valid);
    },
  );

  it.each(rooms.map((room) => [room.name, room] as const))(
    '[MP16] %s',
    async (_, { creator, nonce, roomId }) => {
      expect(await roomIdOf(creator, nonce)).toBe(roomId);
    },
  );

  it.each(owners.map((owner) => [owner.name, owner] as const))('[MP16] %s', (_, { peer, uid }) => {
    expect(uidOf(peer)).toBe(uid);
  });

  it.each(rosters.map((roster) => [roster.name, roster] as const))('[MP16] %s', (_, { roomId, isPublic }) => {
    expect(isRosterPublic(roomId)).toBe(isPublic);
  });

  it.each(invites.map((invite) => [invite.name, invite] as const))(
    '[MP16] %s',
    async (_, { token, proof, hash }) => {
      expect(await inviteOf(token)).toEqual({ proof, hash });
    },
  );
});

describe('vectors › documents', () => {
  it.each(vectors.map((vector) => [vector.name, vector] as const))(
    '[MP16] %s',
    (_, { kind, set = {}, remove = [], valid }) => {
      const whole: Readonly<Record<string, unknown>> = { ...base[kind], ...set };
      const document = Object.fromEntries(Object.entries(whole).filter(([field]) => !remove.includes(field)));
      const checked = CHECK[kind](document);
      expect(checked.ok ? checked.value : 'refused').toEqual(valid ? document : 'refused');
    },
  );
});

describe('vectors', () => {
  const lists = FILES.flatMap(
    (name) => Object.values(vectorsOf(name) as object).filter(Array.isArray) as Named[][],
  );

  it('[MP16] each show a rule that is there', () => {
    const pages = ['protocol', 'links'].map((page) =>
      readFileSync(new URL(`../../../docs/${page}.md`, import.meta.url), 'utf8'),
    );
    const rules = new Set(pages.join('\n').match(/(?<=^- \*\*)[A-Z]{2}\d+(?=\*\*)/gm));
    expect(lists.flat().filter(({ rule }) => !rules.has(rule))).toEqual([]);
  });

  it('[MP16] of one list and kind have names of their own', () => {
    for (const list of lists) {
      const names = list.map(({ kind = '', receiver = '', name }) => `${kind}${receiver}: ${name}`);
      expect(new Set(names).size).toBe(names.length);
    }
  });
});
