import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import {
  countWrites,
  parseEvaluation,
  RequestStream,
  type Evaluation,
} from '../../../scripts/demo/request-stream.ts';

const ROOM = 'rooms/r';

function evaluation(
  method: string,
  path: string,
  allowed = true,
  commit: { uid?: string; time?: string } = {},
): Evaluation {
  return { method, path, allowed, uid: 'alice', time: '2026-01-01T00:00:00.001Z', ...commit };
}

/** The official emulator's own words, shortened to what is read. */
function message(method: string, path: string, outcome: string): string {
  return JSON.stringify({
    outcome,
    rules: 'rules_version…',
    rulesContext: {
      path: `/databases/(default)/documents/${path}`,
      method,
      time: '2026-01-01T00:00:00.001Z',
      request: {
        mapValue: { fields: { auth: { mapValue: { fields: { uid: { stringValue: 'alice' } } } } } },
      },
    },
  });
}

describe('counting writes in the request stream', () => {
  it('counts a set that was tried as creation and as update once', () => {
    expect(
      countWrites(
        [
          evaluation('create', `${ROOM}/seats/0`),
          evaluation('update', `${ROOM}/seats/0`, false),
          evaluation('create', `${ROOM}/seats/0`),
        ],
        ROOM,
      ),
    ).toEqual({ writes: 1, deletes: 0, repeats: 0 });
  });

  it('counts each document of a commit, and writes of later commits again', () => {
    const later = { time: '2026-01-01T00:00:01Z' };
    expect(
      countWrites(
        [
          evaluation('create', `${ROOM}/seats/0`),
          evaluation('create', `${ROOM}/beacons/p`),
          evaluation('update', `${ROOM}/beacons/p`, true, later),
          evaluation('delete', `${ROOM}/seats/0`, true, later),
        ],
        ROOM,
      ),
    ).toEqual({ writes: 3, deletes: 1, repeats: 0 });
  });

  it('counts what the stream has not told of, by what is deleted of it', () => {
    const leave = { time: '2026-01-01T00:00:01Z' };
    expect(
      countWrites(
        [
          evaluation('create', `${ROOM}/admissions/a`),
          // All that it tells of a join that sets seat and beacon.
          evaluation('create', `${ROOM}/seats/0`, false, { time: '2026-01-01T00:00:00.5Z' }),
          evaluation('delete', `${ROOM}/seats/0`, true, leave),
          evaluation('delete', `${ROOM}/beacons/p`, true, leave),
          evaluation('delete', `${ROOM}/admissions/a`, true, leave),
        ],
        ROOM,
      ),
    ).toEqual({ writes: 3, deletes: 3, repeats: 0 });
  });

  it('counts nothing of a commit with a refused document', () => {
    expect(
      countWrites(
        [evaluation('create', `${ROOM}/seats/0`), evaluation('create', `${ROOM}/beacons/p`, false)],
        ROOM,
      ),
    ).toEqual({ writes: 0, deletes: 0, repeats: 0 });
  });

  it('counts mail that is written again with another revision, however soon', () => {
    const mail = (rev: string, time: string): Evaluation => ({
      ...evaluation('update', `${ROOM}/mailboxes/p/from/0`, true, { time }),
      rev,
    });
    const again = [mail('1', '2026-01-01T00:00:01.000Z'), mail('1', '2026-01-01T00:00:01.010Z')];
    expect(countWrites(again, ROOM)).toEqual({ writes: 1, deletes: 0, repeats: 1 });
    const newer = [mail('1', '2026-01-01T00:00:01.000Z'), mail('2', '2026-01-01T00:00:01.010Z')];
    expect(countWrites(newer, ROOM)).toEqual({ writes: 2, deletes: 0, repeats: 0 });
  });

  it('counts nothing of a commit that asks for a document to be new which somebody else has made', () => {
    const join = (uid: string, seat: number, time: string): Evaluation[] => [
      evaluation('create', `${ROOM}/seats/${String(seat)}`, true, { uid, time }),
      evaluation('create', `${ROOM}/beacons/${uid}`, true, { uid, time }),
    ];
    const leave = evaluation('delete', `${ROOM}/seats/1`, true, { time: '2026-01-01T00:00:02Z' });
    const evaluations = [
      ...join('alice', 1, '2026-01-01T00:00:01.001Z'),
      ...join('bob', 1, '2026-01-01T00:00:01.002Z'),
      ...join('bob', 2, '2026-01-01T00:00:01.500Z'),
    ];
    expect(countWrites(evaluations, ROOM)).toEqual({ writes: 4, deletes: 0, repeats: 0 });
    // Once it has gone, it can be made again.
    const again = join('carol', 1, '2026-01-01T00:00:03Z');
    expect(countWrites([...evaluations, leave, ...again], ROOM)).toEqual({
      writes: 6,
      deletes: 1,
      repeats: 0,
    });
  });

  it('counts a commit that the emulator carried out twice once, and says so', () => {
    const commit = (time: string, method: string): Evaluation[] => [
      evaluation(method, `${ROOM}/seats/0`, true, { time }),
      evaluation(method, `${ROOM}/beacons/p`, true, { time }),
    ];
    expect(
      countWrites(
        [...commit('2026-01-01T00:00:00.001Z', 'create'), ...commit('2026-01-01T00:00:00.012Z', 'update')],
        ROOM,
      ),
    ).toEqual({ writes: 2, deletes: 0, repeats: 1 });
  });

  it('takes no second write of a client for a repeat: later, of other documents, or a deletion', () => {
    const first = evaluation('create', `${ROOM}/seats/0`, true, { time: '2026-01-01T00:00:00.001Z' });
    for (const second of [
      evaluation('update', `${ROOM}/seats/0`, true, { time: '2026-01-01T00:00:00.501Z' }),
      evaluation('create', `${ROOM}/seats/1`, true, { time: '2026-01-01T00:00:00.012Z' }),
      evaluation('delete', `${ROOM}/seats/0`, true, { time: '2026-01-01T00:00:00.012Z' }),
    ])
      expect(countWrites([first, second], ROOM).repeats).toBe(0);
  });

  it('keeps commits of two users at the same time apart', () => {
    expect(
      countWrites(
        [
          evaluation('update', `${ROOM}/seats/0`, true, { uid: 'alice' }),
          evaluation('update', `${ROOM}/seats/0`, false, { uid: 'bob' }),
        ],
        ROOM,
      ),
    ).toEqual({ writes: 1, deletes: 0, repeats: 0 });
  });

  it('leaves out reads and other rooms, also those whose id begins alike', () => {
    expect(
      countWrites(
        [
          evaluation('list', `${ROOM}/seats`),
          evaluation('get', ROOM),
          evaluation('create', 'rooms/r2', true, { time: 'later' }),
          evaluation('create', ROOM, true, { time: 'latest' }),
        ],
        ROOM,
      ),
    ).toEqual({ writes: 1, deletes: 0, repeats: 0 });
  });
});

describe('reading a message of the request stream', () => {
  it('takes path, method, user, time and outcome', () => {
    expect(parseEvaluation(message('create', 'rooms/r/seats/0', 'allow'))).toEqual(
      evaluation('create', 'rooms/r/seats/0'),
    );
  });

  it('knows the revision of mail and of a standing offer that is written', () => {
    const written = (data: object): string =>
      JSON.stringify({
        outcome: 'allow',
        rulesContext: {
          path: '/databases/(default)/documents/rooms/r/seats/0',
          method: 'create',
          time: 't',
          request: {
            mapValue: {
              fields: { resource: { mapValue: { fields: { data: { mapValue: { fields: data } } } } } },
            },
          },
        },
      });
    expect(parseEvaluation(written({ rev: { intValue: '7' } }))?.rev).toBe('7');
    const offer = { mapValue: { fields: { rev: { intValue: '2' } } } };
    expect(parseEvaluation(written({ offer }))?.rev).toBe('2');
    expect(parseEvaluation(written({}))).not.toHaveProperty('rev');
  });

  it('takes anything but "allow" as refused', () => {
    expect(parseEvaluation(message('get', 'rooms/r', 'deny'))?.allowed).toBe(false);
    expect(parseEvaluation(message('get', 'rooms/r', 'error'))?.allowed).toBe(false);
  });

  it('knows no user where nobody is signed in', () => {
    const parsed = parseEvaluation(
      JSON.stringify({
        outcome: 'deny',
        rulesContext: { path: '/databases/(default)/documents/marks/m', method: 'get', time: 't' },
      }),
    );
    expect(parsed?.uid).toBe('');
  });

  it('skips messages of another kind', () => {
    expect(parseEvaluation(JSON.stringify({ type: 'something else' }))).toBeUndefined();
  });
});

describe('following the request stream', () => {
  let server: WebSocketServer;
  let stream: RequestStream;

  beforeEach(async () => {
    server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
    await new Promise((resolve) => server.once('listening', resolve));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    stream = await RequestStream.open(`ws://127.0.0.1:${address.port}`);
  });

  afterEach(() => {
    stream.close();
    server.close();
  });

  it('waits until a path is told of, with everything before it', async () => {
    const marked = stream.until('marks/m');
    for (const client of server.clients) {
      client.send(message('create', 'rooms/r', 'allow'));
      client.send(message('get', 'marks/m', 'deny'));
    }
    await marked;
    expect(stream.evaluations.map(({ path }) => path)).toEqual(['rooms/r', 'marks/m']);
    await stream.until('marks/m');
  });
});
