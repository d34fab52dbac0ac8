// `paas`: one command, then out. Data on stdout, talk on stderr, and an exit code scripts can trust.
import { openTerminal } from './terminal/terminal.js';
import { run } from './run.js';

const terminal = openTerminal({ stdout: process.stdout, stderr: process.stderr, env: process.env });

// A reader that went away (`paas logs | head`) is no error.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
}
let last: (() => Promise<unknown>) | null = null;
process.on('SIGINT', () => {
  const work = last;
  last = null;
  terminal.interrupt();
  if (!work) process.exit(130);
  void work()
    .catch(() => undefined)
    .finally(() => process.exit(130));
});

process.exitCode = await run(process.argv.slice(2), {
  terminal,
  env: process.env,
  cwd: process.cwd(),
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  now: () => new Date(),
  onInterrupt(work) {
    last = work;
    return () => void (last = null);
  },
});
