// Builds that are cancelled, builders that die, queues that are lost: nobody waits for ever, nothing is left behind.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cancelBuild } from '../../../src/actions/build/cancel-build.js';
import { readOutput } from '../../../src/bus/output.js';
import { ofHome, BUILD_LABEL } from '../../../src/docker/labels.js';
import type { App } from '../../../src/model/app.js';
import { DEFAULT_STACK } from '../../../src/model/build/stack.js';
import { claimBuild, findBuild, insertBuild } from '../../../src/store/build/builds.js';
import { untilSo } from '../../support/until.js';
import { startWorld, type Files, type World } from './world.js';

let world: World;

beforeAll(async () => {
  world = await startWorld({ spareBuilds: 0 });
});

afterAll(() => world?.stop());

const app: Files = { Procfile: 'web: true\n' };
const slow = () => world.packTarball({ 'bin/detect': '#!/bin/bash\necho Slow\n', 'bin/compile': '#!/bin/bash\necho begun; sleep 300\n' });

async function containers(build: { id: string }) {
  return world.engine.listContainers({ all: true, filters: ofHome(world.homeId, `${BUILD_LABEL}=${build.id}`) });
}

async function hasBegun(id: string): Promise<void> {
  await untilSo('the build has begun', async () =>
    (await readOutput(world.ctx.bus, id)).chunks.some((chunk) => chunk.text.includes('begun')),
  );
}

describe('a build', () => {
  it('that is cancelled ends its container', async () => {
    const build = await world.begin(await world.newApp(), app, { buildpacks: [await slow()] });
    await hasBegun(build.id);
    expect(await cancelBuild(world.ctx, build, 'Build cancelled by jane@example.com.')).toBe(true);
    await untilSo('the container is gone', async () => (await containers(build)).length === 0);
    const { build: ended, output } = await world.ended(build.id);
    expect(ended).toMatchObject({ status: 'failed', failure: 'Build cancelled by jane@example.com.' });
    expect(output).toMatch(/begun\n\n !     Build cancelled by jane@example\.com\.\n !     Push failed\n$/);
  });

  it('under way when the builder is stopped ends with a word', async () => {
    const build = await world.begin(await world.newApp(), app, { buildpacks: [await slow()] });
    await hasBegun(build.id);
    await world.restart();
    const { build: ended, output } = await world.ended(build.id);
    expect(ended.failure).toBe('The builder was stopped while it worked on this build. Push again.');
    expect(output).toContain(' !     The builder was stopped while it worked on this build. Push again.\n');
    await untilSo('the container is gone', async () => (await containers(build)).length === 0);
  });
});

it('a builder that is stopped as soon as it is up leaves nothing that it had begun', async () => {
  await world.restart();
  await world.halt();
  const all = () => world.engine.listContainers({ all: true, filters: ofHome(world.homeId) });
  expect(await all()).toEqual([]);
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  expect(await all()).toEqual([]);
  await world.restart();
});

it('the network of builds is made again when someone has removed it', async () => {
  const target = await world.newApp();
  const networks = () => world.engine.listNetworks({ filters: ofHome(world.homeId) });
  expect((await world.push(target, app)).build.status).toBe('succeeded');
  await untilSo(
    'no container is left',
    async () => (await world.engine.listContainers({ all: true, filters: ofHome(world.homeId) })).length === 0,
  );
  const [network] = await networks();
  // It may still have the end of a container on it.
  await untilSo('the network is gone', () =>
    world.engine
      .getNetwork(network!.Id)
      .remove()
      .then(
        () => true,
        () => false,
      ),
  );
  expect((await world.push(target, app)).build.status).toBe('succeeded');
  expect((await networks()).map(({ Name }) => Name)).toEqual([network!.Name]);
});

describe('a builder that starts', () => {
  const row = (target: App) =>
    insertBuild(world.ctx.store, {
      appId: target.id,
      userId: world.user.id,
      origin: 'git',
      stack: target.buildStack,
      source: `http://127.0.0.1:9/${randomUUID()}`,
      commit: null,
      sourceDescription: null,
      buildpacks: [],
    });

  it('ends what it had begun in an earlier life, and removes its containers', async () => {
    const build = await row(await world.newApp());
    await claimBuild(world.ctx.store, build.id, 'test-node');
    const other = await row(await world.newApp());
    await claimBuild(world.ctx.store, other.id, 'other-node');
    const left = await world.engine.createContainer({
      Image: world.settings.images[DEFAULT_STACK]!.build,
      Cmd: ['sleep', '300'],
      Labels: { 'slipway.home': world.homeId, 'slipway.build': build.id, 'slipway.builder': 'test-node' },
    });
    await left.start();
    await world.restart();
    expect((await findBuild(world.ctx.store, build.id))?.failure).toBe(
      'The builder was restarted while it worked on this build. Push again.',
    );
    expect((await findBuild(world.ctx.store, other.id))?.status).toBe('pending');
    expect(
      await left.inspect().then(
        () => 'there',
        () => 'gone',
      ),
    ).toBe('gone');
  });

  it('takes builds whose job was lost', async () => {
    const build = await row(await world.newApp());
    await world.restart();
    await untilSo('the build has ended', async () => (await findBuild(world.ctx.store, build.id))?.status === 'failed');
    expect((await findBuild(world.ctx.store, build.id))?.failure).toMatch(/^The source can't be fetched from 127\.0\.0\.1:9/);
  });
});

describe('a container that is killed in mid-build', () => {
  it('fails the build, and the next one finds the cache as it was', async () => {
    const pkg = {
      scripts: { start: 'node .', 'heroku-cleanup': '[ ! -f hang ] || { echo begun; sleep 300; }' },
      dependencies: { ms: '2.1.3' },
    };
    const files: Files = { 'package.json': JSON.stringify(pkg), 'index.js': '' };
    const target = await world.newApp();
    await world.push(target, files);
    // Once with the same packages, which are then in use, and once with others.
    const changed = { 'package.json': JSON.stringify({ ...pkg, dependencies: { ms: '2.1.2' } }) };
    for (const hanging of [
      { ...files, hang: '' },
      { ...files, ...changed, hang: '' },
    ])
      await beginAndKill(target, hanging);
    const next = await world.push(target, { ...files, 'index.js': '// changed' });
    expect(next.output).toContain('Nothing to install: the packages are those of the last build.');
    expect(next.build.status).toBe('succeeded');
    expect((await world.list(next.slug!.base[1] ?? next.slug!)).join()).toContain('node_modules/ms/');
  }, 120_000);

  async function beginAndKill(target: App, files: Files): Promise<void> {
    const build = await world.begin(target, files);
    await hasBegun(build.id);
    for (const { Id } of await containers(build)) await world.engine.getContainer(Id).kill();
    const { output } = await world.ended(build.id);
    expect(output).toContain(' !     Build was stopped from inside its container (exit status 137). Push again.\n');
  }
});
