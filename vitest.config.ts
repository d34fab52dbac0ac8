import { defineConfig } from 'vitest/config';
import { SlowestFiles } from './test/support/slowest-files.js';

/** What takes too long for each run: `npm run test:long` has it. */
const LONG = process.env['SLIPWAY_TEST_LONG'] ? ['test/long/**/*.test.ts'] : [];
const MINUTE_MS = 60_000;

// One group after the other: what fails fast comes first, and end-to-end tests have the machine to themselves.
export default defineConfig({
  test: {
    reporters: ['default', new SlowestFiles()],
    projects: [
      { test: { name: 'unit', include: ['test/unit/**/*.test.ts'], pool: 'threads', isolate: false, sequence: { groupOrder: 0 } } },
      {
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts', 'test/attacks/**/*.test.ts'],
          maxWorkers: 2,
          expect: { poll: { timeout: 10_000 } },
          testTimeout: MINUTE_MS,
          hookTimeout: 2 * MINUTE_MS,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts', 'test/heroku/**/*.test.ts', ...LONG],
          fileParallelism: false,
          testTimeout: 3 * MINUTE_MS,
          hookTimeout: 5 * MINUTE_MS,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
