// How much room a repository takes, as the API shows it.
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { updateApp } from '../../store/app/apps.js';
import type { Store } from '../../store/open-store.js';

/** Notes the size of an app's repository. */
export async function noteRepoSize(store: Store, o: { appId: string; repoDir: string }): Promise<void> {
  await updateApp(store, o.appId, { repoSize: await measureRepo(o.repoDir) });
}

/** Bytes of all files. One that goes meanwhile counts for nothing. */
export async function measureRepo(dir: string): Promise<number> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  let bytes = 0;
  for (const entry of entries)
    if (entry.isFile()) bytes += (await lstat(join(entry.parentPath, entry.name)).catch(() => ({ size: 0 }))).size;
  return bytes;
}
