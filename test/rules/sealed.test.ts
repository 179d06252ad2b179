import { LIMITS } from '@firesignal/protocol';
import { beforeEach, describe, it } from 'vitest';
import {
  admissionOf,
  beaconAt,
  description,
  candidateBlock,
  mailFrom,
  newPeer,
  sealedMailFrom,
  sealedOffer,
  sealedText,
  standingOffer,
} from './support/documents.ts';
import { bob } from './support/environment.ts';
import { broken, setting } from './support/mutations.ts';
import { allows, denies, deniesEach, set } from './support/requests.ts';
import { Stage } from './support/stage.ts';

/* Rules see the outside of what is sealed: its alphabet and its length. */

const SHORTEST = 38;
const NAME = sealedText(SHORTEST);
let sealed: Stage;
let plain: Stage;
let own: string;

beforeEach(async () => {
  sealed = await Stage.open({ sealed: true });
  plain = await Stage.open();
  own = newPeer('bob');
  for (const stage of [sealed, plain])
    await stage.place('bob', 1, {
      peer: own,
      admission: { name: NAME },
      seat: { name: NAME },
    });
});

const wrongTexts = (max: number): Record<string, string> => ({
  plain: 'Bob',
  empty: '',
  'too short': sealedText(SHORTEST - 1),
  'too long': sealedText(max + 1),
  'of another alphabet': `${sealedText()}=`,
  'with a line': `${sealedText()}\n`,
  'with a letter of another alphabet': `${sealedText()}é`,
});

describe('sealed rooms', () => {
  for (const how of ['a new admission', 'a renewal'])
    it(`[AD12] ask for a sealed name in ${how}`, async () => {
      const uid = how === 'a renewal' ? 'bob' : 'carol';
      const actor = bob;
      if (uid === 'carol') await allows(actor, ...sealed.leaving('bob', own, 1));
      const named = (name: string) =>
        set(sealed.admission('bob'), admissionOf('bob', { name, visits: [own] }));
      for (const name of Object.values(wrongTexts(LIMITS.SEALED_NAME_LENGTH_MAX)))
        await denies(actor, named(name));
      await allows(actor, named(sealedText(LIMITS.SEALED_NAME_LENGTH_MAX)));
      await allows(actor, named(NAME));
    });

  it('[AD12] hold a seat to the sealed name of the admission', async () => {
    await allows(bob, ...sealed.leaving('bob', own, 1));
    const joining = (name: string) => [
      set(sealed.admission('bob'), admissionOf('bob', { name, visits: [own] })),
      ...sealed.joining('bob', own, 1, { seat: { name } }),
    ];
    await denies(bob, ...joining('Bob'));
    await sealed.admit('bob', { name: 'Bob', visits: [own] });
    await denies(bob, ...sealed.joining('bob', own, 1, { seat: { name: 'Bob' } }));
    await sealed.admit('bob', { name: NAME, visits: [own] });
    await allows(bob, ...sealed.joining('bob', own, 1, { seat: { name: NAME } }));
  });

  it('[BC15] take a sealed standing offer, and no plain one', async () => {
    const offering = (offer: unknown) => ({ ...beaconAt(1, { burst: 2 }), offer });
    const cases = {
      ...broken(sealedOffer()),
      'a plain offer': standingOffer(),
      both: { ...standingOffer(), sealed: sealedText() },
      'conn 0': sealedOffer({ conn: 0 }),
      'conn too large': sealedOffer({ conn: LIMITS.CONN_MAX + 1 }),
      'rev 0': sealedOffer({ rev: 0 }),
      'rev too large': sealedOffer({ rev: LIMITS.REV_MAX + 1 }),
      ...Object.fromEntries(
        Object.entries(wrongTexts(LIMITS.SEALED_SIGNAL_LENGTH_MAX)).map(([what, text]) => [
          what,
          sealedOffer({ sealed: text }),
        ]),
      ),
    };
    const beacons = Object.entries(cases).map(([what, offer]) => [what, offering(offer)] as const);
    await deniesEach(bob, setting(sealed.beacon(own), Object.fromEntries(beacons)));
    const largest = sealedText(LIMITS.SEALED_SIGNAL_LENGTH_MAX);
    await allows(bob, set(sealed.beacon(own), offering(sealedOffer({ rev: 5, sealed: largest }))));
    const older = { ...offering(sealedOffer({ rev: 4 })), burst: 3 };
    await denies(bob, set(sealed.beacon(own), older));
  });

  it('[MB13] take sealed mail, and no plain one', async () => {
    const to = await sealed.place('alice', 0);
    const full = sealedMailFrom(own, { want: 1, restart: 1 });
    const cases = {
      ...broken(full, ['want', 'restart']),
      plain: mailFrom(own, { offer: description() }),
      'with an offer beside it': { ...full, offer: description() },
      'with an answer beside it': { ...full, answer: description() },
      'with candidates beside it': { ...full, candidates: candidateBlock() },
      'want 0': sealedMailFrom(own, { want: 0 }),
      'restart 0': sealedMailFrom(own, { restart: 0 }),
      ...Object.fromEntries(
        Object.entries(wrongTexts(LIMITS.SEALED_SIGNAL_LENGTH_MAX)).map(([what, text]) => [
          what,
          sealedMailFrom(own, { sealed: text }),
        ]),
      ),
    };
    await deniesEach(bob, setting(sealed.mail(to, 1), cases));
    await allows(bob, set(sealed.mail(to, 1), full));
    const largest = sealedText(LIMITS.SEALED_SIGNAL_LENGTH_MAX);
    await allows(bob, set(sealed.mail(to, 1), sealedMailFrom(own, { burst: 2, sealed: largest })));
  });
});

describe('plain rooms', () => {
  it('[BC15] take no sealed standing offer', async () => {
    const renewal = (offer: unknown) => set(plain.beacon(own), { ...beaconAt(1, { burst: 2 }), offer });
    await denies(bob, renewal(sealedOffer()));
    await denies(bob, renewal({ ...standingOffer(), sealed: sealedText() }));
    await allows(bob, renewal(standingOffer()));
  });

  it('[MB13] take no sealed mail', async () => {
    const to = await plain.place('alice', 0);
    await denies(bob, set(plain.mail(to, 1), sealedMailFrom(own)));
    await denies(bob, set(plain.mail(to, 1), { ...sealedMailFrom(own), offer: description() }));
    await allows(bob, set(plain.mail(to, 1), mailFrom(own)));
  });
});
