// What a push brought is linked aside before its build begins: git drops it when the push is cut off, and the release
// may have been made by then. The git door takes it up, or away (src/git/finish-push.ts).
import { link, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { KEPT_PUSH_DIR, KEPT_PUSH_FILE, keptPushText } from '../model/git/kept-push.js';
import type { RefUpdate } from './push-plan.js';
import type { Repo } from './repo.js';

/** Keeps it; the file that says what it is comes last. */
export async function keepPush(repo: Repo, update: RefUpdate): Promise<void> {
  const dir = join(repo.dir, KEPT_PUSH_DIR);
  const packs = join(repo.env['GIT_QUARANTINE_PATH'] ?? repo.dir, 'pack');
  await rm(dir, { recursive: true, force: true });
  await mkdir(dir);
  const names = (await readdir(packs).catch(() => [])).filter((name) => /\.(pack|idx)$/.test(name));
  await Promise.all(names.map((name) => link(join(packs, name), join(dir, name))));
  await writeFile(join(dir, KEPT_PUSH_FILE), keptPushText(update));
}
