// Webhooks, as they are seen from a terminal.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openShell, type Shell } from '../../support/shell.js';
import { until } from '../../support/until.js';
import { openWeb, type OpenWeb } from '../web/open-web.js';

let web: OpenWeb;
let shell: Shell;

beforeAll(async () => {
  web = await openWeb();
  shell = await openShell({ PAAS_API_URL: web.url, PAAS_API_KEY: web.adminToken, PAAS_APP: 'shop' });
});
afterAll(async () => {
  await shell?.remove();
  await web?.stop();
});

async function ok(command: string): Promise<string> {
  const result = await shell.run(command);
  expect({ command, ...result }).toMatchObject({ command, code: 0 });
  return result.stdout;
}

it('are added, changed, watched and removed', async () => {
  await ok('paas create shop');
  expect(await ok('paas webhooks')).toContain('shop has no webhooks.');
  const made = await ok('paas webhooks:add --url https://127.0.0.1:1/hook --include api:release,api:build --level notify');
  expect(made).toMatch(/=== Webhooks Signing Secret\n[0-9a-f]{60}\n/);
  const [id] = /[0-9a-f-]{36}/.exec(await ok('paas webhooks'))!;
  await ok(`paas webhooks:update ${id.slice(0, 8)} --include api:release`);
  expect(await ok(`paas webhooks:info ${id}`)).toMatch(/Include: +api:release\n/);
  await ok('paas config:set KEY=value');
  await until(() => ok('paas webhooks:deliveries --status failed')).toContain('127.0.0.1 is not on the public internet');
  const [delivery] = /[0-9a-f-]{36}/.exec(await ok('paas webhooks:deliveries'))!;
  expect(await ok(`paas webhooks:deliveries:info ${delivery.slice(0, 8)}`)).toContain('"description": "Set KEY config vars"');
  const [event] = /[0-9a-f-]{36}/.exec(await ok('paas webhooks:events'))!;
  expect(await ok(`paas webhooks:events:info ${event}`)).toContain('"resource": "release"');
  await ok(`paas webhooks:remove ${id.slice(0, 8)}`);
  expect(await ok('paas webhooks')).toContain('shop has no webhooks.');
}, 120_000);
