import { ACCESS_MODES, isUid, LIMITS, ROLES, sha256Of } from '@firesignal/protocol';
import { SignalingError } from '../errors.ts';
import { memberWrite, passwordWrite, type Desk } from '../moderation/moderation-writes.ts';
import type { CreateRoomOptions } from '../options.ts';
import { sealingModule } from '../room/sealing.ts';
import type { DocumentWrite } from '../transport/signal-transport.ts';

/** One commit makes them all, and the room. */
const MEMBERS_MAX = 100;

/** What the door of a new room needs beside the room itself, in the same commit. */
export class NewDoor {
  readonly #options: CreateRoomOptions;

  /** @throws `signaling/invalid-argument` */
  constructor(options: CreateRoomOptions) {
    requireDoor(options);
    this.#options = options;
  }

  async writes(desk: Desk): Promise<readonly DocumentWrite[]> {
    const { members = [], password } = this.#options;
    const listed = members.map(({ uid, role }) => memberWrite(desk, uid, role));
    if (password === undefined) return listed;
    const { roomSeal } = await sealingModule();
    const proof = (await (await roomSeal(desk.roomId, { password }))?.proof) ?? '';
    return [...listed, passwordWrite(desk, await sha256Of(proof))];
  }
}

function requireDoor({ access = 'open', password, members, memberClaim }: CreateRoomOptions): void {
  require(ACCESS_MODES.includes(access), `access is one of ${ACCESS_MODES.join(', ')}.`);
  require((access === 'password') === (password !== undefined), "password goes with access: 'password'.");
  const isForMembers = access === 'members';
  require(isForMembers || members === undefined, "members go with access: 'members'.");
  require(isForMembers || memberClaim === undefined, "memberClaim goes with access: 'members'.");
  require(memberClaim === undefined || isClaim(memberClaim), 'memberClaim has a name and a value.');
  if (members === undefined) return;
  require(members.length <= MEMBERS_MAX, `members are ${MEMBERS_MAX} at most.`);
  require(members.every(
    ({ uid, role }) => isUid(uid) && ROLES.includes(role),
  ), 'A member has a uid and a role.');
  require(new Set(members.map(({ uid }) => uid)).size === members.length, 'A member is listed once.');
}

function isClaim({ name, value }: NonNullable<CreateRoomOptions['memberClaim']>): boolean {
  const fits = (text: unknown, max: number): boolean =>
    typeof text === 'string' && text.length > 0 && text.length <= max;
  return fits(name, LIMITS.CLAIM_NAME_LENGTH_MAX) && fits(value, LIMITS.CLAIM_VALUE_LENGTH_MAX);
}

function require(isMet: boolean, problem: string): void {
  if (!isMet) throw new SignalingError('signaling/invalid-argument', problem);
}
