import { describe, expect, it } from 'vitest';
import { startProgram, type Program, type RunningStack } from './support/program.ts';
import { isAlive, isListening, tracesOf } from './support/traces.ts';

/** Longer than a watchdog ever takes, on a busy machine. */
const GONE_WITHIN = { timeout: 30_000, interval: 50 };

const running = (program: Program): Promise<RunningStack> => program.next((event) => event.running);

async function expectNothingLeft(stack: RunningStack): Promise<void> {
  await expect.poll(() => tracesOf(stack), GONE_WITHIN).toEqual([]);
  await expect.poll(() => stack.pids.filter(isAlive), GONE_WITHIN).toEqual([]);
}

describe('stack › end of the program that started it', () => {
  it('leaves nothing behind after kill -9', async () => {
    const program = startProgram({ then: 'wait', services: ['auth', 'firestore'] });
    const stack = await running(program);
    expect(await tracesOf(stack)).not.toEqual([]);

    program.child.kill('SIGKILL');

    await program.gone;
    await expectNothingLeft(stack);
  });

  it('leaves nothing behind after Ctrl-C in a terminal, which signals the whole group', async () => {
    const program = startProgram({ then: 'wait', services: ['firestore'] });
    const stack = await running(program);

    process.kill(-(program.child.pid ?? 0), 'SIGINT');

    await program.gone;
    await expectNothingLeft(stack);
  });

  it('leaves nothing behind when the program is killed during the start', async () => {
    const program = startProgram({ then: 'wait', services: ['auth', 'firestore'] });
    // It answers first; the Auth emulator takes longer to load.
    const port = await program.next(
      (event) => /Firestore emulator on port (\d+)/.exec(event.progress ?? '')?.[1],
    );

    program.child.kill('SIGKILL');

    await program.gone;
    await expect.poll(() => isListening(Number(port)), GONE_WITHIN).toBe(false);
  });

  it('ends with a program that is done and has not stopped it', async () => {
    const program = startProgram({ then: 'return', services: ['firestore'] });
    const stack = await running(program);

    await program.gone;

    expect(program.child.exitCode).toBe(0);
    await expectNothingLeft(stack);
  });

  it('ends when its watchdog is told to end, as at the shutdown of a machine', async () => {
    const program = startProgram({ then: 'wait', services: ['firestore'] });
    const stack = await running(program);
    const watchdog = stack.pids[1] ?? 0;

    process.kill(watchdog, 'SIGTERM');

    await expectNothingLeft(stack);
    program.child.kill('SIGTERM');
    await program.gone;
  });
});
