import {
  ACCESS_MODES,
  LIMITS,
  admissionPath,
  banPath,
  beaconPath,
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
  invitePath,
  isRosterPublic,
  knockPath,
  mailPath,
  memberPath,
  quotaPath,
  roomIdOf,
  roomPath,
  seatPath,
  secretPath,
  tryPath,
  type Checked,
  type IsTime,
  type RoomDocument,
} from '@firesignal/protocol';
import { FieldValue, Timestamp, type DocumentData } from 'firebase/firestore';
import { shapesFor, type Shape } from '../../support/shapes.ts';
import {
  admissionOf,
  anHourAhead,
  beaconAt,
  newPeer,
  newRoom,
  now,
  quotaOf,
  roomBy,
  seatOf,
  type Time,
} from './documents.ts';
import { set, type Write } from './requests.ts';

/** A document that was generated: any of its fields may be missing, or anything. */
type Doc = Readonly<Record<string, unknown>>;

/** One kind of document, of which rules and validator have to think the same. */
export type Subject = {
  /** What its documents are generated from, when this user writes them. */
  readonly shape: (uid: string) => Shape;
  readonly check: (document: unknown) => Checked<unknown>;
  /** What has to be right around a document, so that nothing but the document is judged. */
  readonly scene: (document: Doc, uid: string) => Promise<Scene>;
};

export type Scene = {
  /** Is there before, whatever the rules say. */
  readonly there: Readonly<Record<string, DocumentData>>;
  /** Is not there before. */
  readonly gone?: readonly string[];
  /** The commit that is to be judged. */
  readonly writes: readonly Write[];
};

const isTime = (value: unknown): value is FieldValue | Timestamp =>
  value instanceof FieldValue || value instanceof Timestamp;

type Shapes = ReturnType<typeof shapesFor>;
const subject = (
  kind: keyof Shapes,
  check: (value: unknown, isTime: IsTime<FieldValue | Timestamp>) => Checked<unknown>,
  scene: Subject['scene'],
): Subject => ({
  shape: (uid) => shapesFor({ uid, now, later: anHourAhead })[kind],
  check: (document) => check(document, isTime),
  scene,
});

/** A room of its own for a document. */
async function room(creator: string, changes: Partial<RoomDocument<Time>> = {}) {
  const { roomId, nonce } = await newRoom(creator, changes.access);
  return { roomId, there: { [roomPath(roomId)]: roomBy(creator, nonce, changes) } };
}

/** In a room that its writer is the host of. */
const byHost =
  (path: (roomId: string) => string): Subject['scene'] =>
  async (document, uid) => {
    const { roomId, there } = await room(uid);
    return { there, writes: [set(path(roomId), document)] };
  };

const SEAT = 1;
const text = (value: unknown): string => (typeof value === 'string' ? value : 'x');
/** What stands in a path: an id that is none is left to the rules to refuse. */
const segment = (value: unknown): string => text(value).replaceAll('/', '-') || 'x';

/** One entry for each collection that clients write: another one begins here. */
export const SUBJECTS: Readonly<Record<string, Subject>> = {
  rooms: subject('room', checkRoom, async (document, uid) => {
    const roomId = await roomIdOf(uid, text(document['nonce']));
    // The id says whether the door is an open one: that is no matter of the document alone.
    const door = isRosterPublic(roomId) ? 'open' : 'invite';
    const isKnown = ACCESS_MODES.some((mode) => mode === document['access']);
    const access =
      isKnown && (document['access'] === 'open') !== isRosterPublic(roomId) ? { access: door } : {};
    return {
      there: {},
      gone: [quotaPath(uid)],
      writes: [set(roomPath(roomId), { ...document, ...access }), set(quotaPath(uid), quotaOf(roomId))],
    };
  }),

  quotas: subject('quota', checkQuota, (document, uid) =>
    Promise.resolve({ there: {}, gone: [quotaPath(uid)], writes: [set(quotaPath(uid), document)] }),
  ),

  admissions: subject('admission', checkAdmission, async (document, uid) => {
    const { roomId, there } = await room('alice');
    return { there, writes: [set(admissionPath(roomId, uid), document)] };
  }),

  seats: subject('seat', checkSeat, async (document, uid) => {
    const { roomId, there } = await room('alice');
    const { name = '', role = '', peer = '' } = document;
    // An admission that says what the seat says, as far as it can: what is judged is the seat.
    const admission = { ...admissionOf(uid), name, role, visits: Array.isArray(peer) ? [] : [peer] };
    const id = segment(peer);
    return {
      there: { ...there, [admissionPath(roomId, uid)]: admission },
      writes: [
        set(seatPath(roomId, SEAT), document),
        ...(id === peer ? [set(beaconPath(roomId, id), beaconAt(SEAT))] : []),
      ],
    };
  }),

  beacons: subject('beacon', checkBeacon, async (document, uid) => {
    const { roomId, there } = await room('alice', { capacity: LIMITS.CAPACITY_MAX });
    const own = newPeer(uid);
    const n = Number.isInteger(document['seat']) ? (document['seat'] as number) : 0;
    return {
      there: { ...there, [admissionPath(roomId, uid)]: admissionOf(uid, { visits: [own] }) },
      writes: [set(seatPath(roomId, n), seatOf(uid, own)), set(beaconPath(roomId, own), document)],
    };
  }),

  mailboxes: subject('mail', checkMail, async (document, uid) => {
    const { roomId, there } = await room('alice');
    const [to, own] = [newPeer('alice'), newPeer(uid)];
    const { from = own } = document;
    const sender = segment(from);
    return {
      there: {
        ...there,
        [seatPath(roomId, 0)]: seatOf('alice', to),
        [beaconPath(roomId, to)]: beaconAt(0),
        [seatPath(roomId, SEAT)]: { ...seatOf(uid, own), peer: from },
        [beaconPath(roomId, sender)]: beaconAt(SEAT),
      },
      writes: [set(mailPath(roomId, to, SEAT), document)],
    };
  }),

  invites: subject(
    'invite',
    checkInvite,
    byHost((roomId) => invitePath(roomId, 'a'.repeat(64))),
  ),
  knocks: subject('knock', checkKnock, async (document, uid) => {
    const { roomId, there } = await room('alice', { access: 'knock' });
    return { there, writes: [set(knockPath(roomId, uid), document)] };
  }),
  bans: subject(
    'ban',
    checkBan,
    byHost((roomId) => banPath(roomId, 'mallory')),
  ),
  members: subject(
    'member',
    checkMember,
    byHost((roomId) => memberPath(roomId, 'bob')),
  ),
  secrets: subject(
    'secret',
    checkSecret,
    byHost((roomId) => secretPath(roomId, 'password')),
  ),
  tries: subject('try', checkTry, async (document, uid) => {
    const { roomId, there } = await room('alice');
    return { there, writes: [set(tryPath(roomId, uid), document)] };
  }),
};
