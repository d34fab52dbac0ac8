// Which part of a repository an app is.
import type { App } from '../../model/app.js';
import { MOST_WATCHED, sourcePath, type AppSource } from '../../model/build/source-dir.js';
import { PlatformError } from '../../model/errors.js';
import { apiLine } from '../../model/logs/log-line.js';
import type { User } from '../../model/user.js';
import { lockApp } from '../../store/app/apps.js';
import { readSource, writeSource } from '../../store/app/source.js';
import { inTransaction } from '../../store/open-store.js';
import type { Context } from '../context.js';

/** Changes what is given, from the next build on. Throws `invalid_params` for what is no path within a repository. */
export async function setSource(ctx: Context, app: App, user: User, change: Partial<AppSource>): Promise<AppSource> {
  const dir = typeof change.dir === 'string' ? sourcePath(change.dir, 'dir') : change.dir;
  const watch = change.watch && [...new Set(change.watch.map((path) => sourcePath(path, 'watch')))];
  if (watch && watch.length > MOST_WATCHED) throw new PlatformError('invalid_params', `watch: ${MOST_WATCHED} paths are the most.`);
  const after = await inTransaction(ctx.store, async (store) => {
    if (!(await lockApp(store, app.id))) throw new PlatformError('not_found', "Couldn't find that app.");
    const before = await readSource(store, app.id);
    const changed = { dir: dir === undefined ? before.dir : dir, watch: watch ?? before.watch };
    await writeSource(store, app.id, changed);
    return changed;
  });
  const watching = after.watch.length > 0 ? `, watching ${after.watch.join(', ')}` : '';
  const text = `Set source to ${after.dir ?? 'the whole repository'}${watching} by user ${user.email}`;
  ctx.lines.write(app.id, apiLine(Date.now(), text));
  return after;
}
