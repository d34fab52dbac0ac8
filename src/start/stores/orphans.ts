// What a killed PostgreSQL leaves behind that keeps the next one from starting.
import { existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { findByName, isAlive, isGoneWithin, signal } from '../machine/processes.js';

const GONE_WITHIN_MS = 5_000;

/**
 * Ends the backends of a server that is gone: one that computes wouldn't notice for as long as it does, and the next server
 * waits for its memory. Removes the locks of one that nobody has reaped: its pid still answers. Call it while no server lives.
 */
export async function clearAfterKill(dataDir: string, sockets: string): Promise<void> {
  const orphans = backendsOf(dataDir);
  for (const pid of orphans) signal(pid, 'SIGKILL');
  for (const pid of orphans) await isGoneWithin(pid, GONE_WITHIN_MS);
  for (const lock of [join(dataDir, 'postmaster.pid'), join(sockets, '.s.PGSQL.5432.lock')]) {
    if (existsSync(lock) && !isAlive(Number(readFileSync(lock, 'utf8').split('\n')[0]))) rmSync(lock);
  }
}

/** Pids of PostgreSQL's processes that work in this directory, which a mount may name otherwise. */
export function backendsOf(dataDir: string): number[] {
  const here = place(dataDir);
  return here === undefined ? [] : findByName('postgres').filter((pid) => place(`/proc/${pid}/cwd/`) === here);
}

function place(path: string): string | undefined {
  try {
    const { dev, ino } = statSync(path);
    return `${dev}:${ino}`;
  } catch {
    return undefined;
  }
}
