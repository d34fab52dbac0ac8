// Every endpoint, used rightly: its status, and its body as Heroku's schema has it.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findUser } from '../../../src/store/people/users.js';
import { openWeb, ADMIN_EMAIL, type OpenWeb } from '../web/open-web.js';
import { aDeployedApp, aSlug, type DeployedApp } from './a-deployed-app.js';
import { asking } from './asking.js';
import { callAs, type Call } from './client.js';
import { expectContract } from './contract.js';
import { expectHeroku } from './heroku-schema.js';
import { deleteDyno, insertDyno, updateDyno } from '../../../src/store/app/dynos.js';

let web: OpenWeb;
let admin: Call;
let shop: DeployedApp;
const ask = asking(() => admin);

beforeAll(async () => {
  web = await openWeb();
  admin = callAs(() => web.url, web.adminToken);
  shop = await aDeployedApp(web.ctx, (await findUser(web.ctx.store, ADMIN_EMAIL))!, 'shop');
});
afterAll(() => web.stop());

it('the check itself is strict', async () => {
  const app = await ask(200, 'app', 'GET', '/apps/shop');
  for (const wrong of [
    {},
    { ...app, more: 1 },
    { ...app, name: undefined },
    { ...app, web_url: 'nowhere' },
    { ...app, maintenance: 'off' },
  ]) {
    expect(() => expectHeroku('app', wrong)).toThrow();
    expect(() => expectContract('GET', '/apps/shop', { status: 200, headers: new Headers(), body: wrong })).toThrow();
  }
});

describe('features', () => {
  it('are listed, switched on and off, and always on', async () => {
    const listed = async () =>
      (await ask<{ name: string; enabled: boolean }[]>(200, '[app-feature]', 'GET', '/apps/shop/features')).map(
        ({ name, enabled }) => `${name} ${enabled}`,
      );
    expect(await listed()).toEqual([
      'http-boot-check false',
      'http-session-affinity false',
      'https-only false',
      'log-runtime-metrics false',
      'preboot true',
    ]);
    const path = '/apps/shop/features/http-boot-check';
    for (const enabled of [true, true, false]) {
      expect(await ask(200, 'app-feature', 'PATCH', path, { enabled })).toMatchObject({ enabled });
      expect(await listed()).toEqual([
        `http-boot-check ${enabled}`,
        'http-session-affinity false',
        'https-only false',
        'log-runtime-metrics false',
        'preboot true',
      ]);
    }
    expect(await ask(200, 'app-feature', 'PATCH', '/apps/shop/features/preboot', { enabled: true })).toMatchObject({ enabled: true });
    await ask(422, null, 'PATCH', '/apps/shop/features/preboot', { enabled: false });
    await ask(404, null, 'PATCH', '/apps/shop/features/constructor', { enabled: true });
  });
});

describe('apps', () => {
  it('are created, listed, changed and destroyed', async () => {
    const app = await ask(201, 'app', 'POST', '/apps', { name: 'fresh', region: 'us', stack: 'slipway-12', feature_flags: [] });
    expect(app).toMatchObject({
      name: 'fresh',
      git_url: `${web.url}/fresh.git`,
      web_url: 'http://fresh.localhost:8080/',
      create_status: 'complete',
      owner: { email: ADMIN_EMAIL },
    });
    expect(await ask(200, 'app', 'GET', '/apps/fresh')).toMatchObject({ id: app['id'] });
    expect(await ask(200, 'app', 'GET', `/apps/${String(app['id'])}`)).toMatchObject({ name: 'fresh' });
    expect(await ask(200, '[app]', 'GET', '/apps')).toHaveLength(2);
    expect(await ask(200, 'app', 'PATCH', '/apps/fresh', { maintenance: true })).toMatchObject({ maintenance: true });
    expect(await ask(200, 'app', 'PATCH', '/apps/fresh', { build_stack: 'slipway-12' })).toMatchObject({
      build_stack: { name: 'slipway-12' },
    });
    expect(await ask(200, 'app', 'PATCH', '/apps/fresh', { name: 'renamed' })).toMatchObject({
      name: 'renamed',
      git_url: `${web.url}/renamed.git`,
    });
    await ask(404, null, 'GET', '/apps/fresh');
    expect(await ask(200, 'app', 'DELETE', '/apps/renamed')).toMatchObject({ name: 'renamed' });
    await ask(404, null, 'GET', '/apps/renamed');
  });

  it('get a name when none is given', async () => {
    const app = await ask<{ name: string }>(201, 'app', 'POST', '/apps');
    expect(app.name).toMatch(/^[a-z]+-[a-z]+-\d{5}$/);
    await ask(200, 'app', 'DELETE', `/apps/${app.name}`);
  });
});

describe('config vars', () => {
  it('are merged, removed with null, and kept with each release', async () => {
    await ask(201, 'app', 'POST', '/apps', { name: 'vars' });
    expect(await ask(200, 'config-var/definitions/config_vars', 'PATCH', '/apps/vars/config-vars', { A: '1', B: 'x y' })).toEqual({
      A: '1',
      B: 'x y',
    });
    expect(await ask(200, 'config-var/definitions/config_vars', 'PATCH', '/apps/vars/config-vars', { A: null, C: '' })).toEqual({
      B: 'x y',
      C: '',
    });
    expect(await ask(200, 'config-var/definitions/config_vars', 'GET', '/apps/vars/config-vars')).toEqual({ B: 'x y', C: '' });
    const releases = await ask<{ version: number; description: string }[]>(200, '[release]', 'GET', '/apps/vars/releases');
    expect(releases.map((each) => each.description)).toEqual([
      'Initial release',
      'Enable Logplex',
      'Set A, B config vars',
      'Set C config vars; Remove A config vars',
    ]);
    expect(await ask(200, null, 'GET', '/apps/vars/releases/3/config-vars')).toEqual({ A: '1', B: 'x y' });
    await ask(200, null, 'PATCH', '/apps/vars/config-vars', { B: 'x y', NONE: null, toString: null });
    expect(await ask(200, '[release]', 'GET', '/apps/vars/releases')).toHaveLength(4);
  });
});

describe('releases', () => {
  it('are found by id and by version, one is current', async () => {
    const byId = await ask(200, 'release', 'GET', `/apps/shop/releases/${shop.release.id}`);
    expect(byId).toMatchObject({
      version: 3,
      current: true,
      status: 'succeeded',
      eligible_for_rollback: true,
      slug: { id: shop.slug.id },
      description: 'Deploy a1b2c3d4',
      output_stream_url: null,
    });
    expect(await ask(200, 'release', 'GET', '/apps/shop/releases/3')).toEqual(byId);
    expect(await ask(200, 'release', 'GET', '/apps/shop/releases/v3')).toEqual(byId);
    const all = await ask<{ current: boolean }[]>(200, '[release]', 'GET', '/apps/shop/releases');
    expect(all.map((each) => each.current)).toEqual([false, false, true]);
  });

  it('release a slug again, with its output where it has a release command', async () => {
    const slug = await aSlug(web.ctx, shop.app, { processTypes: { web: 'x', release: 'migrate' } });
    const made = await ask(201, 'release', 'POST', '/apps/shop/releases', { slug: slug.id });
    expect(made).toMatchObject({
      status: 'pending',
      description: 'deploy',
      current: false,
      output_stream_url: expect.stringMatching(/\/streams\/releases\//),
    });
  });

  it('roll back, to a release named by id or version', async () => {
    expect(await ask(201, 'release', 'POST', '/apps/shop/releases', { release: shop.release.id })).toMatchObject({
      description: 'Rollback to v3',
      slug: { id: shop.slug.id },
    });
    expect(await ask(201, 'release', 'POST', '/apps/shop/releases', { release: 'v3' })).toMatchObject({ description: 'Rollback to v3' });
  });

  it('come in pieces', async () => {
    const first = await admin('GET', '/apps/shop/releases', undefined, { range: 'version ..; max=2, order=desc' });
    expect(first.status).toBe(206);
    expectHeroku('[release]', first.body);
    const next = first.headers.get('next-range') ?? '';
    expect(next).toMatch(/^version \]\d+\.\.; max=2, order=desc$/);
    expect(first.headers.get('accept-ranges')).toBe('version, id, created_at');
    const second = await admin('GET', '/apps/shop/releases', undefined, { range: next });
    const versions = (answer: { body: unknown }) => (answer.body as { version: number }[]).map((each) => each.version);
    expect(versions(second)[0]).toBe(versions(first)[1]! - 1);
  });
});

describe('builds', () => {
  it('start, are found, and are cancelled while pending', async () => {
    const { source_blob: blob } = await ask<{ source_blob: { get_url: string; put_url: string } }>(201, 'source', 'POST', '/sources');
    const upload = await fetch(blob.put_url, { method: 'PUT', body: 'some tar' });
    expect(upload.status).toBe(201);
    const build = await ask<{ id: string; source_blob: { url: string } }>(201, 'build', 'POST', '/apps/shop/builds', {
      source_blob: { url: blob.get_url, version: 'v1.2', version_description: 'Two' },
      buildpacks: [{ url: 'https://github.com/x/y.git' }, { name: 'heroku/nodejs' }],
    });
    expect(build).toMatchObject({
      status: 'pending',
      slug: null,
      release: null,
      source_blob: { version: 'v1.2', version_description: 'Two' },
    });
    expect(build).toMatchObject({ buildpacks: [{ url: 'https://github.com/x/y.git' }, { name: 'slipway/nodejs' }] });
    expect(await (await fetch(build.source_blob.url)).text()).toBe('some tar');
    expect(await ask(200, 'build', 'GET', `/apps/shop/builds/${build.id}`)).toEqual(build);
    expect(await ask(404, null, 'GET', `/apps/shop/builds/${build.id}/commit`)).toMatchObject({ id: 'not_found' });
    expect(await ask(409, null, 'POST', '/apps/shop/builds', { source_blob: { url: blob.get_url } })).toMatchObject({ id: 'conflict' });
    expect(await ask(200, 'build', 'DELETE', `/apps/shop/builds/${build.id}`)).toMatchObject({ status: 'failed', cancelled: true });
    expect(await ask(422, null, 'DELETE', `/apps/shop/builds/${build.id}`)).toEqual({
      id: 'invalid_params',
      message: `Can only cancel pending builds. Build ${build.id} has status 'failed'`,
    });
    await ask(200, '[build]', 'GET', '/apps/shop/builds');
  });
});

describe('slugs', () => {
  it('show where their archive is', async () => {
    const slug = await ask<{ blob: { url: string } }>(200, 'slug', 'GET', `/apps/shop/slugs/${shop.slug.id}`);
    expect(slug).toMatchObject({
      checksum: `SHA256:${shop.slug.digest}`,
      size: 1234,
      process_types: { web: 'npm start' },
      blob: { method: 'get' },
    });
    expect((await fetch(slug.blob.url)).status).toBe(404);
  });
});

describe('formation', () => {
  it('is shown and changed, whole or one type', async () => {
    const all = await ask<{ id: string }[]>(200, '[formation]', 'GET', '/apps/shop/formation');
    expect(all).toMatchObject([
      { type: 'web', quantity: 1, size: 'Basic', command: expect.any(String) },
      { type: 'worker', quantity: 0 },
    ]);
    const scaled = await ask(200, '[formation]', 'PATCH', '/apps/shop/formation', {
      updates: [
        { type: 'web', quantity: '+1', size: 'standard-2x' },
        { type: 'worker', quantity: 3 },
      ],
    });
    expect(scaled).toMatchObject([
      { type: 'web', quantity: 2, size: 'Standard-2X' },
      { type: 'worker', quantity: 3 },
    ]);
    expect(await ask(200, 'formation', 'PATCH', '/apps/shop/formation/web', { quantity: '-1' })).toMatchObject({ quantity: 1 });
    expect(await ask(200, 'formation', 'PATCH', '/apps/shop/formation/web', { dyno_size: { name: 'basic' } })).toMatchObject({
      quantity: 1,
      size: 'Basic',
    });
    expect(await ask(200, 'formation', 'GET', '/apps/shop/formation/worker')).toMatchObject({ quantity: 3 });
    expect(await ask(200, 'formation', 'GET', `/apps/shop/formation/${all[0]!.id}`)).toMatchObject({ type: 'web' });
  });
});

describe('dynos', () => {
  it('are listed and found', async () => {
    expect(await ask(200, '[dyno]', 'GET', '/apps/shop/dynos')).toMatchObject([{ name: 'web.1', state: 'up', release: { version: 3 } }]);
    expect(await ask(200, 'dyno', 'GET', '/apps/shop/dynos/web.1')).toMatchObject({ id: shop.dyno.id });
    expect(await ask(200, 'dyno', 'GET', `/apps/shop/dynos/${shop.dyno.id}`)).toMatchObject({ name: 'web.1' });
  });

  it.each([
    ['DELETE', '/apps/shop/dynos'],
    ['DELETE', '/apps/shop/dynos/web.1'],
    ['POST', '/apps/shop/dynos/web.1/actions/stop'],
    ['DELETE', '/apps/shop/formations/web'],
    ['POST', '/apps/shop/formations/web/actions/stop'],
  ])('are restarted: %s %s', async (method, path) => {
    const heard: unknown[] = [];
    const stop = await web.ctx.bus.subscribe('dynos-restart', (message) => heard.push(message));
    expect(await ask(202, null, method, path)).toEqual({});
    await expect.poll(() => heard).toMatchObject([{ appId: shop.app.id }]);
    stop();
  });
});

describe('dynos of a release that crashes', () => {
  it('are listed beside those that go on serving, and these can be ended', async () => {
    const { id: _id, createdAt: _createdAt, updatedAt: _updatedAt, ...serving } = shop.dyno;
    const crashed = await insertDyno(web.ctx.store, { ...serving, state: 'crashed', crashes: 2, releaseVersion: 4 });
    const states = async () =>
      (await ask<{ name: string; state: string; release: { version: number } }[]>(200, '[dyno]', 'GET', '/apps/shop/dynos')).map(
        (dyno) => `${dyno.name} ${dyno.state} v${dyno.release.version}`,
      );
    expect(await states()).toEqual(['web.1 up v3', 'web.1 crashed v4']);
    expect(await ask(202, '[dyno]', 'POST', '/apps/shop/dynos/actions/stop-old')).toMatchObject([{ id: shop.dyno.id, name: 'web.1' }]);
    expect(await states()).toEqual(['web.1 crashed v4']);
    expect(await ask(202, '[dyno]', 'POST', '/apps/shop/dynos/actions/stop-old')).toEqual([]);
    await updateDyno(web.ctx.store, shop.dyno.id, { state: 'up' });
    await deleteDyno(web.ctx.store, crashed.id);
  });
});

describe('the rest', () => {
  it('buildpacks are set and cleared', async () => {
    expect(await ask(200, '[buildpack-installation]', 'GET', '/apps/shop/buildpack-installations')).toEqual([]);
    const answer = await admin(
      'PUT',
      '/apps/shop/buildpack-installations',
      { updates: [{ buildpack: 'heroku/nodejs' }, { buildpack: 'https://example.com/b.tgz' }] },
      { range: '' },
    );
    expectHeroku('[buildpack-installation]', answer.body);
    expect(await ask(200, null, 'GET', '/apps/shop/buildpack-installations')).toEqual([
      { ordinal: 0, buildpack: { url: 'urn:buildpack:slipway/nodejs', name: 'slipway/nodejs' } },
      { ordinal: 1, buildpack: { url: 'https://example.com/b.tgz', name: 'https://example.com/b.tgz' } },
    ]);
    expect(await ask(200, null, 'PUT', '/apps/shop/buildpack-installations', { updates: [] })).toEqual([]);
  });

  it('a log session has a URL that tells nothing by itself', async () => {
    const session = await ask<{ logplex_url: string }>(201, 'log-session', 'POST', '/apps/shop/log-sessions', {
      lines: 10,
      tail: true,
      dyno: 'web',
      source: 'app',
    });
    expect(session.logplex_url).toMatch(new RegExp(`^${web.url}/streams/logs/[\\w-]+\\.[\\w-]+$`));
    await ask(201, 'log-session', 'POST', '/apps/shop/log-sessions');
  });

  it('what there is to choose from', async () => {
    expect(await ask(200, '[stack]', 'GET', '/stacks')).toMatchObject([
      { name: 'slipway-12', default: true },
      { name: 'slipway-13', default: false },
    ]);
    await ask(200, 'stack', 'GET', '/stacks/slipway-12');
    await ask(200, '[stack]', 'GET', '/apps/shop/available-stacks');
    await ask(200, '[region]', 'GET', '/regions');
    await ask(200, '[dyno-size]', 'GET', '/dyno-sizes');
    await ask(200, '[dyno-size]', 'GET', '/apps/shop/available-dyno-sizes');
  });
});
