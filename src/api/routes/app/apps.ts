import type { Context } from 'koa';
import { z } from 'zod';
import { createApp } from '../../../actions/app/create-app.js';
import { destroyApp } from '../../../actions/app/destroy-app.js';
import { updateApp } from '../../../actions/app/update-app.js';
import type { App as Noun } from '../../../model/app.js';
import { appsSeenBy } from '../../../actions/people/may-on.js';
import { withItems } from '../../../model/page.js';
import { pageOfApps } from '../../../store/app/apps.js';
import { mustMay } from '../../admit.js';
import type { ApiRouter } from '../../api-router.js';
import type { ApiDeps } from '../../deps.js';
import { publicUrl } from '../../http.js';
import { wishedStack } from '../../offered-stacks.js';
import { App, presentApp } from '../../present/app/app.js';
import { REGION } from '../../present/app/region.js';
import { usersById } from '../../users-by-id.js';

const name = z.string('must be a string').describe('unique name of app: letters, digits and dashes');
const stack = z.string('must be the name of a stack').max(100).describe('name or id of a stack');
const region = z.union([z.literal(REGION.name), z.literal(REGION.id)], `there is one region, ${REGION.name}`);
const NewApp = z.object({
  name: name.nullish(),
  stack: stack.nullish(),
  region: region.nullish(),
  feature_flags: z.array(z.string().max(100)).max(100).nullish().describe('features to begin with; there are none here'),
});
const AppChange = z.object({
  name: name.optional(),
  maintenance: z.boolean('must be true or false').optional(),
  build_stack: stack.optional(),
});

export function mountApps(router: ApiRouter, deps: ApiDeps): void {
  const of = App;
  const by = ['name', 'id', 'updated_at'] as const;
  router.list(
    '/apps',
    { of, title: 'List', about: 'Lists your apps; an admin sees those of all.', needs: 'view', gives: App, by },
    async (http, range) => {
      const page = await pageOfApps(deps.store, await appsSeenBy(deps.store, http.state.user), range);
      return withItems(page, await presentApps(deps, http, page.items));
    },
  );

  const creating = { of, title: 'Create', about: 'Creates an app, with a name of its own where none is given.', takes: NewApp } as const;
  router.post('/apps', { ...creating, needs: 'create', gives: App }, async (http, wish) => {
    const app = await createApp(deps, { user: http.state.user, name: wish.name ?? undefined, stack: wishedStack(deps, wish.stack) });
    return present(deps, http, app);
  });

  router.get('/apps/:app', { of, title: 'Info', about: 'Shows an app.', needs: 'view', gives: App }, (http) =>
    present(deps, http, http.state.app),
  );

  const changing = {
    of,
    title: 'Update',
    about: 'Changes name, maintenance mode, or the stack of the next build.',
    takes: AppChange,
  } as const;
  router.patch('/apps/:app', { ...changing, needs: 'operate', gives: App }, async (http, { build_stack: wished, ...change }) => {
    if (change.name !== undefined) mustMay(http, 'manage');
    const buildStack = wished === undefined ? undefined : wishedStack(deps, wished);
    return present(deps, http, await updateApp(deps, http.state.app, http.state.user, { ...change, buildStack }));
  });

  const destroying = { of, title: 'Delete', about: 'Destroys an app with all it has.', gives: App } as const;
  router.delete('/apps/:app', { ...destroying, needs: 'manage' }, async (http) => {
    const gone = await present(deps, http, http.state.app);
    await destroyApp(deps, http.state.app);
    return gone;
  });
}

/** Apps with their owners and addresses. */
export async function presentApps(deps: ApiDeps, http: Context, apps: Noun[]) {
  const owners = await usersById(
    deps.store,
    apps.map((app) => app.ownerId),
  );
  const place = { url: publicUrl(http, deps.place), ...deps.place };
  return apps.map((app) => presentApp(app, owners(app.ownerId), place));
}

async function present(deps: ApiDeps, http: Context, app: Noun) {
  const [presented] = await presentApps(deps, http, [app]);
  return presented!;
}
