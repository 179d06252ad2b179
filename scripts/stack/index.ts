/** The emulators that the demo, the tests and `npm start` run against. */
export { startDelayProxy, type DelayProxy } from './delay-proxy.ts';
export type { Service } from './emulator-config.ts';
export { scheduleCaller, startTicker, type Ticker } from './schedule-ticker.ts';
export { StackError } from './stack-error.ts';
export { startStack, type Stack, type StackOptions } from './start-stack.ts';
