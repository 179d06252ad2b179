import { seatsPath } from '@firesignal/protocol';
import { collection, getDocsFromServer } from 'firebase/firestore';
import { describe, expect, it } from 'vitest';
import { newPeer } from './support/documents.ts';
import { signedInAs, withoutRules } from './support/environment.ts';
import { commit } from './support/requests.ts';
import { Stage } from './support/stage.ts';

const JOINERS = 16;
const CAPACITY = 4;

async function racers(stage: Stage) {
  return Promise.all(
    Array.from({ length: JOINERS }, async (_, n) => {
      const uid = `joiner${String(n)}`;
      const peer = newPeer(uid);
      await stage.admit(uid, { visits: [peer] });
      return { actor: signedInAs(uid), uid, peer };
    }),
  );
}

async function holders(stage: Stage): Promise<string[]> {
  const peers: string[] = [];
  await withoutRules(async ({ db }) => {
    const seats = await getDocsFromServer(collection(db, seatsPath(stage.roomId)));
    for (const seat of seats.docs) peers.push(seat.get('peer') as string);
  });
  return peers;
}

describe('capacity', () => {
  it('[CL1] seats exactly as many as the capacity says, when many join at once', async () => {
    const stage = await Stage.open({ capacity: CAPACITY });
    const joiners = await racers(stage);
    // Each tries every seat, in an order of its own, until it has one.
    const outcomes = await Promise.all(
      joiners.map(async ({ actor, uid, peer }, first) => {
        for (let step = 0; step < CAPACITY; step++)
          try {
            await commit(actor, ...stage.joining(uid, peer, (first + step) % CAPACITY));
            return peer;
          } catch (error) {
            expect(error).toHaveProperty('code', expect.stringMatching(/permission-denied|aborted/));
            if ((error as { code: string }).code === 'aborted') step--;
          }
        return undefined;
      }),
    );
    const seated = outcomes.filter((peer) => peer !== undefined);
    expect(seated).toHaveLength(CAPACITY);
    expect((await holders(stage)).sort()).toEqual(seated.sort());
  });

  it('[CL1] gives one seat to exactly one, when many want that one', async () => {
    const stage = await Stage.open({ capacity: CAPACITY });
    const joiners = await racers(stage);
    const outcomes = await Promise.allSettled(
      joiners.map(({ actor, uid, peer }) => commit(actor, ...stage.joining(uid, peer, 2))),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await holders(stage)).toHaveLength(1);
  });
});
