// Reads what containers use from the kernel's files, without asking the engine: all dynos of a node in a millisecond or two.
// Its files never wait for anything, so they are read at once, one after the other; promises would cost ten times as much.
import { closeSync, existsSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { CGROUP_PLACES } from '../../lib/cgroup-places.js';
import { nameProcess } from './name-process.js';
import { cpuOfV1, cpuOfV2, isRunnable, memoryOfV1, memoryOfV2, type Reading } from './reading.js';

export interface Cgroups {
  /** Null for a container that doesn't run, and where this machine doesn't show its cgroups. */
  read(containerId: string): Reading | null;
  /** Names of the processes in it, as `node (14)`, by the number that they have there; without ours. Null as above. */
  processes(containerId: string): string[] | null;
  /** Their numbers on this machine; none where they can't be seen. */
  pids(containerId: string): string[];
}

/** Of one that is idle nothing runs; who used less than this part of a processor since the last look is. */
const IDLE_PART = 0.01;
/** Of one with very many threads so many are looked at, and stand for the rest. */
const MOST_TASKS = 64;
const MOST_KNOWN = 10_000;

/** @param root where cgroups are mounted, @param proc where processes are */
export function openCgroups(o: { root?: string; proc?: string; now?: () => number } = {}): Cgroups {
  const { root = '/sys/fs/cgroup', proc = '/proc', now = () => performance.now() } = o;
  const isV2 = existsSync(join(root, 'cgroup.controllers'));
  const last = new Map<string, { cpuUs: number; at: number }>();
  let place = 0;

  /** An engine has one way of placing them: what fitted the last one is tried first. */
  function folderOf(containerId: string, file: string, controller: string): { folder: string; text: string } | null {
    for (const index of [place, ...CGROUP_PLACES.keys()]) {
      const folder = CGROUP_PLACES[index]!(containerId);
      const text = readText(join(root, controller, folder, file));
      if (text !== null) {
        place = index;
        return { folder, text };
      }
    }
    return null;
  }

  function runnable(containerId: string, cpuUs: number, tasks: () => string | null): number {
    const [before, at] = [last.get(containerId), now()];
    if (last.size >= MOST_KNOWN) last.clear();
    last.set(containerId, { cpuUs, at });
    if (before && cpuUs - before.cpuUs < (at - before.at) * 1000 * IDLE_PART) return 0;
    const ids = tasks()?.trim().split('\n') ?? [];
    const some = ids.slice(0, MOST_TASKS);
    const running = some.filter((id) => isRunnable(readText(join(proc, id, 'stat')) ?? ''));
    return some.length === 0 ? 0 : Math.round((running.length * ids.length) / some.length);
  }

  function readV1(containerId: string): Reading | null {
    const found = folderOf(containerId, 'memory.stat', 'memory');
    if (!found) return null;
    const file = (name: string) => readText(join(root, 'cpuacct', found.folder, name));
    const cpuUs = cpuOfV1(file('cpuacct.usage') ?? '');
    return { ...memoryOfV1(found.text), cpuUs, runnable: runnable(containerId, cpuUs, () => file('tasks')) };
  }

  function readV2(containerId: string): Reading | null {
    const found = folderOf(containerId, 'memory.stat', '');
    if (!found) return null;
    const file = (name: string) => readText(join(root, found.folder, name));
    const cpuUs = cpuOfV2(file('cpu.stat') ?? '');
    const memory = memoryOfV2(found.text, file('memory.swap.current') ?? '');
    return { ...memory, cpuUs, runnable: runnable(containerId, cpuUs, () => file('cgroup.threads')) };
  }

  function procs(containerId: string): string[] | null {
    const found = folderOf(containerId, 'cgroup.procs', isV2 ? '' : 'memory');
    // Each number has its own end of line; the last of very many may be cut.
    return found && found.text.split('\n').slice(0, -1);
  }

  function processes(containerId: string): string[] | null {
    return procs(containerId)?.flatMap((pid) => nameProcess((file) => readText(join(proc, pid, file))) ?? []) ?? null;
  }

  return { read: isV2 ? readV2 : readV1, processes, pids: (containerId) => procs(containerId) ?? [] };
}

const buffer = Buffer.alloc(64 * 1024);

/** Null when it isn't there, or we may not. */
function readText(path: string): string | null {
  let file;
  try {
    file = openSync(path, 'r');
    return buffer.toString('latin1', 0, readSync(file, buffer, 0, buffer.length, 0));
  } catch {
    return null;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
