import type {
  BanDocument,
  InviteDocument,
  KnockDocument,
  MemberDocument,
  Role,
  RoomDocument,
  SecretDocument,
  TryDocument,
} from '@firesignal/protocol';
import {
  banPath,
  inviteOf,
  invitePath,
  knockPath,
  memberPath,
  randomToken,
  secretPath,
  sha256Of,
  tryPath,
} from '@firesignal/protocol';
import { admissionOf, anHourAhead, inSeconds, nameOf, now, type Time } from './documents.ts';
import { alice, bob, carol, mallory, signedInAs } from './environment.ts';
import { seed, set, type Write } from './requests.ts';
import { Stage } from './stage.ts';

/** Made the room, and runs it. */
export const host = alice;
/** Has an admission of each role. */
export const moderator = bob;
export const speaker = carol;
export const viewer = signedInAs('dave');
/** Another moderator. */
export const colleague = signedInAs('grace');
/** Is a moderator of another room. */
export const elsewhere = signedInAs('erin');
/** Has the link, and nothing else. */
export const outsider = mallory;
export const banned = signedInAs('trudy');
/** None of whom a room is run by. */
export const OTHERS = { speaker, viewer, elsewhere, outsider, banned };

type Grant<T> = Partial<T> & { readonly by?: string };
const grantBy = (by: string) => ({ by, at: now(), expiresAt: anHourAhead() });

/** Valid documents, as host, moderators and visitors write them. */
export const inviteBy = (by: string, changes: Partial<InviteDocument<Time>> = {}): InviteDocument<Time> => ({
  role: 'speaker',
  usesLeft: 1,
  ...grantBy(by),
  ...changes,
});
export const banBy = (by: string, changes: Partial<BanDocument<Time>> = {}): BanDocument<Time> => ({
  ...grantBy(by),
  ...changes,
});
export const memberBy = (by: string, changes: Partial<MemberDocument<Time>> = {}): MemberDocument<Time> => ({
  role: 'speaker',
  ...grantBy(by),
  ...changes,
});
export const secretBy = (
  by: string,
  verifier: string,
  changes: Grant<SecretDocument<Time>> = {},
): SecretDocument<Time> => ({ verifier, ...grantBy(by), ...changes });
export const knockOf = (uid: string, changes: Partial<KnockDocument<Time>> = {}): KnockDocument<Time> => ({
  name: nameOf(uid),
  at: now(),
  // Knocks do not last an hour.
  expiresAt: inSeconds(600),
  ...changes,
});
export const tryOf = (proof: string, changes: Partial<TryDocument<Time>> = {}): TryDocument<Time> => ({
  proof,
  count: 1,
  since: now(),
  at: now(),
  expiresAt: anHourAhead(),
  ...changes,
});

/** The proof of a password. */
export const PROOF = 'p'.repeat(43);
export const VERIFIER = await sha256Of(PROOF);

export type Token = { readonly proof: string; readonly hash: string };
export const newToken = (): Promise<Token> => inviteOf(randomToken(22));

/** A room with its host, moderators, a speaker and a viewer, one who is banned, and the paths of its door. */
export class Company {
  readonly stage: Stage;

  private constructor(stage: Stage) {
    this.stage = stage;
  }

  static async gather(changes: Partial<RoomDocument<Time>> = {}): Promise<Company> {
    const company = new Company(await Stage.open(changes));
    const { stage } = company;
    await seed({
      [stage.admission(moderator.uid)]: admissionOf(moderator.uid, { role: 'moderator', by: host.uid }),
      [stage.admission(colleague.uid)]: admissionOf(colleague.uid, { role: 'moderator', by: host.uid }),
      [stage.admission(speaker.uid)]: admissionOf(speaker.uid),
      [stage.admission(viewer.uid)]: admissionOf(viewer.uid, { role: 'viewer' }),
      [company.ban(banned.uid)]: banBy(host.uid),
    });
    const other = await Stage.open();
    await other.admit(elsewhere.uid, { role: 'moderator' });
    return company;
  }

  invite(hash: string): string {
    return invitePath(this.stage.roomId, hash);
  }
  knock(uid: string): string {
    return knockPath(this.stage.roomId, uid);
  }
  ban(uid: string): string {
    return banPath(this.stage.roomId, uid);
  }
  member(uid: string): string {
    return memberPath(this.stage.roomId, uid);
  }
  try(uid: string): string {
    return tryPath(this.stage.roomId, uid);
  }
  get secret(): string {
    return secretPath(this.stage.roomId, 'password');
  }

  /** What a visitor commits to let itself in. */
  enter(uid: string, changes: Parameters<typeof admissionOf>[1] = {}): Write {
    return set(this.stage.admission(uid), admissionOf(uid, changes));
  }

  /** What `by` commits to let somebody in. */
  letIn(by: string, uid: string, role: Role = 'speaker'): Write {
    return set(this.stage.admission(uid), admissionOf(uid, { by, role, leaseSeconds: 0 }));
  }
}
