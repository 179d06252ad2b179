import type { SignalState } from '@firesignal/protocol';
import { expect } from 'vitest';
import { SignalingError } from '../../web/sdk/src/errors.ts';
import type { LinkEvents, LinkState } from '../../web/sdk/src/events.ts';
import { Connection } from '../../web/sdk/src/link/connection.ts';
import { Link } from '../../web/sdk/src/link/link.ts';
import { MediaSource } from '../../web/sdk/src/link/local-media.ts';
import { StandingOfferKeeper } from '../../web/sdk/src/link/standing-offer.ts';
import { ALICE, BOB } from './factories.ts';
import { FakeClock } from './fake-clock.ts';
import { fakeOf, FakeNetwork, type FakePeerConnection } from './fake-peer-connection.ts';
import { queueTask, settled } from './tasks.ts';

/** An hour: longer than all deadlines of all attempts together. */
export const LONG_MS = 3_600_000;

type Setting = { readonly clock: FakeClock; readonly network: FakeNetwork };

/** One side of a link, with a mailbox that reaches the other. */
export class Party {
  readonly link: Link;
  readonly media = new MediaSource();
  readonly problems: SignalingError[] = [];
  readonly states: LinkState[] = [];
  readonly repairs: LinkEvents['repair'][] = [];
  readonly messages: unknown[] = [];
  readonly mails: SignalState[] = [];
  readonly connect: () => Connection;
  /** Who gets its mail. */
  other: { readonly link: Pick<Link, 'receive'> } | undefined;
  /** Whether mail arrives. */
  hasBackend = true;
  isOtherSeated = true;

  constructor({ clock, network }: Setting, selfId: string, peerId: string) {
    this.connect = () => new Connection(network.create, {}, this.media);
    this.link = new Link(
      {
        clock,
        media: this.media,
        selfId,
        connect: () => this.connect(),
        deliver: (_, take) => {
          const state = take()!;
          if (!this.hasBackend) return Promise.reject(new SignalingError('signaling/unavailable'));
          this.mails.push(state);
          queueTask(() => this.other?.link.receive(state, 'mailbox'));
          return Promise.resolve();
        },
        isSeated: () => this.isOtherSeated,
        onMuteRequest: () => undefined,
        report: (error) => this.problems.push(error),
      },
      { peerId, seat: 0, name: '' },
    );
    this.link.on('state', ({ state }) => this.states.push(state));
    this.link.on('repair', (repair) => this.repairs.push(repair));
    this.link.on('message', ({ data }) => this.messages.push(data));
  }

  get pc(): FakePeerConnection {
    return fakeOf(this.link.peerConnection);
  }
}

export type Parties = Setting & { readonly alice: Party; readonly bob: Party };

export function parties(): Parties {
  const setting = { clock: new FakeClock(), network: new FakeNetwork() };
  const [alice, bob] = [new Party(setting, ALICE, BOB), new Party(setting, BOB, ALICE)];
  alice.other = bob;
  bob.other = alice;
  return { ...setting, alice, bob };
}

export async function connected(): Promise<Parties> {
  const all = parties();
  all.bob.link.expectCall();
  all.alice.link.call();
  await settled();
  expect([all.alice.link.state, all.bob.link.state]).toEqual(['connected', 'connected']);
  return all;
}

export async function standing(party: Party, clock: FakeClock): Promise<StandingOfferKeeper> {
  const keeper = new StandingOfferKeeper({ clock, connect: party.connect });
  await keeper.prepare();
  return keeper;
}
