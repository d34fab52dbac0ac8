// One instance a home: a file that names the process; the lock of a killed one is taken over.
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive, startTime } from '../machine/processes.js';

/** How long two that take over the same stale lock at once wait to see who came last. */
const SETTLE_MS = 50;

/** Takes the home's lock and returns the function that gives it back. Throws when another instance holds it. */
export async function takeLock(dir: string): Promise<() => void> {
  const file = lockFile(dir);
  refuseIfHeld(dir);
  const mine = `${process.pid} ${startTime(process.pid)}\n`;
  writeFileSync(`${file}.${process.pid}`, mine, { mode: 0o600 });
  renameSync(`${file}.${process.pid}`, file);
  await sleep(SETTLE_MS);
  refuseIfHeld(dir);
  return () => {
    if (existsSync(file) && readFileSync(file, 'utf8') === mine) rmSync(file);
  };
}

/** The pid of the instance that uses this home, if one lives. */
export function lockHolder(dir: string): number | undefined {
  const file = lockFile(dir);
  const [pid, started] = existsSync(file) ? readFileSync(file, 'utf8').trim().split(' ') : [];
  const holder = Number(pid);
  return holder && isAlive(holder) && startTime(holder) === started ? holder : undefined;
}

function refuseIfHeld(dir: string): void {
  const holder = lockHolder(dir);
  if (holder === undefined || holder === process.pid) return;
  throw new Error(
    `Slipway already runs on ${dir} (process ${holder}): stop that one (Ctrl-C, or \`npm run down\`), or set SLIPWAY_HOME and other ports.`,
  );
}

function lockFile(dir: string): string {
  return join(dir, 'start.lock');
}
