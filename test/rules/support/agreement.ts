import fc from 'fast-check';
import type { Disagreement, FuzzResult } from '../../../scripts/rules-fuzz/contract.ts';
import { signedInAs, withoutRules } from './environment.ts';
import { commit, remove, set } from './requests.ts';
import type { Subject } from './subjects.ts';

/** What the rules and the validator think of a document. */
type Opinions = Pick<Disagreement, 'rules' | 'validator'>;

export type Comparison = Pick<FuzzResult, 'documents' | 'valid' | 'disagreements'>;

type Doc = Readonly<Record<string, unknown>>;

const TAKES = 'takes it';
/** They write at the same time, each one document after the other: some are about the user, such as its quota. */
const USERS = 25;
/** Enough to see what is wrong. Each is made as small as it goes, which takes as long as hundreds of documents. */
const DISAGREEMENTS_MAX = 3;

/**
 * Lets users write generated documents, half of them with something wrong, and asks the validator about each.
 * @param runs how many documents
 * @param seed makes the same ones again
 */
export async function compare(subject: Subject, runs: number, seed: number): Promise<Comparison> {
  const disagreements: Disagreement[] = [];
  const counts = { documents: 0, valid: 0 };
  await Promise.all(
    Array.from({ length: USERS }, async (_, n) => {
      const uid = `user${String(n)}`;
      const { good, bad } = subject.shape(uid);
      const agrees = fc.asyncProperty(fc.oneof(good, bad), async (document) =>
        agree(await opinionsOn(subject, document as Doc, uid)),
      );
      const sample = { seed: seed + n, numRuns: Math.ceil(runs / USERS) };
      for (const [index, [document]] of fc.sample(agrees, sample).entries()) {
        if (disagreements.length >= DISAGREEMENTS_MAX) return;
        const opinions = await opinionsOn(subject, document as Doc, uid);
        counts.documents++;
        if (opinions.validator === TAKES) counts.valid++;
        if (agree(opinions)) continue;
        const { counterexample } = await fc.check(agrees, { ...sample, path: String(index) });
        const least = (counterexample?.[0] ?? document) as Doc;
        const found = { ...(await opinionsOn(subject, least, uid)), document: fc.stringify(least) };
        if (disagreements.length < DISAGREEMENTS_MAX) disagreements.push(found);
      }
    }),
  );
  return { ...counts, disagreements };
}

const agree = ({ rules, validator }: Opinions): boolean => (rules === TAKES) === (validator === TAKES);

async function opinionsOn({ check, scene }: Subject, document: Doc, uid: string): Promise<Opinions> {
  const { there, gone = [], writes } = await scene(document, uid);
  await withoutRules((admin) =>
    commit(admin, ...gone.map(remove), ...Object.entries(there).map(([path, data]) => set(path, data))),
  );
  const rules = await commit(signedInAs(uid), ...writes).then(
    () => TAKES,
    (error: unknown) => refusalIn(error),
  );
  const verdict = check(document);
  return { rules, validator: verdict.ok ? TAKES : verdict.problem };
}

/** @throws what is no answer of the rules */
function refusalIn(error: unknown): string {
  const { code } = error as { readonly code?: string };
  if (code !== 'permission-denied') throw error;
  return 'deny it';
}
