import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { countsAll, liftUserLimits } from '../../../src/docker/user-limits.js';

let root: string;
beforeEach(() => void (root = mkdtempSync(join(tmpdir(), 'slipway-limits-'))));
afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
}
const read = (name: string) => readFileSync(join(root, name), 'utf8');

const USUAL = {
  'fs/inotify/max_user_instances': '128\n',
  'fs/inotify/max_user_watches': '192536\n',
  'fs/epoll/max_user_watches': '5491511\n',
  'fs/pipe-user-pages-soft': '16384\n',
};

test.each([
  ['6.18.44-fc', true],
  ['5.12.0', true],
  ['5.10.0-28-amd64', false],
  ['4.19.0', false],
  ['nonsense', false],
])('kernel %s counts all that in memory: %s', (kernel, counts) => expect(countsAll(kernel)).toBe(counts));

test('limits per user are lifted, on kernels that count in memory what stands behind them', () => {
  write(USUAL);
  liftUserLimits({ root, kernel: '5.10.0' });
  expect(Object.keys(USUAL).map(read)).toEqual(Object.values(USUAL));
  liftUserLimits({ root, kernel: '6.1.0' });
  expect(Object.keys(USUAL).map(read)).toEqual(['2147483647', '2147483647', '2147483647', '0']);
});

test('none is lowered, and where they are not to be had we go on', () => {
  write({ ...USUAL, 'fs/epoll/max_user_watches': '9000000000\n', 'fs/pipe-user-pages-soft': '0\n' });
  liftUserLimits({ root, kernel: '6.1.0' });
  expect([read('fs/epoll/max_user_watches'), read('fs/pipe-user-pages-soft')]).toEqual(['9000000000\n', '0\n']);
  expect(() => liftUserLimits({ root: join(root, 'none'), kernel: '6.1.0' })).not.toThrow();
});
