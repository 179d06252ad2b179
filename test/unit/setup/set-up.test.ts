import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parseSetUpArguments } from '../../../scripts/setup/arguments.mjs';
import { isSatisfied } from '../../../scripts/setup/dependencies.mjs';
import { readKnownTools, stillThere, writeKnownTools } from '../../../scripts/setup/known-tools.mjs';
import { runLongCommand } from '../../../scripts/setup/long-command.mjs';
import { checkNode } from '../../../scripts/setup/set-up.mjs';
import { withLock } from '../../../scripts/setup/setup-lock.mjs';
import { fakeMachine } from './fake-machine.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'set-up-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('set-up › Node.js', () => {
  it.each(['20.19.0', '20.20.2', '22.0.0', '24.1.0'])('takes %s', (version) => {
    expect(checkNode(version)).toBe(`Node.js ${version}`);
  });

  it.each(['18.20.4', '20.18.3'])('refuses %s', (version) => {
    expect(() => checkNode(version)).toThrow(`This is Node.js ${version}; Firesignal needs 20.19 or newer.`);
  });
});

describe('set-up › options', () => {
  it('reads both spellings, among the options of other programs', () => {
    expect(parseSetUpArguments(['--repeat', '3', '--emulator', 'hidane'])).toEqual({
      emulator: 'hidane',
      fresh: false,
    });
    expect(parseSetUpArguments(['--emulator=official', '--fresh'])).toEqual({
      emulator: 'official',
      fresh: true,
    });
  });

  it.each([[['--emulator', 'other']], [['--emulator']], [['--emulator=']]])('refuses %j', (args) => {
    expect(() => parseSetUpArguments(args)).toThrow('There is no emulator called');
  });
});

describe('set-up › dependencies', () => {
  const wanted = {
    packages: {
      '': { version: '1.0.0' },
      protocol: { version: '0.1.0' },
      'node_modules/@firesignal/protocol': { resolved: 'protocol', link: true },
      'node_modules/ws': { version: '8.0.0' },
      'node_modules/fsevents': { version: '2.3.3', optional: true },
      'web/app/node_modules/ws': { version: '7.0.0' },
    },
  };
  const { '': _root, protocol: _protocol, ...installed } = wanted.packages;

  it('are there when every package is, in its version', () => {
    expect(isSatisfied(wanted, { packages: installed })).toBe(true);
  });

  it('are there without what is made for other platforms', () => {
    const { 'node_modules/fsevents': _other, ...rest } = installed;
    expect(isSatisfied(wanted, { packages: rest })).toBe(true);
  });

  it.each([
    ['another version', { ...installed, 'node_modules/ws': { version: '8.0.1' } }],
    [
      'another workspace',
      { ...installed, 'node_modules/@firesignal/protocol': { resolved: 'p', link: true } },
    ],
    ['nothing', {}],
  ])('are not there with %s', (_, packages) => {
    expect(isSatisfied(wanted, { packages })).toBe(false);
  });
});

describe('set-up › memory', () => {
  const official = { kind: 'official', java: '/java', javaMajor: 21, jar: '/jar' } as const;
  const hidane = { kind: 'hidane', command: '/hidane' } as const;

  it('keeps what is still there', () => {
    const tools = { preferred: 'official', official, hidane, chromium: '/chromium' } as const;
    expect(stillThere(tools, fakeMachine({ files: ['/java', '/jar', '/hidane', '/chromium'] }))).toEqual(
      tools,
    );
    expect(stillThere(tools, fakeMachine({ files: ['/java', '/hidane'] }))).toEqual({ hidane });
  });

  it('survives being written by many at once, and being broken', async () => {
    const root = mkdtempSync(path.join(folder, 'memory-'));
    expect(readKnownTools(root)).toEqual({});
    await Promise.all(
      Array.from({ length: 5 }, async () => {
        await Promise.resolve();
        writeKnownTools(root, { hidane });
      }),
    );
    expect(readKnownTools(root)).toEqual({ hidane });
    writeFileSync(path.join(root, 'node_modules', '.cache', 'firesignal', 'tools.json'), '{"hid');
    expect(readKnownTools(root)).toEqual({});
  });
});

describe('set-up › lock', () => {
  it('lets one at a time work, and says that it waits', async () => {
    const lock = path.join(folder, 'one');
    const order: string[] = [];
    const said: string[] = [];
    const work = (name: string) => async (): Promise<string> => {
      order.push(`${name} begins`);
      await new Promise(setImmediate);
      order.push(`${name} ends`);
      return name;
    };
    const say = (line: string): void => void said.push(line);

    const results = await Promise.all([withLock(lock, say, work('a')), withLock(lock, say, work('b'))]);

    expect(results).toEqual(['a', 'b']);
    expect(order).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
    expect(said).toEqual([`Waiting for another set-up of this clone (process ${process.pid}) …`]);
  });

  it('is let go when the work fails', async () => {
    const lock = path.join(folder, 'failing');
    const failing = withLock(
      lock,
      () => undefined,
      () => Promise.reject(new Error('no')),
    );
    await expect(failing).rejects.toThrow('no');
    expect(() => readFileSync(lock)).toThrow('ENOENT');
  });

  it('is taken over from a process that was killed', async () => {
    const lock = path.join(folder, 'killed');
    // No system gives out a process id this large.
    writeFileSync(lock, '999999999');
    expect(
      await withLock(
        lock,
        () => undefined,
        () => Promise.resolve('done'),
      ),
    ).toBe('done');
  });
});

describe('set-up › long command', () => {
  const run = (script: string, timeLimitMs = 60_000): ReturnType<typeof runLongCommand> =>
    runLongCommand({
      command: process.execPath,
      args: ['-e', script],
      cwd: folder,
      timeLimitMs,
      env: { GREETING: 'hello' },
      say: () => undefined,
    });

  it('keeps the last lines of both streams', async () => {
    const result = await run('console.log(process.env.GREETING); console.error("world")');
    expect(result.ok).toBe(true);
    expect(result.lastLines.split('\n').sort()).toEqual(['hello', 'world']);
  });

  it('tells failure', async () => {
    expect(await run('console.log("why"); process.exit(3)')).toEqual({ ok: false, lastLines: 'why' });
  });

  it('ends at its time limit', async () => {
    const result = await run('setInterval(() => {}, 1000)', 300);
    expect(result.ok).toBe(false);
    expect(result.lastLines).toMatch(/was ended \(SIGTERM\)/);
  });

  it('tells a command that is not there', async () => {
    const result = await runLongCommand({
      command: 'no-such-command',
      args: [],
      cwd: folder,
      timeLimitMs: 1000,
      say: () => undefined,
    });
    expect(result).toEqual({ ok: false, lastLines: 'spawn no-such-command ENOENT' });
  });
});
