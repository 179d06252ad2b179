import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LEAVE_DEADLINE_MS } from '../../../web/sdk/src/defaults.ts';
import { Mesh } from '../../../web/sdk/src/room/mesh.ts';
import type { Mail } from '../../../web/sdk/src/room/room-documents.ts';
import { Roster } from '../../../web/sdk/src/room/roster.ts';
import { StandingOfferKeeper } from '../../../web/sdk/src/link/standing-offer.ts';
import { deferred } from '../../../web/sdk/src/lib/settle.ts';
import { Instant } from '../../../web/sdk/src/transport/signal-transport.ts';
import { ALICE, BOB, NOW, EXPIRES_AT, seat } from '../../support/factories.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { FakeNetwork } from '../../support/fake-peer-connection.ts';
import { FakeMediaStream } from '../../support/fake-sdp.ts';
import { Party } from '../../support/link-parties.ts';
import { settled } from '../../support/tasks.ts';

beforeEach(() => void vi.stubGlobal('MediaStream', FakeMediaStream));
afterEach(() => void vi.unstubAllGlobals());

/** Alice's links to a room with Bob in it, whom she calls. Her mail arrives; when that is acknowledged, a test says. */
function setting() {
  const clock = new FakeClock();
  const network = new FakeNetwork();
  const bob = new Party({ clock, network }, BOB, ALICE);
  const roster = new Roster(ALICE);
  roster.update(
    new Map([
      [0, seat(ALICE)],
      [1, seat(BOB)],
    ]),
  );
  const acknowledgement = deferred<undefined>();
  const mesh = new Mesh({
    clock,
    selfId: ALICE,
    media: bob.media,
    roster,
    standing: new StandingOfferKeeper({ clock, connect: bob.connect }),
    connect: bob.connect,
    deliver: async (mail) => {
      bob.link.receive(mail.get(BOB)!, 'mailbox');
      await acknowledgement.promise;
    },
    onLink: () => undefined,
    onChange: () => undefined,
    onMuteRequest: () => undefined,
    report: () => undefined,
  });
  /** Hands over what Bob has written. */
  const bringMail = (): void => {
    const frame = { from: BOB, burst: 1, at: new Instant(NOW), expiresAt: EXPIRES_AT };
    const mail: Mail = { ...bob.mails.at(-1)!, ...frame };
    mesh.mailChanged(new Map([[1, mail]]));
  };
  return { clock, mesh, bob, acknowledgement, bringMail };
}

describe('Mesh › mail that somebody who leaves has written', () => {
  it.each([
    [true, []],
    [false, [BOB]],
  ])('[LV1] is left to a peer that is connected, if it is there: %s', async (isAcknowledged, expected) => {
    const { mesh, bob, acknowledgement, bringMail } = setting();
    mesh.seated(new Map());
    await settled();
    bringMail();
    await settled();
    expect([...mesh.links.values()].map(({ state }) => state)).toEqual(['connected']);
    if (isAcknowledged) acknowledgement.resolve(undefined);
    await settled();
    bob.link.sayBye();
    await settled();
    expect(mesh.links.size).toBe(0);
    expect(mesh.writtenTo).toEqual(expected);
    mesh.close();
  });

  it('[LP6] is taken away by both who say goodbye at once: neither knows what the other has left to it', async () => {
    const { mesh, bob, acknowledgement, bringMail } = setting();
    mesh.seated(new Map());
    await settled();
    bringMail();
    acknowledgement.resolve(undefined);
    await settled();
    mesh.sayBye();
    bob.link.sayBye();
    await settled();
    expect(mesh.links.size).toBe(0);
    expect([mesh.mailFrom, mesh.writtenTo]).toEqual([[1], [BOB]]);
    mesh.close();
  });

  it('[LP6] is taken away by its writer, who has just said goodbye; and by us, if it is still there after a while', async () => {
    const { mesh, bob, clock, bringMail } = setting();
    mesh.seated(new Map());
    await settled();
    bringMail();
    await settled();
    expect(mesh.mailFrom).toEqual([1]);
    bob.link.sayBye();
    await settled();
    expect(mesh.mailFrom).toEqual([]);
    await clock.advance(LEAVE_DEADLINE_MS);
    expect(mesh.mailFrom).toEqual([1]);
    mesh.close();
  });
});
