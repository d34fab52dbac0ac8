// Buffers of TCP and UDP sockets on hosts with cgroup v1: a container's memory doesn't count them there. They have a limit of their
// own, which no engine sets any more (its KernelMemoryTCP is passed over by runc), but the kernel still heeds. On v2 they count as
// any memory does.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CGROUP_PLACES } from '../lib/cgroup-places.js';

/** Beside its memory, a container's sockets may hold a quarter as much. */
const PART_OF_MEMORY = 0.25;

/**
 * Limits them in a container that has just been started: sockets that were opened before aren't counted. Does nothing where this
 * machine doesn't show its cgroups, or we may not.
 */
export function limitSocketBuffers(containerId: string, root = '/sys/fs/cgroup/memory'): void {
  for (const place of CGROUP_PLACES) {
    const file = (name: string) => join(root, place(containerId), name);
    try {
      const memory = Number(readFileSync(file('memory.limit_in_bytes'), 'utf8'));
      writeFileSync(file('memory.kmem.tcp.limit_in_bytes'), String(Math.round(memory * PART_OF_MEMORY)), { flag: 'r+' });
      return;
    } catch {
      // It isn't there.
    }
  }
}
