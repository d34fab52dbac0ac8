import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { limitSocketBuffers } from '../../../src/docker/socket-buffers.js';

test.each([['docker/c1'], ['system.slice/docker-c1.scope']])('sockets in %s may hold a quarter of its memory', (place) => {
  const root = mkdtempSync(join(tmpdir(), 'slipway-sockets-'));
  const file = (name: string) => join(root, place, name);
  mkdirSync(join(root, place), { recursive: true });
  writeFileSync(file('memory.limit_in_bytes'), '536870912\n');
  writeFileSync(file('memory.kmem.tcp.limit_in_bytes'), '9223372036854771712\n');
  limitSocketBuffers('c1', root);
  limitSocketBuffers('of-nobody', root);
  expect(readFileSync(file('memory.kmem.tcp.limit_in_bytes'), 'utf8')).toMatch(/^134217728/);
  rmSync(root, { recursive: true });
});
