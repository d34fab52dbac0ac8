import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openRuntimeUses, unusedRuntimes } from '../../../../src/builder/machine/unused-runtimes.js';

const DAY_MS = 86_400_000;
const DAY_0 = Date.UTC(2026, 0, 1);
let dir: string;
let now: number;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'slipway-uses-'));
  now = DAY_0;
});
afterEach(() => rmSync(dir, { recursive: true }));

it('runtimes go 30 days after their last use, their installation, or when they were first heard of', async () => {
  const uses = openRuntimeUses(join(dir, 'used'), () => now);
  const listing = ['node 24.1.0 0', 'go 1.2.3 0', 'rust 1.90 0', 'node 24.1.0 5', `java 21 ${(DAY_0 + 20 * DAY_MS) / 1000}`, ''].join('\n');
  const unusedOn = (day: number) => {
    now = DAY_0 + day * DAY_MS;
    return unusedRuntimes(uses, listing, now);
  };
  expect(await unusedOn(0)).toEqual([]);
  now = DAY_0 + 10 * DAY_MS;
  await uses.note('go-1.2.3');
  expect(await unusedOn(30)).toEqual([]);
  expect(await unusedOn(31)).toEqual([
    ['node', '24.1.0'],
    ['rust', '1.90'],
  ]);
  expect(await unusedOn(41)).toEqual([
    ['node', '24.1.0'],
    ['go', '1.2.3'],
    ['rust', '1.90'],
  ]);
  await uses.tidy();
  expect(readdirSync(join(dir, 'used'))).toEqual([]);
});
