import type { ErrorCode, SignalState } from '@firesignal/protocol';
import { LIMITS } from '@firesignal/protocol';
import { describe, expect, it } from 'vitest';
import { MAIL_ROUND_MS } from '../../../web/sdk/src/defaults.ts';
import { SignalingError } from '../../../web/sdk/src/errors.ts';
import { deferred } from '../../../web/sdk/src/lib/settle.ts';
import { MailRounds } from '../../../web/sdk/src/link/mail-rounds.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { settled } from '../../support/tasks.ts';

const state = (rev: number): SignalState => ({ conn: 1, rev });

function setting() {
  const clock = new FakeClock();
  const commits: Record<string, number>[] = [];
  const world = {
    isMoreToCome: true,
    answer: Promise.resolve() as Promise<unknown>,
    refusal: (_mail: ReadonlyMap<string, SignalState>): ErrorCode | undefined => undefined,
  };
  const rounds = new MailRounds({
    clock,
    isMoreToCome: () => world.isMoreToCome,
    commit: (mail) => {
      commits.push(Object.fromEntries([...mail].map(([to, { rev }]) => [to, rev])));
      const code = world.refusal(mail);
      return code === undefined
        ? world.answer.then(() => undefined)
        : Promise.reject(new SignalingError(code));
    },
  });
  const outcomes: Record<string, string> = {};
  const say = (to: string, rev = 1): void =>
    void rounds
      .deliver(to, () => state(rev))
      .then(
        () => (outcomes[to] = 'delivered'),
        (error: unknown) => (outcomes[to] = (error as SignalingError).code),
      );
  return { clock, commits, world, rounds, outcomes, say };
}

describe('MailRounds', () => {
  it('[LK10] sends at once what is said in one go, in one commit', async () => {
    const { clock, commits, world, outcomes, say } = setting();
    world.isMoreToCome = false;
    say('alice');
    say('bob');
    await settled();
    expect(commits).toEqual([{ alice: 1, bob: 1 }]);
    expect(outcomes).toEqual({ alice: 'delivered', bob: 'delivered' });
    expect(clock.pending).toBe(0);
  });

  it('[LK10] waits for mail that is about to come, and no longer than until it has', async () => {
    const { commits, world, say } = setting();
    say('alice');
    await settled();
    expect(commits).toEqual([]);
    world.isMoreToCome = false;
    say('bob');
    await settled();
    expect(commits).toEqual([{ alice: 1, bob: 1 }]);
  });

  it('[LK10] waits for a moment only, if it does not come', async () => {
    const { clock, commits, say } = setting();
    say('alice');
    await clock.advance(MAIL_ROUND_MS - 1);
    say('bob');
    await settled();
    expect(commits).toEqual([]);
    await clock.advance(1);
    expect(commits).toEqual([{ alice: 1, bob: 1 }]);
    expect(clock.pending).toBe(0);
  });

  it('[LK10] collects what comes while other mail is on its way, and for no longer than a moment', async () => {
    const { clock, commits, world, say } = setting();
    world.isMoreToCome = false;
    const answer = deferred<undefined>();
    world.answer = answer.promise;
    say('alice');
    await settled();
    for (const to of ['bob', 'carol']) say(to);
    await settled();
    expect(commits).toEqual([{ alice: 1 }]);
    answer.resolve(undefined);
    world.answer = deferred<undefined>().promise;
    await settled();
    expect(commits).toEqual([{ alice: 1 }, { bob: 1, carol: 1 }]);
    say('dora');
    await clock.advance(MAIL_ROUND_MS - 1);
    expect(commits).toHaveLength(2);
    await clock.advance(1);
    expect(commits.at(-1)).toEqual({ dora: 1 });
  });

  it('says what there is to say by then', async () => {
    const { clock, commits, rounds } = setting();
    let latest: SignalState | undefined = state(1);
    void rounds.deliver('alice', () => latest);
    const settlement = rounds.deliver('bob', () => undefined);
    await settled();
    latest = state(2);
    await clock.advance(MAIL_ROUND_MS);
    expect(commits).toEqual([{ alice: 2 }]);
    await expect(settlement).resolves.toBeUndefined();
  });

  it('[LK10] goes one by one to those whom it could not reach together', async () => {
    const { clock, commits, world, outcomes, say } = setting();
    world.refusal = (mail) => (mail.has('bob') ? 'signaling/permission-denied' : undefined);
    for (const to of ['alice', 'bob', 'carol']) say(to);
    await clock.advance(MAIL_ROUND_MS);
    expect(commits).toEqual([{ alice: 1, bob: 1, carol: 1 }, { alice: 1 }, { bob: 1 }, { carol: 1 }]);
    expect(outcomes).toEqual({ alice: 'delivered', bob: 'signaling/permission-denied', carol: 'delivered' });
  });

  it('leaves to the outboxes what the backend could not be reached for', async () => {
    const { clock, commits, world, outcomes, say } = setting();
    world.refusal = () => 'signaling/unavailable';
    for (const to of ['alice', 'bob']) say(to);
    await clock.advance(MAIL_ROUND_MS);
    expect(commits).toHaveLength(1);
    expect(outcomes).toEqual({ alice: 'signaling/unavailable', bob: 'signaling/unavailable' });
  });

  it('writes to no more in one commit than the rules can judge', async () => {
    const { clock, commits, say } = setting();
    const most = LIMITS.ANSWERS_PER_COMMIT_MAX;
    for (let number = 0; number <= 2 * most; number += 1) say(`peer${String(number)}`);
    await settled();
    await clock.advance(MAIL_ROUND_MS);
    expect(commits.map((commit) => Object.keys(commit).length)).toEqual([most, most, 1]);
  });

  it('sends nothing any more once it is cleared', async () => {
    const { clock, commits, rounds, say } = setting();
    say('alice');
    rounds.clear();
    await clock.advance(MAIL_ROUND_MS);
    expect(commits).toEqual([]);
    expect(clock.pending).toBe(0);
  });
});
