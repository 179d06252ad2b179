/**
 * Counts the timers and lasting event listeners that the SDK sets. Runs as a classic script before everything else. Who set
 * one is read from the stack: the SDK, Firebase and the page's driver come in files of their own.
 */
import type { Resources } from './contract.ts';

const SDK_FILE = '/firesignal.js';

type Instruments = Pick<Resources, 'timers' | 'listeners'>;

declare global {
  interface Window {
    firesignalInstruments?: () => Instruments;
  }
}

const timers = new Map<number, string>();
const listeners = new Map<string, { readonly owner: string }>();

/** The line of code that called the instrumented function, if it belongs to the SDK. */
function sdkCaller(): string | undefined {
  // 0: "Error", 1: this function, 2: the instrumented one, 3: its caller.
  const line = new Error().stack?.split('\n')[3]?.trim();
  return line?.includes(SDK_FILE) === true ? line : undefined;
}

const native = {
  setTimeout: window.setTimeout.bind(window),
  setInterval: window.setInterval.bind(window),
  clearTimeout: window.clearTimeout.bind(window),
  clearInterval: window.clearInterval.bind(window),
};

function instrumentedSetTimeout(handler: TimerHandler, delay?: number, ...rest: unknown[]): number {
  const owner = sdkCaller();
  if (owner === undefined || typeof handler !== 'function') return native.setTimeout(handler, delay, ...rest);
  const id = native.setTimeout(() => {
    timers.delete(id);
    (handler as (...args: unknown[]) => void)(...rest);
  }, delay);
  timers.set(id, owner);
  return id;
}

function instrumentedSetInterval(handler: TimerHandler, delay?: number, ...rest: unknown[]): number {
  const owner = sdkCaller();
  const id = native.setInterval(handler, delay, ...rest);
  if (owner !== undefined) timers.set(id, owner);
  return id;
}

function forget(id: number | undefined): void {
  if (id !== undefined) timers.delete(id);
}

Object.assign(window, {
  setTimeout: instrumentedSetTimeout,
  setInterval: instrumentedSetInterval,
  clearTimeout: (id?: number) => {
    forget(id);
    native.clearTimeout(id);
  },
  clearInterval: (id?: number) => {
    forget(id);
    native.clearInterval(id);
  },
});

/** Targets that live as long as the page: a listener left on one of them is a leak. */
function isLasting(target: EventTarget): boolean {
  return (
    target === window ||
    target === document ||
    target === navigator.mediaDevices ||
    target === (navigator as { connection?: EventTarget }).connection
  );
}

let nextListener = 0;
const listenerNumbers = new WeakMap<object, number>();

function listenerKey(target: EventTarget, type: string, listener: object, options: unknown): string {
  const number = listenerNumbers.get(listener) ?? nextListener++;
  listenerNumbers.set(listener, number);
  const capture =
    typeof options === 'object' && options !== null ? 'capture' in options && options.capture : options;
  return [target.constructor.name, type, String(number), capture === true ? 'capture' : ''].join(' ');
}

// eslint-disable-next-line @typescript-eslint/unbound-method -- called with its target below
const { addEventListener, removeEventListener } = EventTarget.prototype;

EventTarget.prototype.addEventListener = function (
  type: string,
  listener: EventListenerOrEventListenerObject | null,
  options?: boolean | AddEventListenerOptions,
): void {
  addEventListener.call(this, type, listener, options);
  const owner = sdkCaller();
  if (owner === undefined || listener === null || !isLasting(this)) return;
  const key = listenerKey(this, type, listener, options);
  listeners.set(key, { owner });
  if (typeof options !== 'object') return;
  const gone = (): void => void listeners.delete(key);
  if (options.once === true) addEventListener.call(this, type, gone, { once: true });
  if (options.signal !== undefined) addEventListener.call(options.signal, 'abort', gone, { once: true });
};

EventTarget.prototype.removeEventListener = function (
  type: string,
  listener: EventListenerOrEventListenerObject | null,
  options?: boolean | EventListenerOptions,
): void {
  removeEventListener.call(this, type, listener, options);
  if (listener !== null && isLasting(this)) listeners.delete(listenerKey(this, type, listener, options));
};

window.firesignalInstruments = () => ({
  timers: [...timers.values()],
  listeners: [...listeners].map(([key, { owner }]) => `${key} ${owner}`),
});
