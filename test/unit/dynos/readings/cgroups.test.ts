// Trees of files as kernels show them, recorded (v1: 5.10 and 6.18 with Docker 20.10; v2: 6.1, as its documentation has it).
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openCgroups } from '../../../../src/dynos/readings/cgroups.js';
import { usedBytes } from '../../../../src/dynos/readings/reading.js';

const ID = 'a'.repeat(64);
const V1_STAT = `cache 8192
rss 4096
shmem 0
hierarchical_memory_limit 536870912
total_cache 3891200
total_rss 228347904
total_rss_huge 6291456
total_shmem 1048576
total_swap 2097152
total_pgpgin 149293
total_pgpgout 123257
total_inactive_file 1200000
`;
const V2_STAT = `anon 228347904
file 3891200
kernel 1245184
kernel_stack 65536
shmem 1048576
file_mapped 2703360
anon_thp 0
inactive_file 1200000
slab_unreclaimable 153336
pgfault 81541
`;
const MEMORY = { rssBytes: 228_347_904, cacheBytes: 3_891_200, sharedBytes: 1_048_576, swapBytes: 2_097_152 };

let dir: string;
let clock = 0;
beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'slipway-cgroups-'))));
afterEach(() => rmSync(dir, { recursive: true }));

function write(files: Record<string, string>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), text);
  }
}

const open = () => openCgroups({ root: join(dir, 'cgroup'), proc: join(dir, 'proc'), now: () => clock });

const tasks = {
  'proc/11/stat': '11 (node) R 1 11 11 0 -1\n',
  'proc/12/stat': '12 (odd) R (name) S 1 11 11 0 -1\n',
  'proc/13/stat': '13 (V8 Worker) R 1 11 11 0 -1\n',
};

it.each([`docker/${ID}`, `system.slice/docker-${ID}.scope`])('reads a cgroup v1 at %s', (place) => {
  write({
    ...tasks,
    [`cgroup/memory/${place}/memory.stat`]: V1_STAT,
    [`cgroup/cpuacct/${place}/cpuacct.usage`]: '1234567890\n',
    [`cgroup/cpuacct/${place}/tasks`]: '11\n12\n13\n14\n',
  });
  expect(open().read(ID)).toEqual({ ...MEMORY, pagesIn: 149_293, pagesOut: 123_257, cpuUs: 1_234_567, runnable: 2 });
});

it.each([`docker/${ID}`, `system.slice/docker-${ID}.scope`])('reads a cgroup v2 at %s', (place) => {
  write({
    ...tasks,
    'cgroup/cgroup.controllers': 'cpu memory pids\n',
    [`cgroup/${place}/memory.stat`]: V2_STAT,
    [`cgroup/${place}/memory.swap.current`]: '2097152\n',
    [`cgroup/${place}/cpu.stat`]: 'usage_usec 1234567\nuser_usec 1000000\nsystem_usec 234567\n',
    [`cgroup/${place}/cgroup.threads`]: '11\n12\n13\n',
  });
  const reading = open().read(ID);
  expect(reading).toEqual({ ...MEMORY, pagesIn: 0, pagesOut: 0, cpuUs: 1_234_567, runnable: 2 });
  expect(usedBytes(reading!)).toBe(228_347_904 + 1_048_576 + 2_097_152);
});

it('tells no process by a part of its number, where there are more than it reads', () => {
  const pids = Array.from({ length: 12_000 }, (_, index) => String(100_001 + index));
  write({ [`cgroup/memory/docker/${ID}/cgroup.procs`]: `${pids.join('\n')}\n` });
  const found = open().pids(ID);
  expect(found.length).toBeGreaterThan(8_000);
  expect(found).toEqual(pids.slice(0, found.length));
});

it('looks at no thread of a dyno that has used no processor since, and sees nothing of one that is gone', () => {
  const usage = `cgroup/cpuacct/docker/${ID}/cpuacct.usage`;
  write({
    ...tasks,
    [`cgroup/memory/docker/${ID}/memory.stat`]: V1_STAT,
    [usage]: '1000000000\n',
    [`cgroup/cpuacct/docker/${ID}/tasks`]: '11\n12\n13\n',
  });
  const cgroups = open();
  const look = () => {
    clock += 10_000;
    return cgroups.read(ID)?.runnable;
  };
  expect([look(), look()]).toEqual([2, 0]);
  write({ [usage]: '2000000000\n' });
  expect(look()).toBe(2);
  expect(cgroups.read('b'.repeat(64))).toBeNull();
});
