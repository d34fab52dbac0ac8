import { defineConfig } from 'vitest/config';
import { SlowestFiles } from './test/support/slowest-files.js';

/** What takes too long for each run: `npm run test:long` has it. */
const LONG = process.env['SLIPWAY_TEST_LONG'] ? ['test/long/**/*.test.ts'] : [];
const MINUTE_MS = 60_000;
/** What comes by itself comes in the end: a limit costs only who fails, and vitest's own second is short on a busy machine. */
const POLL = { poll: { timeout: MINUTE_MS } };

// One group after the other: what fails fast comes first, and end-to-end tests have the machine to themselves.
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
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts', 'test/heroku/**/*.test.ts', ...LONG],
          fileParallelism: false,
          expect: POLL,
          testTimeout: 3 * MINUTE_MS,
          hookTimeout: 5 * MINUTE_MS,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
