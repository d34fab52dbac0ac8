// What bin/slipway runs, after it has installed and compiled what changed.
import { resolve } from 'node:path';
import { readConfig } from '../config.js';
import { readSizes } from '../read-sizes.js';
import type { StartCommand } from './command.js';

/** Each command is loaded only when it is asked for: the foreman that stays needs little. */
const COMMANDS: Record<string, () => Promise<StartCommand>> = {
  start: async () => (await import('./start.js')).start,
  demo: async () => (await import('./demo/demo.js')).demo,
  down: async () => (await import('./down.js')).down,
  test: async () => (await import('./development/run-tests.js')).runTests,
  'test:long': async () => (await import('./development/run-tests.js')).runLongTests,
  bench: async () => (await import('./development/run-tests.js')).bench,
  prepare: async () => (await import('./prepare.js')).prepare,
  'finish-stacks': async () => (await import('./finish-stacks.js')).finishStacks,
};

/** What each may be given; commands that aren't here pass it on, or are ours alone. */
const OPTIONS: Record<string, string[]> = { start: ['--verbose'], demo: ['--once', '--verbose'], down: [] };

const [name = '', ...args] = process.argv.slice(2);

try {
  const load = COMMANDS[name];
  if (!load) throw new Error('Usage: bin/slipway start [--verbose] | demo [--once] [--verbose] | down | test | test:long | bench');
  const options = OPTIONS[name];
  const unknown = args.find((arg) => options?.includes(arg) === false);
  if (unknown) throw new Error(`${name} has no option ${unknown}${options?.length ? `, only ${options.join(' and ')}` : ''}.`);
  const config = readConfig();
  if (name === 'start' || name === 'demo') await readSizes(config);
  const input = { config, args, root: resolve(import.meta.dirname, '../../..') };
  process.exit(await (await load())(input));
} catch (error) {
  process.stderr.write(`\nslipway: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
