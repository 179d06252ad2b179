import { type Role } from '@firesignal/protocol';
import { ADMISSION_LEASE_SECONDS } from '../defaults.ts';
import { SignalingError } from '../errors.ts';
import type { Unsubscribe } from '../lib/emitter.ts';
import type { Knock } from '../room/room-documents.ts';
import { requireRole, requireUid } from './arguments.ts';
import type { ModerationContext } from './moderation-context.ts';
import { knockAnswerWrite, letInAnewWrite, letInWrite } from './moderation-writes.ts';

/** Somebody who knocks. */
export type Visitor = { readonly uid: string; readonly name: string; readonly knockedAt: Date };

/** Who asks to be let in, and what they are told. */
export class Guests {
  readonly #context: ModerationContext;
  #knocks: ReadonlyMap<string, Knock> = new Map();

  constructor(context: ModerationContext) {
    this.#context = context;
  }

  watch(listener: (visitors: readonly Visitor[]) => void): Unsubscribe {
    return this.#context.watchKnocks((knocks) => {
      this.#knocks = knocks;
      const now = this.#context.serverNow();
      const waiting = [...knocks].filter(
        ([, { answer, expiresAt }]) => answer === undefined && expiresAt.epochMs > now,
      );
      listener(
        waiting
          .map(([uid, { name, at }]) => ({ uid, name, knockedAt: new Date(at.epochMs) }))
          .sort((one, other) => one.knockedAt.getTime() - other.knockedAt.getTime()),
      );
    });
  }

  /** @throws `signaling/invalid-argument` and what a commit throws */
  async admit(
    uid: string,
    { role = 'speaker', signal }: { readonly role?: Role; readonly signal?: AbortSignal } = {},
  ): Promise<void> {
    requireUid(uid);
    requireRole(role);
    const { documents, desk } = this.#context;
    const knock = this.#knocks.get(uid) ?? (await documents.readKnock(uid, signal));
    const answer = knock === undefined ? [] : [knockAnswerWrite(desk(), uid, 'admitted')];
    const leaseSeconds = knock === undefined ? 0 : ADMISSION_LEASE_SECONDS;
    const guest = { uid, name: knock?.name ?? '', role, leaseSeconds };
    try {
      await documents.commit([letInWrite(desk(), guest), ...answer], signal);
    } catch (error) {
      if (SignalingError.from(error).code !== 'signaling/permission-denied') throw error;
      // An admission of its own may be there, which does not pass a lock.
      await documents.commit([letInAnewWrite(desk(), uid, role, ADMISSION_LEASE_SECONDS), ...answer], signal);
    }
  }

  /** @throws `signaling/invalid-argument` and what a commit throws */
  async decline(uid: string): Promise<void> {
    requireUid(uid);
    const { documents, desk } = this.#context;
    await documents.commit([knockAnswerWrite(desk(), uid, 'declined')]);
  }
}
