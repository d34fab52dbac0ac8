// The nightly care of repositories: pack those that have grown many packs, remove those whose apps are gone, and locks
// that a killed git has left on refs.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, rm, stat } from 'node:fs/promises';
import { constants, setPriority } from 'node:os';
import { join } from 'node:path';
import { log } from '../../lib/log.js';
import { findApp } from '../../store/app/apps.js';
import type { Store } from '../../store/open-store.js';
import { noteRepoSize } from './repo-size.js';
import { discard } from './repos.js';

const MANY_PACKS = 8;
const YOUNG_MS = 3_600_000;

/** Goes through all repositories, one after the other; a fault in one is logged and spares the rest. */
export async function sweepRepos(o: { reposDir: string; store: Store }): Promise<void> {
  const names = await readdir(o.reposDir).catch(() => []);
  for (const name of names) {
    try {
      await sweepOne(o.store, o.reposDir, name);
    } catch (error) {
      log('repo-sweep-failed', { repo: name, error: (error as Error).message });
    }
  }
}

async function sweepOne(store: Store, reposDir: string, name: string): Promise<void> {
  const path = join(reposDir, name);
  const appId = /^([0-9a-f-]{36})\.git$/.exec(name)?.[1];
  // What has another name was being made or removed when a process ended, or is just now: young ones are left alone.
  if (!appId && Date.now() - (await stat(path)).mtimeMs < YOUNG_MS) return;
  const app = appId && (await findApp(store, appId));
  if (!app) {
    await discard(path);
    log('repo-removed', { repo: name });
    return;
  }
  await removeOldLocks(path, app.name);
  if ((await countPacks(path)) < MANY_PACKS) return;
  const began = performance.now();
  await collect(path);
  await noteRepoSize(store, { appId: app.id, repoDir: path });
  log('repo-packed', { app: app.name, ms: Math.round(performance.now() - began) });
}

/** git holds a ref's lock for a moment only. One that is left would refuse every push to the ref, for ever. */
async function removeOldLocks(path: string, app: string): Promise<void> {
  const refs = await readdir(join(path, 'refs'), { recursive: true }).catch(() => []);
  const locks = ['packed-refs.lock', 'HEAD.lock', ...refs.filter((name) => name.endsWith('.lock')).map((name) => join('refs', name))];
  for (const lock of locks.map((name) => join(path, name))) {
    const found = await stat(lock).catch(() => null);
    if (!found || Date.now() - found.mtimeMs < YOUNG_MS) continue;
    await rm(lock, { force: true });
    log('repo-unlocked', { app, lock });
  }
}

async function countPacks(path: string): Promise<number> {
  const files = await readdir(join(path, 'objects', 'pack')).catch(() => []);
  return files.filter((file) => file.endsWith('.pack')).length;
}

/** git's own collection: what nothing refers to stays for two weeks, so a push under way loses nothing. */
async function collect(path: string): Promise<void> {
  const child = spawn('git', ['gc', '--quiet', '--prune=2.weeks.ago'], { cwd: path, stdio: ['ignore', 'ignore', 'pipe'] });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  if (child.pid) setPriority(child.pid, constants.priority.PRIORITY_LOW);
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(stderr.trim() || `git gc ended with ${code}`);
}
