/** The emulators that the demo, the tests and `npm start` run against. */
export { startDelayProxy, type DelayProxy, type DelayProxyOptions } from './delay-proxy.ts';
export type { Service } from './emulator-config.ts';
export { StackError, type StackErrorCode } from './stack-error.ts';
export { startStack, type Address, type Stack, type StackOptions } from './start-stack.ts';
