import { fileURLToPath } from 'node:url';
import { admissionPath, beaconPath, knockPath, uidOf } from '@firesignal/protocol';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { SignalingClient } from '../../web/sdk/src/client.ts';
import type { CreateRoomOptions, OpenRoomOptions } from '../../web/sdk/src/options.ts';
import type { Room } from '../../web/sdk/src/room/room.ts';
import { FakeNetwork } from '../support/fake-peer-connection.ts';
import { FakeMediaStream } from '../support/fake-sdp.ts';
import { openFirestore, type Client, type FirestoreSite } from './support/sites.ts';

const RULES = fileURLToPath(new URL('../../firestore.rules', import.meta.url));

/** A user, and clients of it: pages, of which each has its own. */
type User = Client & { readonly page: () => SignalingClient };

describe('Getting in, under the security rules', () => {
  const network = new FakeNetwork();
  let site: FirestoreSite;
  const rooms: Room[] = [];
  beforeAll(async () => {
    site = await openFirestore(RULES);
  });
  afterAll(() => site.close());
  beforeEach(() => void vi.stubGlobal('MediaStream', FakeMediaStream));
  afterEach(async () => {
    await Promise.all(rooms.splice(0).map((room) => room.leave()));
  });

  async function user(): Promise<User> {
    const client = await site.client();
    const { transport } = client;
    return {
      ...client,
      page: () => new SignalingClient({ transport, createPeerConnection: network.create }),
    };
  }
  async function open(page: SignalingClient, id: string, options: OpenRoomOptions = {}): Promise<Room> {
    const room = await page.openRoom(id, options);
    rooms.push(room);
    return room;
  }
  /** The creator, seated, and its room. */
  async function hosted(options: CreateRoomOptions = {}): Promise<{ id: string; host: Room; creator: User }> {
    const creator = await user();
    const page = creator.page();
    const id = await page.createRoom(options);
    const host = await open(page, id, { name: 'Ada' });
    await host.join();
    return { id, host, creator };
  }
  const code = (work: Promise<unknown>): Promise<unknown> =>
    work.then(
      () => 'in',
      (error: unknown) => (error as { code?: string }).code,
    );
  const over = (room: Room): Promise<string | undefined> =>
    new Promise((resolve) => {
      room.on('state', ({ reason }) => {
        if (reason !== undefined) resolve(reason);
      });
    });
  const exists = async ({ transport }: Client, path: string): Promise<boolean> =>
    (await transport.read({ document: path })).documents.size > 0;
  const until = (room: Room, isSo: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (isSo()) resolve();
      };
      room.on('roster', look);
      look();
    });

  it.each<[string, CreateRoomOptions]>([
    ['open', {}],
    ['invite', { access: 'invite' }],
    ['password', { access: 'password', password: 'sesame' }],
    ['knock', { access: 'knock' }],
    ['members', { access: 'members', members: [{ uid: 'somebody', role: 'speaker' }] }],
    ['locked', { locked: true }],
  ])(
    '[AC1] [AC4] makes a room in one commit (%s), and lets its creator in from any page, seated as who runs it',
    async (_, options) => {
      const { id, host, creator } = await hosted(options);
      expect([host.role, host.isHost, host.access]).toEqual(['moderator', true, options.access ?? 'open']);
      await host.leave();
      const again = await open(creator.page(), id);
      await again.join();
      expect(again.isHost).toBe(true);
      const isOpen = again.access === 'open' && !again.isLocked;
      expect(again.role).toBe(isOpen ? 'speaker' : 'moderator');
      await until(again, () => again.roster.length === 1);
      await again.leave();
      expect(await exists(creator, admissionPath(id, creator.uid))).toBe(options.access === 'invite');
    },
  );

  it('[AC5] [AC10] lets the invited in as what the invite says, once for each use, and again without it', async () => {
    const { id, host } = await hosted({ access: 'invite' });
    const { token, hash } = await (await host.moderate()).createInvite({ role: 'viewer' });
    const [ben, cleo] = [await user(), await user()];
    expect(await code(ben.page().openRoom(id))).toBe('signaling/invite-needed');
    expect(await code(ben.page().openRoom(id, { invite: 'x'.repeat(24) }))).toBe('signaling/invite-expired');
    const room = await open(ben.page(), `https://example.org/r/${id}#i=${token}`, { name: 'Ben' });
    expect(room.role).toBe('viewer');
    await room.join();
    await until(host, () => host.roster.length === 2);
    expect(host.roster.find(({ isSelf }) => !isSelf)).toMatchObject({ name: 'Ben', role: 'viewer' });
    expect(await code(cleo.page().openRoom(id, { invite: token }))).toBe('signaling/invite-used');
    await room.leave();
    expect(await exists(ben, admissionPath(id, ben.uid))).toBe(true);
    const again = await open(ben.page(), id);
    await again.join();
    expect(again.role).toBe('viewer');
    await (await host.moderate()).revokeInvite(hash);
    expect(await code(cleo.page().openRoom(id, { invite: token }))).toBe('signaling/invite-expired');
  });

  it('[AC6] lets several in who use an invite at the same moment, as many as it is for', async () => {
    const { id, host } = await hosted({ access: 'invite' });
    const { token } = await (await host.moderate()).createInvite({ uses: 3 });
    const users = await Promise.all(Array.from({ length: 4 }, user));
    const codes = await Promise.all(users.map((each) => code(open(each.page(), id, { invite: token }))));
    expect(codes.toSorted()).toEqual(['in', 'in', 'in', 'signaling/invite-used']);
  });

  it('[AC7] lets in who knows the password, and counts wrong ones', async () => {
    const { id } = await hosted({ access: 'password', password: 'sesame' });
    const [ben, mallory] = [await user(), await user()];
    expect(await code(ben.page().openRoom(id))).toBe('signaling/password-needed');
    const room = await open(ben.page(), id, { password: 'sesame', role: 'viewer' });
    await room.join();
    expect(room.role).toBe('viewer');
    await room.leave();
    expect(await exists(ben, admissionPath(id, ben.uid))).toBe(false);
    // The same again is judged alike, and not counted.
    for (const guess of ['a', 'a', 'b', 'c', 'd', 'e'])
      expect(await code(mallory.page().openRoom(id, { password: guess }))).toBe('signaling/wrong-password');
    const refused = mallory.page().openRoom(id, { password: 'sesame' });
    await expect(refused).rejects.toMatchObject({
      code: 'signaling/rate-limited',
      message: /wait \d+ seconds/,
    });
  });

  it('[AC8] lets in who knocks and is answered, and tells who is declined', async () => {
    const { id, host } = await hosted({ access: 'knock' });
    const desk = await host.moderate();
    const waiting = vi.fn<(uids: readonly string[]) => void>();
    const stop = desk.watchKnocks((visitors) => waiting(visitors.map(({ uid }) => uid)));
    const [ben, cleo, dan] = [await user(), await user(), await user()];
    expect(await code(ben.page().openRoom(id, { knock: false }))).toBe('signaling/knock-needed');
    const onKnock = vi.fn();
    const opening = open(ben.page(), id, { name: 'Ben', onKnock });
    await vi.waitUntil(() => waiting.mock.lastCall?.[0].includes(ben.uid), { timeout: 5_000 });
    await desk.admit(ben.uid, { role: 'viewer' });
    const room = await opening;
    expect(onKnock).toHaveBeenCalledOnce();
    expect(room.role).toBe('viewer');
    await room.join();
    await vi.waitUntil(async () => !(await exists(ben, knockPath(id, ben.uid))), { timeout: 5_000 });
    const declining = code(cleo.page().openRoom(id));
    await vi.waitUntil(() => waiting.mock.lastCall?.[0].includes(cleo.uid), { timeout: 5_000 });
    await desk.decline(cleo.uid);
    expect(await declining).toBe('signaling/not-admitted');
    // Asked again at once, the answer is the same.
    expect(await code(cleo.page().openRoom(id))).toBe('signaling/not-admitted');
    const cancel = new AbortController();
    const cancelled = code(dan.page().openRoom(id, { signal: cancel.signal, onKnock: () => cancel.abort() }));
    expect(await cancelled).toBe('signaling/aborted');
    stop();
    await room.leave();
    // It was let in by name: it comes back without another knock.
    const again = await open(ben.page(), id, { knock: false });
    expect(again.role).toBe('viewer');
  });

  it('[AC9] lets members in as what the list says, and nobody else', async () => {
    const [ben, cleo] = [await user(), await user()];
    const members = [{ uid: ben.uid, role: 'moderator' as const }];
    const { id } = await hosted({ access: 'members', members });
    const room = await open(ben.page(), id);
    await room.join();
    expect([room.role, room.isHost]).toEqual(['moderator', false]);
    expect(await code(cleo.page().openRoom(id))).toBe('signaling/not-admitted');
  });

  it('[AC11] keeps a locked room shut to who was not let in by name, and lets in who knocks and is answered', async () => {
    const { id, host } = await hosted();
    const desk = await host.moderate();
    const [ben, cleo] = [await user(), await user()];
    const early = await open(ben.page(), id);
    await desk.lock();
    await vi.waitUntil(() => early.isLocked, { timeout: 5_000 });
    expect(await code(early.join())).toBe('signaling/room-locked');
    expect(await code(cleo.page().openRoom(id))).toBe('signaling/room-locked');
    for (const each of [cleo, ben]) {
      const opening = open(each.page(), id, { knock: true });
      await vi.waitUntil(() => exists(each, knockPath(id, each.uid)), { timeout: 5_000 });
      await desk.admit(each.uid);
      await (await opening).join();
    }
    await until(host, () => host.roster.length === 3);
  });

  it('[AC13] lists three visits of a user, and tells the fourth', async () => {
    const { id, host } = await hosted();
    const ben = await user();
    const pages = [ben.page(), ben.page(), ben.page()];
    const visits: Room[] = [];
    for (const page of pages) {
      const room = await open(page, id);
      await room.join();
      visits.push(room);
    }
    await until(host, () => host.roster.length === 4);
    expect(await code(ben.page().openRoom(id))).toBe('signaling/too-many-visits');
    // One that leaves takes nothing of the others away, and makes place.
    await visits[0]!.leave();
    await until(host, () => host.roster.length === 3);
    await (await open(ben.page(), id)).join();
    await until(host, () => host.roster.length === 4);
  });

  it('[AC12] leaves no admission behind when the last visit of a user has left', async () => {
    const { id } = await hosted();
    const ben = await user();
    const [first, second] = [await open(ben.page(), id), await open(ben.page(), id)];
    await second.join();
    await first.join();
    await second.leave();
    expect(await exists(ben, admissionPath(id, ben.uid))).toBe(true);
    await first.leave();
    expect(await exists(ben, admissionPath(id, ben.uid))).toBe(false);
  });

  it('[AC14] joins in the role that it has been given meanwhile, and is told', async () => {
    const { id, host } = await hosted();
    const ben = await user();
    const room = await open(ben.page(), id, { role: 'viewer' });
    const changes: unknown[] = [];
    room.on('role-changed', (change) => changes.push(change));
    await (await host.moderate()).setRole(ben.uid, 'speaker');
    await room.join();
    expect(room.role).toBe('speaker');
    await until(host, () => host.roster.length === 2);
    await (await host.moderate()).setRole(ben.uid, 'moderator');
    await vi.waitUntil(() => room.role === 'moderator', { timeout: 5_000 });
    expect(changes).toEqual([
      { role: 'speaker', previous: 'viewer' },
      { role: 'moderator', previous: 'speaker' },
    ]);
  });

  it.each<[string, CreateRoomOptions]>([
    ['open', {}],
    ['knock', { access: 'knock' }],
  ])(
    '[AC15] [AC16] [AC17] ends the visit of who is thrown out (%s), frees the seat, and keeps the banned out',
    async (_, options) => {
      const { id, host } = await hosted({ ...options, capacity: 2 });
      const desk = await host.moderate();
      const [ben, cleo] = [await user(), await user()];
      const enter = async (each: User): Promise<Room> => {
        const opening = open(each.page(), id);
        if (options.access === 'knock') {
          await vi.waitUntil(() => exists(each, knockPath(id, each.uid)), { timeout: 5_000 });
          await desk.admit(each.uid);
        }
        const room = await opening;
        await room.join();
        await until(host, () => host.roster.some(({ peerId }) => uidOf(peerId) === each.uid));
        return room;
      };
      const room = await enter(ben);
      const ended = over(room);
      await desk.kick(ben.uid);
      expect(await ended).toBe('kicked');
      await until(host, () => host.roster.length === 1);
      await (await enter(cleo)).leave();
      const back = await enter(ben);
      const banned = over(back);
      await desk.ban(ben.uid);
      expect(await banned).toBe('kicked');
      expect(await code(ben.page().openRoom(id))).toBe('signaling/banned');
      expect(await exists(ben, beaconPath(id, back.peerId)).catch(() => 'denied')).not.toBe(true);
    },
  );
});
