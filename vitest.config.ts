import { defineConfig } from 'vitest/config';

/** Rules and browsers wait for emulators and for each other; unit tests wait for nothing. */
const SECONDS = 1_000;

/**
 * The official emulator writes to the stream of a client from several threads without taking turns: where much changes at once, or
 * while a watch begins, it loses a change or breaks the stream. That makes about one test in a thousand wait in vain. Whatever is
 * run again is named at the end, and more than a few are a failure.
 */
const ONCE_MORE = 1;

/**
 * The kinds of tests, in the order in which they run: what is quick to tell comes first. Those that start programs and browsers run
 * beside each other, as they wait more than they work. `scripts/test.ts` starts what those need that talk to emulators.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          isolate: false,
          include: ['test/unit/**/*.test.ts'],
          maxWorkers: 2,
          // None waits for anything; on a busy machine, some compute for seconds.
          testTimeout: 30 * SECONDS,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'types',
          include: [],
          typecheck: {
            enabled: true,
            only: true,
            include: ['test/types/**/*.test-d.ts'],
            tsconfig: 'test/types/tsconfig.json',
            // Those are the business of `npm run types`.
            ignoreSourceErrors: true,
          },
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'sim',
          include: ['test/sim/**/*.test.ts'],
          maxWorkers: 2,
          testTimeout: 60 * SECONDS,
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          name: 'contract',
          isolate: false,
          retry: ONCE_MORE,
          include: ['test/contract/**/*.test.ts'],
          maxWorkers: 2,
          testTimeout: 30 * SECONDS,
          hookTimeout: 30 * SECONDS,
          sequence: { groupOrder: 3 },
        },
      },
      {
        test: {
          name: 'rules',
          isolate: false,
          include: ['test/rules/**/*.test.ts'],
          maxWorkers: 2,
          testTimeout: 30 * SECONDS,
          hookTimeout: 30 * SECONDS,
          sequence: { groupOrder: 4 },
        },
      },
      {
        test: {
          name: 'functions',
          include: ['test/functions/**/*.test.ts'],
          maxWorkers: 2,
          testTimeout: 60 * SECONDS,
          // One installs the functions' dependencies, another starts a stack of its own.
          hookTimeout: 300 * SECONDS,
          sequence: { groupOrder: 5 },
        },
      },
      {
        test: {
          name: 'stack',
          include: ['test/stack/**/*.test.ts'],
          maxWorkers: 2,
          testTimeout: 120 * SECONDS,
          hookTimeout: 120 * SECONDS,
          sequence: { groupOrder: 5 },
        },
      },
      {
        test: {
          name: 'e2e',
          isolate: false,
          retry: ONCE_MORE,
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: ['test/e2e/support/built-app.ts'],
          // Browsers wait for each other more than they work.
          maxWorkers: 2,
          testTimeout: 60 * SECONDS,
          hookTimeout: 60 * SECONDS,
          sequence: { groupOrder: 5 },
        },
      },
    ],
  },
});
