import { describe, expect, it } from 'vitest';
import type { NewRoom, OpenOptions } from '../../scripts/browser/harness/contract.ts';
import { roomLink } from '../../web/sdk/src/room-link.ts';
import { setClaims } from '../support/browser/claims.ts';
import { BrowserWorld, codeOf, linked, say, type Visitor } from '../support/browser/world.ts';

const world = BrowserWorld.use();
const SITE = 'https://meet.example';

/** Whoever made a room, in it. */
async function hosted(options: NewRoom = {}): Promise<Visitor> {
  const page = await world.page('Ada');
  const room = await page.driver.createRoom({ capacity: 4, ...options });
  return world.member('Ada', { page, room });
}

type Means = Omit<OpenOptions, 'room'> & { readonly room?: string };

/** Opens the room as somebody new: by its id, unless there is a link. */
async function refusal(ada: Visitor, means: Means = {}): ReturnType<typeof codeOf> {
  const page = await world.page('Eve');
  return codeOf(page.driver.openRoom({ room: ada.room, name: 'Eve', ...means }));
}

async function joined(ada: Visitor, page: Visitor['page'], means: Means = {}): Promise<Visitor> {
  const { peerId } = await page.driver.openRoom({ room: ada.room, name: page.name, ...means });
  await page.driver.join();
  return { page, id: peerId, room: ada.room };
}

/** Both are connected, and hear each other. */
async function expectTogether(ada: Visitor, ben: Visitor): Promise<void> {
  await linked(ada, ben);
  await say(ada, ben, 'hello Ben');
  await say(ben, ada, 'hello Ada');
}

describe('access › in a browser', () => {
  it('[EB1] an open room lets in whoever has the link, and nobody while it is locked', async () => {
    const ada = await hosted();
    const ben = await joined(ada, await world.page('Ben'));
    await expectTogether(ada, ben);

    await ada.page.driver.moderate('lock');
    await ben.page.event('door', { isLocked: true });
    expect(await refusal(ada, { knock: false })).toBe('signaling/room-locked');
    await ada.page.driver.moderate('unlock');
    expect(await refusal(ada)).toBe('no error');
  });

  it('[EB2] an invite lets in as many as it has uses, as what it says, and no more', async () => {
    const ada = await hosted({ access: 'invite' });
    const invite = await createInvite(ada, { uses: 2, role: 'viewer' });
    const room = roomLink(SITE, ada.room, { invite });
    const ben = await joined(ada, await world.page('Ben'), { room });
    await expectTogether(ada, ben);
    expect(await ben.page.driver.role()).toBe('viewer');

    expect(await refusal(ada)).toBe('signaling/invite-needed');
    expect(await refusal(ada, { invite: 'a-token-that-nobody-has-made' })).toBe('signaling/invite-expired');
    expect(await refusal(ada, { room })).toBe('no error');
    expect(await refusal(ada, { room })).toBe('signaling/invite-used');
    // Who has got in by it comes back without another use.
    await ben.page.driver.leave();
    await expectTogether(ada, await joined(ada, ben.page, { room }));
  });

  it('[EB3] an invite that was taken back lets in nobody', async () => {
    const ada = await hosted({ access: 'invite' });
    const invite = await createInvite(ada, {});
    const [hash] = ((await ada.page.driver.moderate('listInvites')) as { hash: string }[]).map(
      (each) => each.hash,
    );
    await ada.page.driver.moderate('revokeInvite', hash);
    expect(await refusal(ada, { invite })).toBe('signaling/invite-expired');
  });

  it('[EB4] a password lets in who knows it; a wrong one can be corrected', async () => {
    const password = 'correct horse';
    const ada = await hosted({ access: 'password', password });
    const page = await world.page('Ben');
    expect(await codeOf(page.driver.openRoom({ room: ada.room }))).toBe('signaling/password-needed');
    expect(await codeOf(page.driver.openRoom({ room: ada.room, password: 'wrong' }))).toBe(
      'signaling/wrong-password',
    );
    await expectTogether(ada, await joined(ada, page, { password }));
  });

  it('[EB5] who knocks waits until somebody opens', async () => {
    const ada = await hosted({ access: 'knock' });
    await ada.page.driver.watchKnocks();
    const page = await world.page('Ben');
    const { uid } = await page.driver.signIn();
    const entering = joined(ada, page);
    await page.event('knocked');
    await ada.page.event('knocks', { uids: [uid], names: ['Ben'] });
    expect(await page.driver.roomState()).toBe('none');
    await ada.page.driver.moderate('admit', uid);
    await expectTogether(ada, await entering);

    const eve = await world.page('Eve');
    const other = (await eve.driver.signIn()).uid;
    const refused = codeOf(eve.driver.openRoom({ room: ada.room, name: 'Eve' }));
    await Promise.all([eve.event('knocked'), ada.page.event('knocks', { uids: [other] })]);
    await ada.page.driver.moderate('decline', other);
    expect(await refused).toBe('signaling/not-admitted');
  });

  it('[EB6] members get in by the list, as what it says, and others do not', async () => {
    const ben = await world.page('Ben');
    const { uid } = await ben.driver.signIn();
    const ada = await hosted({ access: 'members', members: [{ uid, role: 'moderator' }] });
    await expectTogether(ada, await joined(ada, ben));
    expect(await ben.driver.role()).toBe('moderator');
    expect(await refusal(ada)).toBe('signaling/not-admitted');
  });

  it('[EB7] members get in by a claim of their token, and others do not', async () => {
    const ada = await hosted({ access: 'members', memberClaim: { name: 'team', value: 'blue' } });
    const ben = await world.page('Ben');
    const { uid } = await ben.driver.signIn();
    expect(await codeOf(ben.driver.openRoom({ room: ada.room }))).toBe('signaling/not-admitted');
    await setClaims(world.backend, uid, { team: ['green', 'blue'] });
    await ben.driver.refreshToken();
    await expectTogether(ada, await joined(ada, ben));
  });

  it('[EB8] who was let in through a lock has a seat like any other', async () => {
    const ada = await hosted({ locked: true });
    await ada.page.driver.watchKnocks();
    const ben = await world.page('Ben');
    const { uid } = await ben.driver.signIn();
    const entering = joined(ada, ben, { knock: true });
    await ada.page.event('knocks', { uids: [uid] });
    await ada.page.driver.moderate('admit', uid, { role: 'speaker' });
    await expectTogether(ada, await entering);
  });
});

describe('moderation › in a browser', () => {
  it('[EB9] who is thrown out is told, and the others drop the link at once; a ban keeps out', async () => {
    const ada = await hosted();
    const ben = await joined(ada, await world.page('Ben'));
    const cleo = await joined(ada, await world.page('Cleo'));
    await Promise.all([linked(ada, ben), linked(ada, cleo), linked(ben, cleo)]);
    await ada.page.driver.moderate('kick', uidOf(ben));
    await Promise.all([
      ben.page.event('room-state', { state: 'left', reason: 'kicked' }),
      ada.page.event('link-state', { peer: ben.id, state: 'closed' }),
      cleo.page.event('link-state', { peer: ben.id, state: 'closed' }),
    ]);
    // The door is an open one, so it lets in again.
    const again = await joined(ada, ben.page);
    await expectTogether(ada, again);

    await ada.page.driver.moderate('ban', uidOf(ben));
    await ben.page.event('link-state', { peer: ada.id, state: 'closed' }, await firstMark(ben));
    expect(await codeOf(ben.page.driver.openRoom({ room: ada.room }))).toBe('signaling/banned');
    await say(ada, cleo, 'still here');
    await ada.page.driver.moderate('unban', uidOf(ben));
    await expectTogether(ada, await joined(ada, ben.page));
  });

  it('[EB10] a viewer sends no picture any more, and does again as a speaker', async () => {
    const ada = await hosted();
    const ben = await joined(ada, await world.page('Ben'), { media: 'thumbnail' });
    await linked(ada, ben);
    await ada.page.event('media', { peer: ben.id, video: true });
    let mark = await ada.page.mark();
    await ada.page.driver.moderate('setRole', uidOf(ben), 'viewer');
    await ben.page.event('role', { role: 'viewer' });
    await ada.page.event('media', { peer: ben.id, video: false, audio: false }, mark);
    mark = await ada.page.mark();
    await ada.page.driver.moderate('setRole', uidOf(ben), 'speaker');
    await ada.page.event('media', { peer: ben.id, video: true }, mark);
  });

  it('[EB11] the host hands over, asks to mute, and what a moderator may not do is refused', async () => {
    const ada = await hosted();
    const ben = await joined(ada, await world.page('Ben'));
    await linked(ada, ben);
    await ada.page.driver.moderate('requestMute', ben.id, { audio: true });
    await ben.page.event('mute-request', { by: ada.id, audio: true, video: false });
    expect(await codeOf(ben.page.driver.moderate('kick', uidOf(ada)))).toBe('signaling/permission-denied');

    await ada.page.driver.moderate('handOver', ben.id);
    await Promise.all([
      ben.page.event('host', { host: uidOf(ben), isSelf: true }),
      ada.page.event('host', { host: uidOf(ben), isSelf: false }),
    ]);
    expect(await ben.page.driver.isHost()).toBe(true);
    await ben.page.driver.moderate('kick', uidOf(ada));
    await ada.page.event('room-state', { state: 'left', reason: 'kicked' });
  });
});

const uidOf = ({ id }: Visitor): string => id.split('~')[0] ?? '';

/** The place in the page's log after its last arrival. */
async function firstMark({ page }: Visitor): Promise<number> {
  const events = await page.driver.events();
  return events.findLast(({ kind }) => kind === 'lobby')?.index ?? 0;
}

async function createInvite(ada: Visitor, options: object): Promise<string> {
  const { token } = (await ada.page.driver.moderate('createInvite', options)) as { token: string };
  return token;
}
