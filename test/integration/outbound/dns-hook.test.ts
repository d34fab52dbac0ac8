// A program of the operator's that changes DNS, however it ends.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { runDnsHook } from '../../../src/outbound/dns-hook.js';
import { untilSo } from '../../support/until.js';

const dir = mkdtempSync(join(tmpdir(), 'slipway-hook-'));
afterAll(() => rmSync(dir, { recursive: true }));

function aHook(name: string, lines: string): string {
  const path = join(dir, name);
  writeFileSync(path, `#!/bin/sh\n${lines}\n`, { mode: 0o755 });
  return path;
}
const add = (hook: string, withinMs?: number) => runDnsHook(hook, 'add', '_acme-challenge.example.com', 'a b', withinMs);

it('is given what to do, the name and the value, and may leave something running', async () => {
  await add(aHook('good', '[ "$#" = 3 ] && [ "$1 $2 $3" = "add _acme-challenge.example.com a b" ] && { sleep 60 & }'));
});

it.each<[string, string, number | undefined, string]>([
  [
    'its status, and what it said last',
    'echo first >&2; echo "\u001b[31mno zone\u001b[2J" >&2; exit 7',
    undefined,
    'it ended with 7: .*no zone.{0,6}$',
  ],
  ['its status, where it said nothing', 'exit 1', undefined, 'it ended with 1$'],
  ['the signal', 'kill -9 $$', undefined, 'it ended with SIGKILL$'],
  ['the time', 'sleep 60', 200, 'it took more than 0\\.2 s$'],
])('tells %s where it fails', async (_what, lines, withinMs, why) => {
  const failed = add(aHook('bad', lines), withinMs);
  await expect(failed).rejects.toThrow(
    new RegExp(`^The DNS hook \\(SLIPWAY_ACME_DNS_HOOK\\) could not add the TXT record _acme-challenge\\.example\\.com: ${why}`),
  );
});

it('ends with all that it has started when it takes too long', async () => {
  const started = join(dir, 'started');
  await expect(add(aHook('slow', `sleep 61 & echo $! > ${started}; wait`), 5_000)).rejects.toThrow('took more than 5 s');
  const { readFileSync } = await import('node:fs');
  const pid = Number(readFileSync(started, 'utf8'));
  await untilSo('it is gone', async () => !isThere(pid));
});

it('tells where there is none', async () => {
  await expect(add(join(dir, 'none'))).rejects.toThrow('it could not be started (ENOENT)');
});

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
