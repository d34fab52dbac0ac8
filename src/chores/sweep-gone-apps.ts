// What an app has outside the database goes when it is destroyed. Where that was cut short, it goes here: at the next start,
// and each hour.
import { readdir } from 'node:fs/promises';
import type { Context } from '../actions/context.js';
import { deleteLog, listLogs } from '../bus/log-lines.js';
import { log } from '../lib/log.js';
import { isUuid } from '../lib/is-uuid.js';
import { findApp } from '../store/app/apps.js';
import { forgetGoneApps } from '../store/app/metrics.js';

interface Places {
  reposDir: string;
  removeRepo: (appId: string) => Promise<void>;
}

/** Removes the repositories, logs and metrics of apps that are gone. */
export async function sweepGoneApps({ store, bus }: Context, { reposDir, removeRepo }: Places): Promise<void> {
  const repos = (await readdir(reposDir).catch(() => [])).flatMap((name) => (name.endsWith('.git') ? [name.slice(0, -'.git'.length)] : []));
  const isGone = async (id: string) => isUuid(id) && !(await findApp(store, id));
  for (const id of repos) if (await isGone(id)) await removeRepo(id).then(() => log('repo-removed', { app: id }));
  for (const id of await listLogs(bus)) if (await isGone(id)) await deleteLog(bus, id).then(() => log('log-removed', { app: id }));
  await forgetGoneApps(store);
}
