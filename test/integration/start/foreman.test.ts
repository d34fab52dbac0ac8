import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { startForeman, type Foreman } from '../../../src/start/foreman.js';
import { isAlive } from '../../../src/start/machine/processes.js';
import { until } from '../../support/until.js';

let foreman: Foreman | undefined;
let dir = '';
afterEach(async () => {
  await foreman?.stop(1_000);
  rmSync(dir, { recursive: true, force: true });
});

function run(commands: Record<string, string>): string[] {
  const lines: string[] = [];
  dir = mkdtempSync(join(tmpdir(), 'slipway-test-'));
  const processes = Object.entries(commands).map(([name, command]) => ({ name, command }));
  foreman = startForeman({ processes, cwd: dir, env: process.env, pidDir: dir, write: (name, line) => lines.push(`${name}: ${line}`) });
  return lines;
}

function pidOf(name: string): number {
  return Number(readFileSync(join(dir, `${name}.pid`), 'utf8'));
}

/** A shell that says `text` and waits, and says `bye <name>` when asked to end. */
function talker(name: string): string {
  return `sh -c 'trap "echo bye ${name}; exit 0" TERM; echo hello; echo oops >&2; while :; do sleep 0.05; done'`;
}

test('both outputs come line by line, and all are stopped, the last first', async () => {
  const lines = run({ web: talker('web'), router: talker('router') });
  await until(() => lines.length).toBe(4);
  expect(lines.toSorted()).toEqual(['router: hello', 'router: oops', 'web: hello', 'web: oops']);
  const pids = [pidOf('web'), pidOf('router')];
  await foreman!.stop(2_000);
  await until(() => lines.slice(4)).toEqual(['router: bye router', 'web: bye web']);
  expect(pids.some(isAlive)).toBe(false);
  expect(existsSync(join(dir, 'web.pid'))).toBe(false);
});

test('a killed process is back at once, with what it had started gone', async () => {
  const lines = run({ web: `sh -c 'sleep 77 & echo $!; wait'` });
  await until(() => lines.length).toBe(1);
  const [first, grandchild] = [pidOf('web'), Number(lines[0]!.split(' ')[1])];
  process.kill(first, 'SIGKILL');
  await until(() => lines.length).toBe(3);
  expect(lines[1]).toBe('web: ended with SIGKILL; starting it again in 50 ms');
  expect(pidOf('web')).not.toBe(first);
  expect(isAlive(grandchild)).toBe(false);
});

test('one that dies at once is tried again after longer and longer', async () => {
  const lines = run({ web: 'false', builder: 'no-such-program' });
  await until(() => lines.filter((line) => line.includes('800 ms')).length).toBe(2);
  expect(lines.filter((line) => line.startsWith('web'))).toEqual(
    [50, 100, 200, 400, 800].map((ms) => `web: ended with status 1; starting it again in ${ms} ms`),
  );
  expect(lines.find((line) => line.includes('no-such-program'))).toMatch(/not found/);
});

test('one that ignores SIGTERM is killed within the limit', async () => {
  const lines = run({ web: `sh -c 'trap "" TERM; echo on; while :; do sleep 0.05; done'` });
  await until(() => lines.length).toBe(1);
  const pid = pidOf('web');
  const began = Date.now();
  await foreman!.stop(300);
  expect(Date.now() - began).toBeLessThan(15_000);
  await until(() => isAlive(pid)).toBe(false);
  expect(lines.at(-1)).toBe('web: still there after 0.3 s; killed');
});
