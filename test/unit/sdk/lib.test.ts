import { afterEach, describe, expect, it, vi } from 'vitest';
import { Timers, systemClock } from '../../../web/sdk/src/lib/clock.ts';
import { Emitter } from '../../../web/sdk/src/lib/emitter.ts';
import { Machine } from '../../../web/sdk/src/lib/machine.ts';
import { deferred, DeadlineError, unlessAborted, withDeadline } from '../../../web/sdk/src/lib/settle.ts';
import { TaskQueue } from '../../../web/sdk/src/lib/task-queue.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { settled } from '../../support/tasks.ts';

type Events = { ping: number; pong: undefined };

describe('Emitter', () => {
  it('calls a function that subscribed twice two times, and once after one of the two has ended', () => {
    const emitter = new Emitter<Events>();
    const listener = vi.fn();
    const stop = emitter.on('ping', listener);
    emitter.on('ping', listener);
    emitter.emit('ping', 1);
    expect(listener).toHaveBeenCalledTimes(2);
    stop();
    stop();
    emitter.emit('ping', 2);
    expect(listener).toHaveBeenCalledTimes(3);
  });

  it('calls listeners in the order in which they subscribed, of the named event only', () => {
    const emitter = new Emitter<Events>();
    const heard: string[] = [];
    emitter.on('ping', (count) => heard.push(`first ${count}`));
    emitter.on('pong', () => heard.push('other'));
    emitter.on('ping', (count) => heard.push(`second ${count}`));
    emitter.emit('ping', 7);
    expect(heard).toEqual(['first 7', 'second 7']);
  });

  it('lets a throwing listener fail on its own: the others still hear, and the fault surfaces', () => {
    const emitter = new Emitter<Events>();
    const surfaced: (() => void)[] = [];
    vi.stubGlobal('queueMicrotask', (task: () => void) => surfaced.push(task));
    const listener = vi.fn();
    emitter.on('ping', () => {
      throw new Error('of the application');
    });
    emitter.on('ping', listener);
    emitter.emit('ping', 1);
    vi.unstubAllGlobals();
    expect(listener).toHaveBeenCalledOnce();
    expect(() => surfaced[0]!()).toThrow('of the application');
  });

  it('does not call a listener that has unsubscribed during the same event', () => {
    const emitter = new Emitter<Events>();
    const second = vi.fn();
    emitter.on('ping', () => stop());
    const stop = emitter.on('ping', second);
    emitter.emit('ping', 1);
    expect(second).not.toHaveBeenCalled();
  });

  it('calls a listener that subscribes during an event from the next one on', () => {
    const emitter = new Emitter<Events>();
    const late = vi.fn();
    const stop = emitter.on('ping', () => {
      emitter.on('ping', late);
      stop();
    });
    emitter.emit('ping', 1);
    expect(late).not.toHaveBeenCalled();
    emitter.emit('ping', 2);
    expect(late).toHaveBeenCalledExactlyOnceWith(2);
  });

  it('is silent once cleared, even for an event under way', () => {
    const emitter = new Emitter<Events>();
    const second = vi.fn();
    emitter.on('ping', () => emitter.clear());
    emitter.on('ping', second);
    emitter.emit('ping', 1);
    emitter.emit('ping', 2);
    expect(second).not.toHaveBeenCalled();
  });
});

describe('Machine', () => {
  const TABLE = { off: { TOGGLE: 'on', STAY: 'off' }, on: { TOGGLE: 'off' } } as const;

  it('takes the listed transitions, ignores the others, and reports only changes', () => {
    const onChange = vi.fn();
    const machine = new Machine<'off' | 'on', 'TOGGLE' | 'STAY'>('off', TABLE, onChange);
    expect(machine.send('STAY')).toBe(true);
    expect(onChange).not.toHaveBeenCalled();
    expect(machine.send('TOGGLE')).toBe(true);
    expect(machine.can('STAY')).toBe(false);
    expect(machine.send('STAY')).toBe(false);
    expect(machine.state).toBe('on');
    expect(onChange).toHaveBeenCalledExactlyOnceWith('on', 'off');
  });
});

describe('Timers', () => {
  it('replaces a timer of the same name', async () => {
    const clock = new FakeClock();
    const timers = new Timers(clock);
    const [first, second] = [vi.fn(), vi.fn()];
    timers.set('a', 100, first);
    timers.set('a', 200, second);
    await clock.advance(500);
    expect(first).not.toHaveBeenCalled();
    expect(second).toHaveBeenCalledOnce();
  });

  it('knows a timer until it runs, and lets its task set it again', async () => {
    const clock = new FakeClock();
    const timers = new Timers(clock);
    let runs = 0;
    const again = (): void => {
      expect(timers.has('a')).toBe(false);
      runs += 1;
      if (runs < 3) timers.set('a', 100, again);
    };
    timers.set('a', 100, again);
    expect(timers.has('a')).toBe(true);
    await clock.advance(1_000);
    expect(runs).toBe(3);
    expect(timers.has('a')).toBe(false);
  });

  it('leaves nothing behind when all are cleared', () => {
    const clock = new FakeClock();
    const timers = new Timers(clock);
    timers.set('a', 100, vi.fn());
    timers.set('b', 100, vi.fn());
    timers.clear('a');
    expect(clock.pending).toBe(1);
    timers.clearAll();
    expect(clock.pending).toBe(0);
  });
});

describe('systemClock', () => {
  afterEach(() => void vi.useRealTimers());

  it('runs a task after its delay, unless it is cancelled', () => {
    vi.useFakeTimers();
    const [kept, cancelled] = [vi.fn(), vi.fn()];
    systemClock.after(50, kept);
    systemClock.after(50, cancelled)();
    vi.advanceTimersByTime(50);
    expect(kept).toHaveBeenCalledOnce();
    expect(cancelled).not.toHaveBeenCalled();
    expect(systemClock.now()).toBe(Date.now());
  });
});

describe('TaskQueue', () => {
  it('runs tasks one after the other, and goes on after one that failed', async () => {
    const queue = new TaskQueue();
    const gate = deferred<undefined>();
    const order: string[] = [];
    const first = queue.run(async () => {
      order.push('first begins');
      await gate.promise;
      order.push('first ends');
      throw new Error('first');
    });
    const second = queue.run(() => {
      order.push('second');
      return Promise.resolve('result');
    });
    await settled();
    expect(order).toEqual(['first begins']);
    gate.resolve(undefined);
    await expect(first).rejects.toThrow('first');
    await expect(second).resolves.toBe('result');
    expect(order).toEqual(['first begins', 'first ends', 'second']);
  });
});

/** An abort signal that knows how many listen to it. */
function countedSignal(): { controller: AbortController; listeners: () => number } {
  const controller = new AbortController();
  let count = 0;
  const { signal } = controller;
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = (...args: Parameters<typeof add>) => {
    count += 1;
    add(...args);
  };
  signal.removeEventListener = (...args: Parameters<typeof remove>) => {
    count -= 1;
    remove(...args);
  };
  return { controller, listeners: () => count };
}

describe('withDeadline', () => {
  it.each([
    ['a result', () => Promise.resolve(1)],
    ['a failure', () => Promise.reject(new Error('work'))],
  ])('passes %s on, and leaves no timer and no listener', async (_, work) => {
    const clock = new FakeClock();
    const { controller, listeners } = countedSignal();
    const outcome = withDeadline(work(), clock, 100, controller.signal);
    expect(clock.pending).toBe(1);
    await outcome.then(
      (value) => expect(value).toBe(1),
      (error: unknown) => expect(error).toEqual(new Error('work')),
    );
    expect(clock.pending).toBe(0);
    expect(listeners()).toBe(0);
  });

  it('rejects when time is up, and not before', async () => {
    const clock = new FakeClock();
    const work = deferred<number>();
    const outcome = vi.fn();
    void withDeadline(work.promise, clock, 100).catch(outcome);
    await clock.advance(99);
    expect(outcome).not.toHaveBeenCalled();
    await clock.advance(1);
    expect(outcome).toHaveBeenCalledExactlyOnceWith(expect.any(DeadlineError));
    // What comes too late disturbs nobody.
    work.reject(new Error('late'));
    await settled();
  });

  it('rejects with an AbortError when the signal is aborted, and leaves no timer and no listener', async () => {
    const clock = new FakeClock();
    const { controller, listeners } = countedSignal();
    const outcome = withDeadline(deferred<number>().promise, clock, 100, controller.signal);
    expect(listeners()).toBe(1);
    controller.abort();
    await expect(outcome).rejects.toMatchObject({ name: 'AbortError' });
    expect(clock.pending).toBe(0);
    expect(listeners()).toBe(0);
  });
});

describe('unlessAborted', () => {
  it('rejects at once when the signal was aborted before, even if the work is done', async () => {
    await expect(unlessAborted(Promise.resolve(1), AbortSignal.abort())).rejects.toMatchObject({
      name: 'AbortError',
    });
  });

  it('is the work alone when there is no signal', async () => {
    await expect(unlessAborted(Promise.resolve(1), undefined)).resolves.toBe(1);
  });
});
