// The scheduler as an add-on: what an app runs by the clock, made, opened and destroyed as Heroku's clients do it.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { OWN_PROVIDERS, PROVIDERS_SOCKET } from '../../../src/model/addon/own-services.js';
import { listen } from '../../../src/providers/listen.js';
import { register } from '../../../src/providers/register.js';
import { SCHEDULER, schedulerContract } from '../../../src/providers/scheduler/scheduler.js';
import { findApp } from '../../../src/store/app/apps.js';
import { insertSchedule } from '../../../src/store/schedule/schedules.js';
import { until } from '../../support/until.js';
import { openAddonWorld, type AddonWorld, type Shown } from '../api/addon-world.js';

let world: AddonWorld;
let close: () => void;

beforeAll(async () => {
  world = await openAddonWorld();
  const { home, ctx } = world.web;
  mkdirSync(join(home, 'run'), { recursive: true });
  const password = await register(ctx.store, SCHEDULER);
  close = await listen(join(home, 'run', PROVIDERS_SOCKET), [{ offer: schedulerContract(ctx.store), password: password ?? '' }]);
});
afterAll(async () => {
  close?.();
  await world?.close();
});

interface Page extends Shown {
  web_url: string | null;
}
const names = async (app: string) => (await world.call<Shown[]>('GET', `/apps/${app}/schedules`)).map(({ name }) => name);
const schedule = (app: string, name: string) =>
  world.call('POST', `/apps/${app}/schedules`, { name, cron: '*/10 * * * *', command: 'rake <tidy>' });

it('is there once asked for by its plan, brings nothing, and an app has one', async () => {
  const app = await world.anApp();
  const before = await world.vars(app);
  const made = await world.call<Page>('POST', `/apps/${app}/addons`, { plan: 'scheduler:standard' });
  expect(made).toMatchObject({ state: 'provisioned', plan: { name: 'scheduler:standard' }, billed_price: { cents: 0 }, config_vars: [] });
  expect(made.provision_message).toContain('paas schedule:add');
  expect(await world.vars(app)).toEqual(before);
  expect(await world.refused('POST', `/apps/${app}/addons`, { plan: 'scheduler' })).toMatch(/^422 /);
  expect(await world.refused('POST', `/apps/${await world.anApp()}/addons`, { plan: 'scheduler:large' })).toMatch(/^404 |^422 /);
});

it('has a page that tells what is scheduled', async () => {
  const app = await world.anApp();
  const made = await world.call<Page>('POST', `/apps/${app}/addons`, { plan: 'scheduler' });
  const page = async () => {
    const { web_url: url } = await world.call<Page>('GET', `/addons/${made.id}`);
    const { pathname, search } = new URL(url ?? '');
    const answer = await fetch(world.web.url + pathname + search);
    return { status: answer.status, kept: answer.headers.get('cache-control'), text: await answer.text() };
  };
  expect(await page()).toMatchObject({ status: 200, kept: 'no-store', text: expect.stringContaining('Nothing is scheduled.') as string });
  await schedule(app, 'tidy');
  const { text } = await page();
  expect(text).toContain(`<h1>Schedules of ${app}</h1>`);
  expect(text).toMatch(
    /<dt>tidy<\/dt><dd><code>rake &lt;tidy&gt;<\/code><br>\*\/10 \* \* \* \* \(UTC\), next [-\d]+ \d\d:\d0 UTC, never ran/,
  );
  expect(text).not.toContain(OWN_PROVIDERS);
});

it('takes what people scheduled along, and leaves what an app.json does', async () => {
  const app = await world.anApp();
  const { id } = await world.call<Page>('POST', `/apps/${app}/addons`, { plan: 'scheduler' });
  await schedule(app, 'mine');
  const other = await world.anApp();
  await schedule(other, 'of-another');
  const { store } = world.web.ctx;
  const appId = (await findApp(store, app))!.id;
  const wish = { cron: '0 3 * * *', timezone: 'UTC', command: 'true', size: null, allowOverlap: false };
  await insertSchedule(store, { ...wish, appId, name: 'of-the-release', origin: 'app.json', dueAt: new Date('2100-01-01') });
  await world.call('DELETE', `/apps/${app}/addons/${id}`, {});
  await until(() => world.stateOf(id)).toBe('deprovisioned');
  expect(await names(app)).toEqual(['of-the-release']);
  expect(await names(other)).toEqual(['of-another']);
  // It can be had again, and an app that is destroyed takes it along.
  const again = await world.call<Page>('POST', `/apps/${app}/addons`, { plan: 'scheduler:standard' });
  await world.call('DELETE', `/apps/${app}`);
  await until(() => world.stateOf(again.id)).toBe('deprovisioned');
});
