import { defineConfig } from 'vitest/config';
import { SlowestFiles } from './test/support/slowest-files.js';

/** What takes too long for each run: `npm run test:long` has it. */
const LONG = process.env['SLIPWAY_TEST_LONG'] ? ['test/long/**/*.test.ts'] : [];
const MINUTE_MS = 60_000;
/** What comes by itself comes in the end: a limit costs only who fails, and vitest's own second is short on a busy machine. */
const POLL = { poll: { timeout: MINUTE_MS } };

/** End-to-end tests that kill nothing and look at nothing but their own platform: two of them have the machine. */
const SIDE_BY_SIDE = [
  'test/heroku/**/*.test.ts',
  'test/e2e/languages/*.test.ts',
  'test/e2e/{addons,bad-input,buildpacks,cli,container,deploy,run,slugs,stacks}.test.ts',
];
const E2E = { expect: POLL, testTimeout: 3 * MINUTE_MS, hookTimeout: 5 * MINUTE_MS };

// One group after the other: what fails fast comes first, and who kills processes has the machine to itself.
export default defineConfig({
  test: {
    reporters: ['default', new SlowestFiles()],
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          pool: 'threads',
          isolate: false,
          testTimeout: MINUTE_MS,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts', 'test/attacks/**/*.test.ts'],
          maxWorkers: 2,
          expect: POLL,
          testTimeout: 2 * MINUTE_MS,
          hookTimeout: 2 * MINUTE_MS,
          sequence: { groupOrder: 1 },
        },
      },
      { test: { ...E2E, name: 'e2e side by side', include: SIDE_BY_SIDE, maxWorkers: 2, sequence: { groupOrder: 2 } } },
      {
        test: {
          ...E2E,
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts', ...LONG],
          exclude: SIDE_BY_SIDE,
          fileParallelism: false,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});
