import { presencePath, visitIdOf, visitPath } from '@firesignal/protocol';
import { beforeAll, describe, it } from 'vitest';
import { inSeconds, newPeer, newRoom } from './support/documents.ts';
import { alice, anon, bob, mallory, signedInAs } from './support/environment.ts';
import {
  allowsGet,
  deniesEach,
  deniesGet,
  deniesList,
  remove,
  seed,
  set,
  update,
} from './support/requests.ts';

describe('visits and presence', () => {
  let visit: string;
  const own = presencePath('bob');
  beforeAll(async () => {
    const { roomId } = await newRoom('alice');
    const id = visitIdOf(roomId, newPeer('bob'));
    visit = visitPath(id);
    const later = inSeconds(60);
    await seed({
      [visit]: { roomId, uid: 'bob', name: 'Bob', seat: 0, joinedAt: later, expiresAt: later },
      [own]: { online: true, rooms: [roomId], visits: { [id]: later }, updatedAt: later, expiresAt: later },
    });
  });

  it('[KP8] lets a user read its own presence, before there is one, too', async () => {
    await allowsGet(bob, own);
    await allowsGet(alice, presencePath('alice'));
  });

  it('[KP8] shows a presence to nobody else', async () => {
    for (const actor of [alice, mallory, anon]) await deniesGet(actor, own);
    for (const odd of ['.*', 'bob\n']) await deniesGet(signedInAs(odd), own);
    for (const actor of [alice, bob, anon]) await deniesList(actor, 'presence');
  });

  it('[KP8] shows visits to nobody', async () => {
    for (const actor of [alice, bob, mallory, anon]) {
      await deniesGet(actor, visit);
      await deniesList(actor, 'visits');
    }
  });

  it('[KP8] lets no client write either', async () => {
    for (const actor of [alice, bob, anon])
      await deniesEach(actor, {
        'a new visit': set(visitPath('x'), { uid: actor.uid }),
        'another visit': update(visit, { name: 'x' }),
        'a visit less': remove(visit),
        'a new presence': set(presencePath(actor.uid), { online: true }),
        'another presence': update(own, { online: false }),
        'a presence less': remove(own),
      });
  });
});
