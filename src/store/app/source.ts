// Which part of a repository an app is.
import type { AppSource } from '../../model/build/source-dir.js';
import type { Store } from '../open-store.js';

export async function readSource({ db }: Store, appId: string): Promise<AppSource> {
  const row = await db.selectFrom('apps').select(['sourceDir', 'watchPaths']).where('id', '=', appId).executeTakeFirst();
  return { dir: row?.sourceDir ?? null, watch: row?.watchPaths ?? [] };
}

/** False when the app is gone. */
export async function writeSource({ db }: Store, appId: string, { dir, watch }: AppSource): Promise<boolean> {
  const change = db.updateTable('apps').set({ sourceDir: dir, watchPaths: watch, updatedAt: new Date() });
  return (await change.where('id', '=', appId).returning('id').executeTakeFirst()) !== undefined;
}

/** Whether the newest build that succeeded was one of another directory, or there is none. */
export async function isSourcePending({ db }: Store, appId: string, dir: string | null): Promise<boolean> {
  const ofApp = db.selectFrom('builds').select('sourceDir').where('appId', '=', appId).where('status', '=', 'succeeded');
  const last = await ofApp.orderBy('createdAt', 'desc').limit(1).executeTakeFirst();
  return last === undefined || last.sourceDir !== dir;
}
