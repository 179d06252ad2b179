import { beforeEach, describe, expect, it } from 'vitest';
import { secondsAgo } from './support/documents.ts';
import { alice, bob, carol, mallory } from './support/environment.ts';
import { allows, allowsEach, denies, deniesEach, remove, stored, sweep } from './support/requests.ts';
import { Stage } from './support/stage.ts';

let stage: Stage;
let peers: { alice: string; bob: string };

beforeEach(async () => {
  stage = await Stage.open();
  peers = { alice: await stage.place('alice', 0), bob: await stage.place('bob', 1) };
  await stage.post(peers.bob, 1, peers.alice);
  await stage.post(peers.alice, 0, peers.bob);
});

/** Seat, beacon, admission, and the mail that bob wrote and got. */
const leave = () => [
  ...stage.leaving('bob', peers.bob, 1),
  remove(stage.mail(peers.alice, 1)),
  remove(stage.mail(peers.bob, 0)),
];

describe('leaving', () => {
  it('[LV1] lets a peer take away all that is its own in one commit', async () => {
    await allows(bob, ...leave());
    const paths = [stage.seat(1), stage.beacon(peers.bob), stage.admission('bob')];
    for (const path of [...paths, stage.mail(peers.alice, 1), stage.mail(peers.bob, 0)])
      expect(await stored(path), path).toBeUndefined();
    expect(await stored(stage.seat(0))).toMatchObject({ peer: peers.alice });
  });

  it('[LV1] denies it to everybody else', async () => {
    await stage.place('mallory', 2);
    await deniesEach(mallory, { all: leave(), 'seat and beacon': leave().slice(0, 2) });
    await denies(alice, ...leave());
  });

  it('[LV2] denies to free the seat or to remove the beacon alone', async () => {
    await denies(bob, remove(stage.seat(1)));
    await denies(bob, remove(stage.beacon(peers.bob)));
  });

  it('[LV3] lets a leave be sent again, after a lost acknowledgement', async () => {
    await allows(bob, ...leave());
    await allows(bob, ...leave());
  });

  it('[LV3] does not deny a leave because some of it is gone', async () => {
    await sweep(stage.mail(peers.alice, 1));
    await sweep(stage.admission('bob'));
    await sweep(stage.beacon(peers.bob));
    await allows(bob, ...leave());
  });

  it('[LV4] lets whoever is signed in delete what is not there, in every collection', async () => {
    const { roomId } = await Stage.open();
    await allowsEach(mallory, {
      room: remove(`rooms/${roomId.replaceAll(/./g, '0')}`),
      admission: remove(stage.admission('nobody')),
      seat: remove(stage.seat(3)),
      beacon: remove(stage.beacon('nobody~0000000000000000')),
      mail: remove(stage.mail('nobody~0000000000000000', 3)),
      ...Object.fromEntries(
        ['invites', 'knocks', 'bans', 'members', 'tries', 'secrets'].map((name) => [
          name,
          remove(`${stage.room}/${name}/nobody`),
        ]),
      ),
    });
  });

  for (const [who, actor] of Object.entries({ creator: alice, host: carol }))
    it(`[LV5] lets the ${who} clear an ended room in one commit, and no other room`, async () => {
      const clear = [
        ...stage.leaving('bob', peers.bob, 1),
        ...stage.leaving('alice', peers.alice, 0),
        remove(stage.mail(peers.alice, 1)),
        remove(stage.mail(peers.bob, 0)),
      ];
      await stage.change({ host: 'carol' });
      await denies(actor, ...clear);
      await stage.change({ host: 'carol', endedAt: secondsAgo(1) });
      await denies(mallory, ...clear);
      await allows(actor, ...clear, remove(stage.room));
    });
});
