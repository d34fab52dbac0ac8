// `paas releases:wait` in a script: its exit status says how a release went.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DynoState } from '../../../src/model/dyno.js';
import { insertBuild } from '../../../src/store/build/builds.js';
import { openShell, type Shell } from '../../support/shell.js';
import { openWeb, type OpenWeb } from './open-web.js';

let web: OpenWeb;
let shell: Shell;

beforeAll(async () => {
  web = await openWeb();
  shell = await openShell({ PAAS_API_URL: `http://127.0.0.1:${web.web.port}`, PAAS_API_KEY: web.token });
}, 60_000);
afterAll(async () => {
  await shell?.remove();
  await web?.stop();
});

async function aRelease(name: string, types: Record<string, string>) {
  const app = await web.anApp(name);
  const source = { source: 'https://example.com/x.tgz', commit: null, sourceDescription: null };
  const build = await insertBuild(web.ctx.store, {
    appId: app.id,
    userId: web.user.id,
    origin: 'api',
    stack: 'slipway-12',
    ...source,
    buildpacks: [],
  });
  return web.succeed(build, types);
}

test.each<[string, Record<string, string>, 'succeeded' | 'failed', DynoState | undefined, number, string]>([
  ['is-up', { web: 'x' }, 'succeeded', 'up', 0, 'Waiting for v3 of is-up... up\n'],
  ['has-no-web', { worker: 'x' }, 'succeeded', undefined, 0, 'Waiting for v3 of has-no-web... up\n'],
  ['has-crashed', { web: 'x' }, 'succeeded', 'crashed', 1, 'v3 is released, but web.1 crashed while starting.'],
  ['has-failed', { web: 'x', release: 'y' }, 'failed', undefined, 1, 'v3 failed: it is not what runs.'],
])('a release that %s', async (name, types, status, state, code, said) => {
  const release = await aRelease(name, types);
  const waiting = shell.start(`paas releases:wait -a ${name}`);
  await waiting.until('Waiting for v3');
  await web.finish(release, status, state);
  const { stdout, ...ended } = await waiting.ended;
  expect(ended).toEqual({ code, stderr: expect.stringContaining(said) });
  expect(stdout).toBe('');
});

test('one that takes too long, one that is not there, and the answer as JSON', async () => {
  await web.finish(await aRelease('slow', { web: 'x' }), 'succeeded', 'starting');
  expect(await shell.run('paas releases:wait v3 -a slow --timeout 1')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("v3 of slow isn't up yet."),
  });
  expect(await shell.run('paas releases:wait v9 -a slow')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("Couldn't find that release."),
  });
  await web.finish(await aRelease('as-json', { worker: 'x' }), 'succeeded');
  const { stdout } = await shell.run('paas releases:wait -a as-json --json');
  expect(JSON.parse(stdout)).toMatchObject({ version: 3, status: 'succeeded' });
});
