import { cpSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { PROJECT_ROOT } from '../../scripts/setup/set-up.mjs';
import { StackError, startStack, type Stack, type StackOptions } from '../../scripts/stack/index.ts';
import { emulatorFromEnvironment } from '../support/stack-environment.ts';
import { startProgram } from './support/program.ts';
import { tracesOf } from './support/traces.ts';

const OPEN_RULES =
  'rules_version = "2"; service cloud.firestore { match /databases/{d}/documents/{x=**} { allow read, write; } }';

const temporary = realpathSync(mkdtempSync(path.join(tmpdir(), 'stack-test-')));
afterAll(() => rmSync(temporary, { recursive: true }));

function temporaryFile(name: string, content: string): string {
  const file = path.join(temporary, name);
  writeFileSync(file, content);
  return file;
}

/** Stopped at the end of the test, at the latest. */
async function start(options: StackOptions = {}): Promise<Stack> {
  const emulator = emulatorFromEnvironment();
  const stack = await startStack({ ...(emulator !== undefined && { emulator }), ...options });
  onTestFinished(() => stack.stop());
  return stack;
}

const portsOf = (stack: Stack): { id: string; ports: number[] } => ({
  id: stack.id,
  ports: [stack.auth.port, stack.firestore.port],
});

const documentUrl = (stack: Stack, projectId: string, name: string): string =>
  `${stack.firestore.url}/v1/projects/${projectId}/databases/(default)/documents/things/${name}`;

async function write(stack: Stack, name: string): Promise<number> {
  const response = await fetch(documentUrl(stack, stack.projectId, name), {
    method: 'PATCH',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ fields: { text: { stringValue: name } } }),
  });
  return response.status;
}

async function read(stack: Stack, name: string, projectId = stack.projectId): Promise<number> {
  return (await fetch(documentUrl(stack, projectId, name))).status;
}

async function signUp(stack: Stack): Promise<number> {
  const response = await fetch(
    `${stack.auth.url}/identitytoolkit.googleapis.com/v1/accounts:signUp?key=any`,
    {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ returnSecureToken: true }),
    },
  );
  return response.status;
}

const codeOf = (error: unknown): unknown => (error instanceof StackError ? error.code : error);

describe('stack › run', () => {
  it('has the emulators, under the rules it was given, and nothing after the stop', async () => {
    const lines: string[] = [];
    const stack = await start({
      rulesFile: temporaryFile('open.rules', OPEN_RULES),
      onProgress: (line) => lines.push(line),
    });

    expect(await write(stack, 'apple')).toBe(200);
    expect(await signUp(stack)).toBe(200);
    expect(lines).toEqual([
      expect.stringMatching(/^✓ Firestore emulator on port \d+ \(\d+\.\d s\)$/),
      expect.stringMatching(/^✓ Auth emulator on port \d+ \(\d+\.\d s\)$/),
      expect.stringMatching(/^✓ Rules loaded: /),
    ]);

    await Promise.all([stack.stop(), stack.stop()]);
    await stack.stop();
    await stack.ended;
    expect(await tracesOf(portsOf(stack))).toEqual([]);
  });

  it('streams what the rules decide', async () => {
    const stack = await start({ services: ['firestore'], rulesFile: temporaryFile('o.rules', OPEN_RULES) });
    const socket = new WebSocket(stack.requestsUrl ?? '');
    onTestFinished(() => socket.close());
    await new Promise((resolve) => socket.once('open', resolve));
    const messages: string[] = [];
    socket.on('message', (data: Buffer) => messages.push(data.toString('utf8')));

    await write(stack, 'pear');

    await expect.poll(() => messages.join('\n')).toContain('things/pear');
  });

  it('runs beside others, of the same folder and of another clone, each with its own data', async () => {
    const clone = path.join(temporary, 'clone');
    for (const part of ['scripts', 'firebase.json', 'firestore.rules', 'package.json']) {
      cpSync(path.join(PROJECT_ROOT, part), path.join(clone, part), { recursive: true });
    }
    symlinkSync(path.join(PROJECT_ROOT, 'node_modules'), path.join(clone, 'node_modules'), 'dir');
    const rulesFile = temporaryFile('side-by-side.rules', OPEN_RULES);

    const program = startProgram({ then: 'wait', services: ['firestore'], root: clone });
    onTestFinished(() => void program.child.kill('SIGKILL'));
    const [one, two, ofClone] = await Promise.all([
      start({ services: ['firestore'], rulesFile }),
      start({ services: ['firestore'], rulesFile }),
      program.next((event) => event.running),
    ]);

    await write(one, 'cherry');
    expect(await read(one, 'cherry')).toBe(200);
    expect(await read(one, 'cherry', 'demo-other')).toBe(404);
    expect(await read(two, 'cherry')).toBe(404);

    await one.stop();
    expect(await read(two, 'cherry')).toBe(404);
    expect(await tracesOf(ofClone, clone)).not.toEqual([]);
    program.child.kill('SIGKILL');
    await expect.poll(() => tracesOf(ofClone, clone), { timeout: 30_000 }).toEqual([]);
  });

  it('says when its emulators end by themselves, and cleans up', async () => {
    const stack = await start({ services: ['firestore'] });
    process.kill(stack.pids[0] ?? 0, 'SIGKILL');
    await stack.ended;
    expect(await tracesOf({ id: stack.id, ports: [stack.firestore.port] })).toEqual([]);
  });
});

describe('stack › start that fails', () => {
  it('names a rules file that is not there', async () => {
    await expect(start({ rulesFile: '/nowhere/x.rules' }).catch(codeOf)).resolves.toBe('stack/no-rules');
  });

  it('shows where rules are broken', async () => {
    const error: unknown = await start({
      rulesFile: temporaryFile('broken.rules', 'rules_version = "2";\nservice cloud.firestore { match x }'),
    }).catch((reason: unknown) => reason);
    expect(codeOf(error)).toBe('stack/rules-invalid');
    expect(String(error)).toMatch(/L2:\d+ Unexpected 'x'/);
  });

  it('can be called off', async () => {
    const calledOff = new AbortController();
    const started = start({ signal: calledOff.signal, onProgress: () => calledOff.abort() });
    await expect(started.catch(codeOf)).resolves.toBe('stack/aborted');
    await expect(start({ signal: calledOff.signal }).catch(codeOf)).resolves.toBe('stack/aborted');
  });
});
