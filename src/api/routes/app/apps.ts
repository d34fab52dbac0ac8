import type { Context } from 'koa';
import { z } from 'zod';
import { createApp } from '../../../actions/app/create-app.js';
import { destroyApp } from '../../../actions/app/destroy-app.js';
import { updateApp } from '../../../actions/app/update-app.js';
import type { App } from '../../../model/app.js';
import { listApps } from '../../../store/app/apps.js';
import type { ApiDeps } from '../../deps.js';
import { parseBody, publicUrl, reply, type ApiRouter } from '../../http.js';
import { wishedStack } from '../../offered-stacks.js';
import { presentApp } from '../../present/app.js';
import { REGION } from '../../present/region.js';
import { replyList } from '../../range.js';
import { usersById } from '../../users-by-id.js';

const name = z.string('must be a string');
const stack = z.string('must be the name of a stack');
const region = z.union([z.literal(REGION.name), z.literal(REGION.id)], `there is one region, ${REGION.name}`);
const NewApp = z.object({ name: name.nullish(), stack: stack.nullish(), region: region.nullish() });
const AppChange = z.object({
  name: name.optional(),
  maintenance: z.boolean('must be true or false').optional(),
  build_stack: stack.optional(),
});

export function mountApps(router: ApiRouter, deps: ApiDeps): void {
  router.get('/apps', async (http) => {
    const { user } = http.state;
    const apps = await listApps(deps.store, user.role === 'admin' ? {} : { ownerId: user.id });
    replyList(http, await presentApps(deps, http, apps), ['name', 'id', 'updated_at']);
  });

  router.post('/apps', async (http) => {
    const wish = await parseBody(http, NewApp);
    const app = await createApp(deps, { user: http.state.user, name: wish.name ?? undefined, stack: wishedStack(deps, wish.stack) });
    reply(http, 201, await present(deps, http, app));
  });

  router.get('/apps/:app', async (http) => reply(http, 200, await present(deps, http, http.state.app)));

  router.patch('/apps/:app', async (http) => {
    const { build_stack: wished, ...change } = await parseBody(http, AppChange);
    const buildStack = wished === undefined ? undefined : wishedStack(deps, wished);
    reply(http, 200, await present(deps, http, await updateApp(deps, http.state.app, http.state.user, { ...change, buildStack })));
  });

  router.delete('/apps/:app', async (http) => {
    const gone = await present(deps, http, http.state.app);
    await destroyApp(deps, http.state.app);
    reply(http, 200, gone);
  });
}

/** Apps with their owners and addresses. */
export async function presentApps(deps: ApiDeps, http: Context, apps: App[]) {
  const owners = await usersById(
    deps.store,
    apps.map((app) => app.ownerId),
  );
  const place = { url: publicUrl(http, deps.place.internalUrl), ...deps.place };
  return apps.map((app) => presentApp(app, owners(app.ownerId), place));
}

async function present(deps: ApiDeps, http: Context, app: App) {
  const [presented] = await presentApps(deps, http, [app]);
  return presented!;
}
