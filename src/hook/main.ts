// Started by git before any ref moves. Its parent is git-receive-pack; what it prints, the pusher reads.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openPrinter } from './printer.js';
import { runHook } from './run-hook.js';

const PARENT_CHECK_MS = 500;
const receivePackPid = process.ppid;
const home = process.env['SLIPWAY_HOME'];
const out = openPrinter((chunk) => void process.stdout.write(chunk));

// A pusher who leaves takes git with them, and us.
process.stdout.on('error', () => process.exit(1));
setInterval(() => process.ppid !== receivePackPid && process.exit(1), PARENT_CHECK_MS).unref();

if (!home) {
  out.warn("The platform's own settings are incomplete: SLIPWAY_HOME isn't set for its hook.");
  process.exit(1);
}
const runDir = join(home, 'run');
process.exit(await runHook({ input: readFileSync(0, 'utf8'), out, runDir, socketPath: join(runDir, 'hook.sock'), receivePackPid }));
