import { z } from 'zod';
import { setSource } from '../../../actions/app/set-source.js';
import { MOST_WATCHED } from '../../../model/build/source-dir.js';
import { isSourcePending, readSource } from '../../../store/app/source.js';
import type { ApiRouter } from '../../api-router.js';
import type { ApiDeps } from '../../deps.js';
import type { ApiContext } from '../../http.js';
import { AppSource, presentAppSource } from '../../present/app/app-source.js';

const path = z.string('must be a path within the repository').max(1_000);
const Change = z.object({
  dir: path.nullish().describe('directory that is the app; null is the whole repository'),
  watch: z.array(path).max(MOST_WATCHED).nullish().describe('paths that a push must change to build; an empty list is all'),
});

/** Which part of a repository an app is. */
export function mountSource(router: ApiRouter, deps: ApiDeps): void {
  const about = { of: AppSource, gives: AppSource } as const;
  const show = async ({ state: { app } }: ApiContext) => {
    const source = await readSource(deps.store, app.id);
    return presentAppSource(source, await isSourcePending(deps.store, app.id, source.dir));
  };
  router.get('/apps/:app/source', { ...about, title: 'Info', about: 'Shows which part of a repository an app is.', needs: 'view' }, show);

  const changing = { ...about, title: 'Update', about: 'Makes an app a part of a repository.', needs: 'operate', takes: Change } as const;
  router.patch('/apps/:app/source', changing, async (http, { dir, watch }) => {
    const change = { ...(dir !== undefined && { dir }), ...(watch !== undefined && { watch: watch ?? [] }) };
    await setSource(deps, http.state.app, http.state.user, change);
    return show(http);
  });
}
