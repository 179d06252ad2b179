import {
  checkInvite,
  checkTry,
  inviteOf,
  invitePath,
  isSha256,
  tryPath,
  type InviteDocument,
  type TryDocument,
} from '@firesignal/protocol';
import { SignalingError } from '../errors.ts';
import { after, unlessAborted } from '../lib/settle.ts';
import { isDenied } from '../room/room-verdict.ts';
import { admissionWrite } from '../room/room-writes.ts';
import type { DocumentWrite, Instant } from '../transport/signal-transport.ts';
import { ownDocument } from './own-document.ts';
import { comeBack, reasonFor, type Reception } from './reception.ts';
import { tryWrite } from './tries.ts';

/** Each time somebody else was quicker; so many use one invite at the same moment, or fewer. */
const ATTEMPTS_MAX = 16;
/** The pause between two of them, at most: the more have been quicker, the longer. */
const PAUSE_MS = 150;

type Invite = InviteDocument<Instant>;
type Try = TryDocument<Instant>;

/** Takes one use of the invite, in one commit with the admission. */
export async function byInvite(desk: Reception): Promise<void> {
  const { visit, signal, entry } = desk;
  if (visit.invite === undefined) throw new SignalingError('signaling/invite-needed');
  const shown = await inviteOf(visit.invite);
  const { hash } = shown;
  let invite = await readInvite(desk, hash);
  let last: Try | undefined;
  for (let round = 1; ; round += 1) {
    const present = usable(desk, invite);
    try {
      await use(desk, shown, present, last);
      return;
    } catch (error) {
      if (!isDenied(error)) throw error;
      // Somebody was quicker, this is not the first try of late, or it was carried out and its answer got lost.
      const seenAt = last?.at.epochMs;
      const [own, tried, next] = await Promise.all([
        entry.look(),
        ownDocument(desk, tryPath, checkTry),
        readInvite(desk, hash),
      ]);
      if (own !== undefined) return comeBack(desk, own);
      [invite, last] = [next, tried];
      const isNews = present.usesLeft !== next?.usesLeft || seenAt !== tried?.at.epochMs;
      if (!isNews || round === ATTEMPTS_MAX) throw await reasonFor(desk, SignalingError.from(error));
      await unlessAborted(after(visit.clock, Math.random() * PAUSE_MS * (round - 1)), signal);
    }
  }
}

/** @throws `signaling/invite-expired` (over, or taken back), `signaling/invite-used` */
function usable({ visit }: Reception, invite: Invite | undefined): Invite {
  if (invite === undefined || invite.expiresAt.epochMs <= visit.transport.serverNow())
    throw new SignalingError('signaling/invite-expired');
  if (invite.usesLeft === 0) throw new SignalingError('signaling/invite-used');
  return invite;
}

async function readInvite(
  { documents, visit, signal }: Reception,
  hash: string,
): Promise<Invite | undefined> {
  const target = { document: invitePath(visit.roomId, hash) };
  const found = await documents.read(target, (id) => (isSha256(id) ? id : undefined), checkInvite, signal);
  return found.get(hash);
}

function use(
  desk: Reception,
  { proof, hash }: Awaited<ReturnType<typeof inviteOf>>,
  { role, usesLeft }: Invite,
  last: Try | undefined,
): Promise<void> {
  const { entry, visit } = desk;
  const { roomId, uid, name, peerId } = visit;
  const visits = [peerId];
  const taking: DocumentWrite = {
    kind: 'update',
    path: invitePath(roomId, hash),
    data: { usesLeft: usesLeft - 1 },
  };
  const admission = admissionWrite(entry.scope, { uid, name, role, visits });
  return entry.commit([tryWrite(desk, proof, last), taking, admission], { role, by: uid, visits });
}
