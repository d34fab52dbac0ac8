// What bin/slipway runs, after it has installed and compiled what changed.
import { resolve } from 'node:path';
import { readConfig } from '../config.js';
import type { StartCommand } from './command.js';
import { demo } from './demo.js';
import { down } from './down.js';
import { bench, runTests } from './run-tests.js';
import { start } from './start.js';

const COMMANDS: Record<string, StartCommand> = { start, demo, down, test: runTests, bench };

const [name = '', ...args] = process.argv.slice(2);

try {
  const command = COMMANDS[name];
  if (!command) throw new Error(`Usage: bin/slipway ${Object.keys(COMMANDS).join('|')}`);
  process.exit(await command({ config: readConfig(), args, root: resolve(import.meta.dirname, '../../..') }));
} catch (error) {
  process.stderr.write(`\nslipway: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
