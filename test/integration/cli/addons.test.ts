// Add-ons as a terminal shows them, and as Heroku's own scripts read them.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startProvider, type Provider } from '../../support/provider.js';
import { openShell, type Shell } from '../../support/shell.js';
import { openWeb, type OpenWeb } from '../web/open-web.js';

let web: OpenWeb;
let shell: Shell;
let acme: Provider;

beforeAll(async () => {
  acme = await startProvider('acme', { requires: ['attachable', 'many_per_app', 'syslog_drain'] });
  acme.drainUrl = 'https://logs.acme.example/';
  web = await openWeb({ fetchAllow: [`127.0.0.1:${acme.port}`] });
  shell = await openShell({ PAAS_API_URL: web.url, PAAS_API_KEY: web.adminToken, BROWSER: 'true' });
  writeFileSync(join(web.home, 'manifest.json'), JSON.stringify(acme.manifest));
});
afterAll(async () => {
  await shell?.remove();
  await web?.stop();
  await acme?.stop();
});

async function ok(command: string): Promise<string> {
  const result = await shell.run(command);
  expect({ command, ...result }).toMatchObject({ command, code: 0 });
  return result.stdout + result.stderr;
}

it('from a manifest to an add-on that two apps have, and back', async () => {
  const manifest = join(web.home, 'manifest.json');
  expect((await shell.run(`paas addons:services:add ${manifest}`)).stderr).toContain('has no part api.production');
  expect(await ok(`paas addons:services:add ${manifest} --test`)).toMatch(/Client secret: +[0-9a-f]{64}/);
  expect(await ok('paas addons:services')).toMatch(/acme +Acme +yes/);
  expect(await ok('paas addons:plans acme')).toMatch(/default +acme:basic +Basic +~\$5\/month/);
  expect(await ok('paas create shop --no-remote --addons acme:large')).toContain('Adding acme:large... done');
  await ok('paas create helper --no-remote');
  expect(await ok('paas addons:create acme -a shop --as CACHE --name shop-cache -o region=eu')).toContain(
    'Created shop-cache as CACHE_URL, CACHE_SECRET',
  );
  expect(await ok('paas addons -a shop')).toMatch(/shop-cache +acme:basic +~\$5\/month +created +CACHE/);
  expect(await ok('paas drains:add syslog+tls://logs.example.com:6514 -a shop')).toBe(
    'Successfully added drain syslog+tls://logs.example.com:6514\n',
  );
  const listed = await ok('paas drains -a shop');
  expect(listed).toMatch(/^=== Drains\nsyslog\+tls:\/\/logs\.example\.com:6514 \(d\.\S{36}\)\n=== Add-on Drains\n/);
  expect(listed).toMatch(/\nacme:large \(acme-\S+\)\nacme:basic \(shop-cache\)\n$/);
  expect(await ok('paas drains:remove syslog+tls://logs.example.com:6514 -a shop')).toContain('Successfully removed drain syslog+tls://');
  expect(await ok('paas addons:attach shop-cache -a helper --as LENT')).toContain('Set LENT_URL, LENT_SECRET on helper, v3');
  expect(await ok('paas addons:info CACHE -a shop')).toMatch(/Attachments: +shop::CACHE, helper::LENT/);
  expect(await ok('paas addons:upgrade shop-cache large -a shop')).toContain('Now large.');
  expect(await ok('paas config:get CACHE_URL -a shop')).toBe('acme://large\n');
  await ok('paas addons:open shop-cache -a shop');
  await ok('paas addons:wait -a shop');
  await ok('paas addons:rename shop-cache cache');
  expect((await shell.run('paas addons:detach CACHE -a shop')).stderr).toContain('Cannot destroy last attachment to billing app shop');
  await ok('paas addons:detach LENT -a helper');
  expect((await shell.run('paas addons:destroy cache -a shop')).stderr).toContain('run again with --confirm shop');
  expect(await ok('paas addons:destroy cache -a shop -c shop')).toContain('Destroying cache on shop... done');
  await ok('paas destroy shop -c shop');
  await expect.poll(() => acme.resources.size).toBe(0);
  expect(await ok('paas addons --all')).toContain('You have no add-ons.');
  await expect.poll(async () => (await shell.run('paas addons:services:remove acme')).code).toBe(0);
});
