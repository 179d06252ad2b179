import { inviteOf, invitePath, isSha256, LIMITS, randomToken, type Role } from '@firesignal/protocol';
import { SignalingError } from '../errors.ts';
import { deleteWrite } from '../room/room-writes.ts';
import { Instant } from '../transport/signal-transport.ts';
import { requireIntegerIn, requireRole } from './arguments.ts';
import type { ModerationContext } from './moderation-context.ts';
import { inviteWrite } from './moderation-writes.ts';

/** 144 bits: nobody finds one by trying. */
const TOKEN_LENGTH = 24;
const LIFETIME_SECONDS = 86_400;
const LIFETIME_MIN_SECONDS = 60;

export type InviteOptions = {
  /** What the invited may do. @defaultValue `'speaker'` */
  readonly role?: Role;
  /** How many get in by it, 1 to 1 000. @defaultValue 1 */
  readonly uses?: number;
  /** A minute to a week; never longer than the room. @defaultValue 86 400 (a day) */
  readonly lifetimeSeconds?: number;
};

/** An invite, as it is stored. Its id is the SHA-256 of the token. */
export type Invite = {
  readonly hash: string;
  readonly role: Role;
  readonly usesLeft: number;
  readonly expiresAt: Date;
};

export class Invites {
  readonly #context: ModerationContext;

  constructor(context: ModerationContext) {
    this.#context = context;
  }

  /** @throws `signaling/invalid-argument` and what a commit throws */
  async create(options: InviteOptions): Promise<Invite & { readonly token: string }> {
    const { role = 'speaker', uses = 1, lifetimeSeconds = LIFETIME_SECONDS } = options;
    requireRole(role);
    requireIntegerIn('uses', uses, 1, LIMITS.INVITE_USES_MAX);
    requireIntegerIn(
      'lifetimeSeconds',
      lifetimeSeconds,
      LIFETIME_MIN_SECONDS,
      LIMITS.ROOM_LIFETIME_MAX_SECONDS,
    );
    const { documents, desk, serverNow } = this.#context;
    const owner = desk();
    const endMs = Math.min(serverNow() + lifetimeSeconds * 1_000, owner.expiresAt.epochMs);
    const token = randomToken(TOKEN_LENGTH);
    const { hash } = await inviteOf(token);
    await documents.commit([inviteWrite({ ...owner, expiresAt: new Instant(endMs) }, { hash, role, uses })]);
    return { token, hash, role, usesLeft: uses, expiresAt: new Date(endMs) };
  }

  async revoke(hash: string): Promise<void> {
    if (!isSha256(hash))
      throw new SignalingError('signaling/invalid-argument', 'hash is not that of an invite.');
    await this.#context.documents.commit([deleteWrite(invitePath(this.#context.roomId, hash))]);
  }

  async list(): Promise<readonly Invite[]> {
    const invites = await this.#context.documents.readInvites();
    return [...invites].map(([hash, { role, usesLeft, expiresAt }]) => ({
      hash,
      role,
      usesLeft,
      expiresAt: new Date(expiresAt.epochMs),
    }));
  }
}
