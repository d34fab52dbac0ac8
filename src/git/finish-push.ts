// The end of a push that was cut off while it was built: where its release was made all the same, its ref follows, so
// that whoever pushes or fetches next finds what runs.
import { execFile } from 'node:child_process';
import { readFile, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { log } from '../lib/log.js';
import { KEPT_PUSH_DIR, KEPT_PUSH_FILE, parseKeptPush, type KeptPush } from '../model/git/kept-push.js';
import { latestPushedBuild } from '../store/build/builds.js';
import type { Store } from '../store/open-store.js';
import { pointHead } from './repos/point-head.js';

const run = promisify(execFile);

/** Tidies up after the app's last push, which must have ended. Costs one look at a file when there is nothing to do. */
export async function finishPush(store: Store, { repoDir, app }: { repoDir: string; app: { id: string; name: string } }): Promise<void> {
  const dir = join(repoDir, KEPT_PUSH_DIR);
  const text = await readFile(join(dir, KEPT_PUSH_FILE), 'utf8').catch(() => null);
  if (text === null) return;
  const push = parseKeptPush(text);
  if (push && (await readRef(repoDir, push.ref)) !== push.new) {
    const build = await latestPushedBuild(store, app.id);
    if (build?.commit === push.new && build.releaseId !== null) await follow({ repoDir, dir, app: app.name }, push);
    // Its builder is about to hear of the end; the next who asks may know more.
    else if (build?.commit === push.new && build.status === 'pending') return;
  }
  await rm(dir, { recursive: true, force: true });
}

/** Takes up what the push brought, and moves the ref, unless it has moved otherwise. */
async function follow({ repoDir, dir, app }: { repoDir: string; dir: string; app: string }, push: KeptPush): Promise<void> {
  // A pack is seen by its index.
  const names = (await readdir(dir))
    .filter((name) => name !== KEPT_PUSH_FILE)
    .sort()
    .reverse();
  for (const name of names) await rename(join(dir, name), join(repoDir, 'objects', 'pack', name));
  try {
    await run('git', ['update-ref', push.ref, push.new, push.old], { cwd: repoDir });
    await pointHead(repoDir);
    log('push-finished', { app, ref: push.ref, commit: push.new });
  } catch (error) {
    log('push-not-finished', { app, ref: push.ref, commit: push.new, error: (error as Error).message });
  }
}

async function readRef(repoDir: string, ref: string): Promise<string | null> {
  // A ref that has just moved is a file of its own.
  const loose = await readFile(join(repoDir, ref), 'utf8').catch(() => '');
  if (loose !== '') return loose.trim();
  const asked = run('git', ['rev-parse', '--verify', '--quiet', ref], { cwd: repoDir });
  return asked.then(
    ({ stdout }) => stdout.trim(),
    () => null,
  );
}
