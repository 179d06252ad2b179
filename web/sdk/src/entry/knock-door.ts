import { checkKnock, isUid, knockPath } from '@firesignal/protocol';
import { KNOCK_LIFETIME_MS, KNOCK_RENEWAL_MS } from '../defaults.ts';
import { SignalingError } from '../errors.ts';
import { Timers } from '../lib/clock.ts';
import { deferred, unlessAborted } from '../lib/settle.ts';
import type { Knock } from '../room/room-documents.ts';
import { isDenied } from '../room/room-verdict.ts';
import { deleteWrite } from '../room/room-writes.ts';
import { WatchKeeper } from '../room/watch-keeper.ts';
import { Instant, SERVER_TIME, type DocumentWrite } from '../transport/signal-transport.ts';
import { comeBack, reasonFor, type Reception } from './reception.ts';

/** Asks to be let in, and waits for as long as it takes. */
export async function byKnock(desk: Reception): Promise<void> {
  const { documents, entry } = desk;
  let refusal: SignalingError | undefined;
  try {
    await documents.commit([knockWrite(desk)], desk.signal);
  } catch (error) {
    if (!isDenied(error)) throw error;
    // It may have been heard a moment ago: by a page that has been loaded again since.
    refusal = SignalingError.from(error);
  }
  try {
    await answered(desk, refusal);
  } catch (error) {
    // Refused where it is too early for that: then it ends by itself.
    if (desk.signal.aborted) takeBack(desk);
    throw error;
  }
  const own = await entry.look();
  if (own === undefined) throw await reasonFor(desk, new SignalingError('signaling/not-admitted'));
  await comeBack(desk, own);
  takeBack(desk);
}

function knockWrite({ visit }: Reception): DocumentWrite {
  const { roomId, uid, name, transport } = visit;
  const expiresAt = new Instant(transport.serverNow() + KNOCK_LIFETIME_MS);
  return { kind: 'set', path: knockPath(roomId, uid), data: { name, at: SERVER_TIME, expiresAt } };
}

function takeBack({ documents, visit }: Reception): void {
  documents.commit([deleteWrite(knockPath(visit.roomId, visit.uid))]).catch(() => undefined);
}

/** Watches the own knock until somebody has answered it. */
async function answered(desk: Reception, refusal: SignalingError | undefined): Promise<void> {
  const { documents, visit, signal, onKnock } = desk;
  const { clock, roomId, uid } = visit;
  const admitted = deferred<undefined>();
  const watches = new WatchKeeper(clock, () => undefined);
  const timers = new Timers(clock);
  let isHeard = false;
  const heard = (): void => {
    if (isHeard) return;
    isHeard = true;
    onKnock();
    visit.onKnock?.();
  };
  const next = (knock: Knock | undefined): void => {
    if (knock?.answer === 'admitted') admitted.resolve(undefined);
    else if (knock?.answer === 'declined') admitted.reject(declined());
    else if (knock !== undefined) heard();
    // Another page of the same user may have been let in and have taken the knock back: the admission tells.
    else if (isHeard || refusal === undefined) admitted.resolve(undefined);
    else reasonFor(desk, refusal).then(admitted.reject, admitted.reject);
  };
  const renew = (): void => {
    timers.set('renew', KNOCK_RENEWAL_MS, () => {
      documents.commit([knockWrite(desk)]).catch(() => undefined);
      renew();
    });
  };
  renew();
  const target = { document: knockPath(roomId, uid) };
  watches.keep('knock', (error) =>
    documents.watch<string, Knock>(
      target,
      { next: (knocks) => next(knocks.get(uid)), error },
      (id) => (isUid(id) ? id : undefined),
      checkKnock,
    ),
  );
  try {
    await unlessAborted(admitted.promise, signal);
  } finally {
    timers.clearAll();
    watches.stopAll();
  }
}

function declined(): SignalingError {
  return new SignalingError('signaling/not-admitted', 'Who runs the room has declined.');
}
