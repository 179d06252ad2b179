import { describe, expect, it } from 'vitest';
import { clientVariables, readClientVariables } from '../../../scripts/conformance/client-environment.ts';
import { describeOutcome, describeRows, isConformant, Verdicts } from '../../../scripts/conformance/rows.ts';

describe('conformance › rows', () => {
  it('begin as not seen, and say why if that is known', () => {
    const verdicts = new Verdicts();
    verdicts.skip('restart', 'nothing failed');
    expect(verdicts.rows.every(({ verdict }) => verdict === 'not seen')).toBe(true);
    expect(describeRows(verdicts.rows)).toContain('not seen: nothing failed');
    expect(isConformant(verdicts.rows)).toBe(false);
  });

  it('that nobody could look at any more say why, and the others stay as they are', () => {
    const verdicts = new Verdicts();
    verdicts.judge('farewell', false, 'too early');
    verdicts.skip('restart', 'nothing failed');
    verdicts.skipRest('it had left');
    const notes = new Map(verdicts.rows.map(({ id, note }) => [id, note]));
    expect([notes.get('farewell'), notes.get('restart'), notes.get('bye')]).toEqual([
      'too early',
      'nothing failed',
      'it had left',
    ]);
  });

  it('that have failed once have failed', () => {
    const verdicts = new Verdicts();
    verdicts.judge('connect', true);
    verdicts.judge('mail', true);
    expect(isConformant(verdicts.rows)).toBe(true);
    verdicts.judge('mail', false, 'a field too many');
    verdicts.judge('mail', true);
    verdicts.judge('mail', false, 'another');
    expect(verdicts.rows.find(({ id }) => id === 'mail')).toMatchObject({
      verdict: 'fail',
      note: 'a field too many',
    });
    expect(isConformant(verdicts.rows)).toBe(false);
    expect(describeOutcome(verdicts.rows)).toMatch(/^conformance: 1 passed, 1 failed, \d+ not seen$/);
  });
});

describe('conformance › what the client is told', () => {
  const environment = {
    projectId: 'demo-firesignal',
    firestore: { host: '127.0.0.1', port: 8080 },
    auth: { host: 'localhost', port: 9099 },
    roomId: '01e1e5438304ec9e50d55de73da7e768',
    idToken: 'aGVhZA.Ym9keQ.',
  };

  it('is read as it was written', () => {
    expect(readClientVariables(clientVariables(environment))).toEqual(environment);
  });

  it.each([
    ['FIRESIGNAL_PROJECT', 'Demo/1'],
    ['FIRESIGNAL_FIRESTORE_HOST', 'http://127.0.0.1:8080'],
    ['FIRESIGNAL_AUTH_HOST', 'localhost'],
    ['FIRESIGNAL_ROOM', 'my room'],
    ['FIRESIGNAL_ID_TOKEN', 'none'],
  ])('is refused by the name of %s when that is missing or has another shape', (name, wrong) => {
    const variables = clientVariables(environment);
    expect(() => readClientVariables({ ...variables, [name]: wrong })).toThrow(name);
    expect(() => readClientVariables({ ...variables, [name]: undefined })).toThrow(name);
  });
});
