import { LIMITS } from '@firesignal/protocol';
import type { RulesTestEnvironment } from '@firebase/rules-unit-testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  admissionOf,
  beaconAt,
  candidateBlock,
  description,
  mailFrom,
  newPeer,
  newRoom,
  now,
  roomBy,
  secondsAgo,
  seatOf,
  standingOffer,
} from './support/documents.ts';
import { RULES, openProject, signedInAs, withoutRules, type Actor } from './support/environment.ts';
import { allows, commit, denies, remove, set, update, type Write } from './support/requests.ts';
import { Stage } from './support/stage.ts';

/** What a commit may read of other documents, and what one write may evaluate, before it is denied. */
const READS_PER_COMMIT = 20;
const OTHERS = LIMITS.CAPACITY_MAX - 1;

/** The rules with `more` beside them: conditions that use a part of a limit up. */
const rulesWith = (more: string): string => {
  const changed = RULES.replace('match /{document=**} {', `${more}\n    match /{document=**} {`);
  expect(changed).not.toBe(RULES);
  return changed;
};

/** A room of the largest capacity, as it is before the commit that a test is about. */
async function crowd(environment: RulesTestEnvironment) {
  const stage = await Stage.open({ capacity: LIMITS.CAPACITY_MAX });
  const others = Array.from({ length: OTHERS }, (_, n) => newPeer(`peer${String(n)}`));
  const own = newPeer('bob');
  const gone = newPeer('gone');
  const seatOfOwn = OTHERS;
  const admin = (...writes: Write[]) => withoutRules((actor) => commit(actor, ...writes), environment);
  await admin(
    set(stage.room, stage.asCreated({ capacity: LIMITS.CAPACITY_MAX })),
    ...others.flatMap((peer, n) => [
      set(stage.seat(n), seatOf(`peer${String(n)}`, peer)),
      set(stage.beacon(peer), beaconAt(n)),
    ]),
    set(stage.admission('bob'), admissionOf('bob', { visits: [own] })),
  );
  /** How often it has been sent. */
  let joins = 0;
  return {
    stage,
    others,
    own,
    bob: signedInAs('bob', environment),
    join: (answers: number): Write[] => {
      const burst = ++joins;
      return [
        ...stage.joining('bob', own, seatOfOwn, {
          seat: { met: others.slice(0, answers) },
          beacon: { burst, offer: standingOffer() },
        }),
        ...others
          .slice(0, answers)
          .map((to) =>
            set(
              stage.mail(to, seatOfOwn),
              mailFrom(own, { burst, answer: description(), candidates: candidateBlock() }),
            ),
          ),
      ];
    },
    /** Somebody else held bob's seat, and is marked lost. */
    abandon: () =>
      admin(
        set(stage.seat(seatOfOwn), seatOf('gone', gone, { lostAt: secondsAgo(200), lostBy: 0 })),
        set(stage.beacon(gone), beaconAt(seatOfOwn, { renewedAt: secondsAgo(250), leaseSeconds: 900 })),
      ),
    /** The host's lease is over. */
    silenceHost: () =>
      admin(
        update(stage.room, { host: 'peer0', hostSeat: 0 }),
        set(stage.beacon(others[0]!), beaconAt(0, { renewedAt: secondsAgo(200) })),
      ),
    /** bob's lease is over, and the admission is there. */
    overslept: () => admin(set(stage.beacon(own), beaconAt(seatOfOwn, { renewedAt: secondsAgo(200) }))),
    renewAgain: set(stage.beacon(own), beaconAt(seatOfOwn)),
    claim: update(stage.room, { host: 'bob', hostSeat: seatOfOwn }),
    removeGone: remove(stage.beacon(gone)),
    renew: set(
      stage.beacon(own),
      beaconAt(seatOfOwn, { burst: LIMITS.BEACON_BURST_MAX, offer: standingOffer({ rev: 2 }) }),
    ),
    mark: update(stage.seat(0), { lostAt: now(), lostBy: seatOfOwn }),
    /** Seat, beacon, admission, the mail to the others and from them. */
    leave: [
      ...stage.leaving('bob', own, seatOfOwn),
      ...others.map((to) => remove(stage.mail(to, seatOfOwn))),
      ...others.map((_, n) => remove(stage.mail(own, n))),
    ],
    mail: set(
      stage.mail(others[0]!, seatOfOwn),
      mailFrom(own, {
        rev: 2,
        burst: LIMITS.MAIL_BURST_MAX,
        offer: description(),
        answer: description(),
        candidates: candidateBlock(),
        want: 1,
        restart: 1,
      }),
    ),
  };
}

describe('commit › what a join and a leave may carry', () => {
  let environment: RulesTestEnvironment;
  beforeAll(async () => {
    environment = await openProject();
  });
  afterAll(() => environment.cleanup());

  it('[CL2] lets a peer join a full room with an answer to everybody, in one commit', async () => {
    const { bob, join } = await crowd(environment);
    await allows(bob, ...join(OTHERS));
    await allows(bob, ...join(OTHERS));
  });

  it('[CL2] lets it bring its admission along', async () => {
    const { bob, join, own, stage } = await crowd(environment);
    await commit(bob, remove(stage.admission('bob')));
    await denies(bob, ...join(OTHERS));
    const admission = set(stage.admission('bob'), admissionOf('bob', { visits: [own] }));
    await allows(bob, admission, ...join(OTHERS));
  });

  it('[CL2] lets it take an abandoned seat over in the same commit', async () => {
    const { bob, join, abandon, removeGone } = await crowd(environment);
    await abandon();
    await allows(bob, ...join(OTHERS), removeGone);
  });

  it('[CL2] refuses the whole commit when one part of it is refused', async () => {
    const { bob, join, stage } = await crowd(environment);
    await denies(bob, ...join(OTHERS), set(stage.mail(newPeer('nobody'), OTHERS), mailFrom(newPeer('bob'))));
    await denies(bob, ...stage.leaving('bob', newPeer('bob'), 0));
    await allows(bob, ...join(OTHERS));
  });

  it('[CL2] lets a peer leave a full room in one commit', async () => {
    const { bob, join, leave } = await crowd(environment);
    await allows(bob, ...join(OTHERS));
    await allows(bob, ...leave);
  });
});

describe('commit › access cost', () => {
  let environment: RulesTestEnvironment;
  beforeAll(async () => {
    environment = await openProject(
      rulesWith(
        'match /pads/{pad} { allow create: if !exists(/databases/$(database)/documents/nothing/$(pad)); }',
      ),
    );
  });
  afterAll(() => environment.cleanup());

  const pads = (count: number): Write[] =>
    Array.from({ length: count }, () => set(`pads/${crypto.randomUUID()}`, {}));

  /** Beside the writes, as many other reads as the limit leaves pass. */
  const costsAtMost = (cost: number, actor: Actor, writes: readonly Write[]): Promise<void> =>
    allows(actor, ...writes, ...pads(READS_PER_COMMIT - cost));

  /** And not one more. */
  async function costs(cost: number, actor: Actor, writes: readonly Write[]): Promise<void> {
    await denies(actor, ...writes, ...pads(READS_PER_COMMIT - cost + 1));
    await costsAtMost(cost, actor, writes);
  }

  it('[CL3] measures by a limit that is there', async () => {
    const pad = () => set(`pads/${crypto.randomUUID()}`, {});
    const { bob } = await crowd(environment);
    await allows(bob, ...Array.from({ length: READS_PER_COMMIT }, pad));
    await denies(bob, ...Array.from({ length: READS_PER_COMMIT + 1 }, pad));
  });

  it('[CL3] reads one document for a renewed admission, one for each visit that goes, and two for a new one', async () => {
    const { bob, own, stage } = await crowd(environment);
    const visits = [own, newPeer('bob'), newPeer('bob')];
    const renewal = (peers: string[]) => [set(stage.admission('bob'), admissionOf('bob', { visits: peers }))];
    await costs(1, bob, renewal(visits));
    await costs(3, bob, renewal([own]));
    await costs(1, bob, [remove(stage.admission('bob'))]);
    await costs(2, bob, renewal(visits));
    await costs(3, bob, [remove(stage.admission('bob'))]);
  });

  it('[CL3] reads nothing for a room and its quota', async () => {
    const { roomId, nonce } = await newRoom('bob');
    const { bob } = await crowd(environment);
    await costs(0, bob, Stage.making('bob', roomBy('bob', nonce), roomId));
  });

  for (const answers of [0, 1, OTHERS])
    it(`[CL3] reads two documents for a join, and one for each of ${answers} answers`, async () => {
      const { bob, join } = await crowd(environment);
      await costsAtMost(2 + answers, bob, join(answers));
    });

  it('[CL3] reads two documents more for a takeover', async () => {
    const { bob, join, abandon, removeGone } = await crowd(environment);
    await abandon();
    await costsAtMost(4 + OTHERS, bob, [...join(OTHERS), removeGone]);
  });

  it('[CL3] reads at most six documents for a new host, and none for the creator', async () => {
    const { bob, join, silenceHost, claim, stage } = await crowd(environment);
    await allows(bob, ...join(0));
    await silenceHost();
    await costsAtMost(6, bob, [claim]);
    await costs(2, bob, [update(stage.room, { host: 'bob', hostSeat: OTHERS })]);
    const alice = signedInAs('alice', environment);
    await costs(0, alice, [update(stage.room, { host: 'alice', hostSeat: 0 })]);
    await costs(0, alice, [update(stage.room, { locked: true, capacity: 8, access: 'invite' })]);
  });

  it('[CL3] reads one document for a renewal, four for mail, two for a lost mark, none for a leave', async () => {
    const { bob, join, renew, mail, mark, leave, overslept, renewAgain } = await crowd(environment);
    await allows(bob, ...join(0));
    await costs(1, bob, [renew]);
    await costs(4, bob, [mail]);
    await costs(2, bob, [mark]);
    await overslept();
    await costs(2, bob, [renewAgain]);
    await costs(0, bob, leave);
  });
});

describe('commit › expression budget', () => {
  // Of the 1,000 expressions that one write may evaluate, this takes some 300 away.
  const ten = Array<string>(10).fill('1 == 1').join(' && ');
  const filler = `function ten() { return ${ten}; }
    function filler() { return ten() && ten() && ten() && ten() && ten() && ten(); }`;
  let environment: RulesTestEnvironment;
  beforeAll(async () => {
    const rules = rulesWith(filler).replace(
      'return request.auth != null &&',
      'return filler() && request.auth != null &&',
    );
    expect(rules.split('filler()')).toHaveLength(3);
    environment = await openProject(rules);
  });
  afterAll(() => environment.cleanup());

  it('[CL4] leaves a third of the expressions that a write may evaluate, for the largest documents', async () => {
    const { bob, join, abandon, removeGone, renew, mail, mark, silenceHost, claim, leave } =
      await crowd(environment);
    await abandon();
    await silenceHost();
    await allows(bob, ...join(OTHERS), removeGone);
    await allows(bob, ...join(OTHERS));
    for (const write of [renew, mail, mark, claim]) await allows(bob, write);
    await allows(bob, ...leave);
  });
});
