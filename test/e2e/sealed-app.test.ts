import { newRoomId, roomPath } from '@firesignal/protocol';
import { expect, it } from 'vitest';
import { roomLink } from '../../web/sdk/src/room-link.ts';
import { newLinkKey } from '../../web/sdk/src/seal/keys.ts';
import { AppWorld } from './support/app-world.ts';

const world = AppWorld.use();
const HOUR_MS = 3_600_000;

/** A sealed room, put there as its owner would, and the link to it. */
async function sealedRoom(): Promise<string> {
  const { firestore, projectId, hosting } = world.stack;
  const { roomId, nonce } = await newRoomId('ada', true);
  const text = (stringValue: string) => ({ stringValue });
  const time = (ms: number) => ({ timestampValue: new Date(ms).toISOString() });
  const fields = {
    ...{
      protocolVersion: { integerValue: '1' },
      capacity: { integerValue: '4' },
      sealed: { booleanValue: true },
    },
    ...{ access: text('open'), topology: text('mesh'), host: text('ada'), createdBy: text('ada') },
    ...{ nonce: text(nonce), createdAt: time(Date.now()), expiresAt: time(Date.now() + HOUR_MS) },
  };
  const documents = `${firestore.url}/v1/projects/${projectId}/databases/(default)/documents`;
  const response = await fetch(`${documents}/${roomPath(roomId)}`, {
    method: 'PATCH',
    headers: { authorization: 'Bearer owner', 'content-type': 'application/json' },
    body: JSON.stringify({ fields }),
  });
  expect(response.status).toBe(200);
  return roomLink(hosting?.url ?? '', roomId, { key: newLinkKey() });
}

it('[SE16] the app takes the key out of the address before anything else sees it, and shares it', async () => {
  const link = await sealedRoom();
  const [address] = link.split('#');
  const ada = await world.person('Ada', {
    // Runs before the app: sees each address that a script could see, but for the first.
    before: () => {
      const seen: string[] = [];
      Object.assign(globalThis, { seen });
      const { fetch } = globalThis;
      globalThis.fetch = (...args) => {
        seen.push(location.href);
        return fetch(...args);
      };
    },
  });
  await ada.openLobby(link);
  expect(ada.page.url()).toBe(address);
  const seen = await ada.page.evaluate(() => (globalThis as unknown as { seen: string[] }).seen);
  expect(new Set(seen)).toEqual(new Set([address]));
  expect(await ada.page.getByRole('textbox', { name: 'Link to this room' }).inputValue()).toBe(link);

  await ada.join();
  const ben = await world.person('Ben');
  await ben.openAndJoin(link);
  await Promise.all([ada.seesMoving('Ben'), ben.seesMoving('Ada')]);

  // Loaded again, the tab still knows the key.
  await ben.page.reload();
  await ben.join();
  await Promise.all([ada.seesMoving('Ben'), ben.seesMoving('Ada')]);
  expect(ben.page.url()).toBe(address);
});

it('[SE21] the app says what is missing when a link has lost its key', async () => {
  const [address] = (await sealedRoom()).split('#');
  const ada = await world.person('Ada');
  await ada.page.goto(address!);
  await ada.heading('The key of this room is missing').waitFor();
});
