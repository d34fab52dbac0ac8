// What builds keep for the next: purged, outgrown, forgotten.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { purgeBuildCache } from '../../../src/actions/build/purge-build-cache.js';
import { readOutput } from '../../../src/bus/output.js';
import { listCaches } from '../../../src/docker/build/build-volumes.js';
import type { App } from '../../../src/model/app.js';
import { untilSo } from '../../support/until.js';
import { startWorld, type Files, type World } from './world.js';

let world: World;

beforeAll(async () => {
  world = await startWorld({ spareBuilds: 1, buildCacheMb: 20 });
});

afterAll(() => world?.stop());

const files: Files = { Procfile: 'web: true\n' };

/** A buildpack that counts its builds in the cache. */
const counter = (more = 'true') =>
  world.packTarball({
    'bin/detect': '#!/bin/bash\necho Counter\n',
    'bin/compile': `#!/bin/bash\nn=$(cat "$2/n" 2>/dev/null || echo 0); echo "count $((n+1))"; echo $((n+1)) > "$2/n"; ${more}\n`,
  });

const hasVolume = async (app: App) => (await listCaches(world.engine, world.homeId)).includes(app.id);

describe('a purged cache', () => {
  it('gives its room back soon, and the next build begins without', async () => {
    const [app, other] = [await world.newApp(), await world.newApp()];
    const buildpacks = [await counter()];
    for (const each of [app, other]) await world.push(each, files, { buildpacks });
    expect((await world.push(app, files, { buildpacks })).output).toContain('count 2\n');
    await purgeBuildCache(world.ctx, app, world.user);
    await untilSo('the volume is gone', async () => !(await hasVolume(app)));
    expect((await world.push(app, files, { buildpacks })).output).toContain('count 1\n');
    expect((await world.push(other, files, { buildpacks })).output).toContain('count 2\n');
  });

  it('that a build uses stays for that build only', async () => {
    const app = await world.newApp();
    const buildpacks = [await counter('[ "$(cat "$1/wait" 2>/dev/null)" != yes ] || { echo begun; sleep 3; }')];
    await world.push(app, files, { buildpacks });
    const running = await world.begin(app, { ...files, wait: 'yes' }, { buildpacks });
    await untilSo('the build has begun', async () =>
      (await readOutput(world.ctx.bus, running.id)).chunks.some((chunk) => chunk.text.includes('begun')),
    );
    await purgeBuildCache(world.ctx, app, world.user);
    const ended = await world.ended(running.id);
    expect(ended.output).toContain('count 2\n');
    expect(ended.build.status).toBe('succeeded');
    const next = await world.push(app, files, { buildpacks });
    expect(next.output).toContain('count 1\n');
  });

  it('that was never there is no error', async () => {
    const app = await world.newApp();
    await purgeBuildCache(world.ctx, app, world.user);
    expect((await world.push(app, files)).build.status).toBe('succeeded');
  });
});

describe('a cache', () => {
  it('that has grown too large is cleared, and the next build says so', async () => {
    const app = await world.newApp();
    await world.push(app, files, { buildpacks: [await counter('head -c 30000000 /dev/urandom > "$2/big"')] });
    const next = await world.push(app, files, { buildpacks: [await counter()] });
    expect(next.output).toMatch(/ !     The build cache had grown to \d\d MB \(max is 20 MB\) and was cleared\.\n/);
    expect(next.output).toContain('count 1\n');
    expect((await world.push(app, files, { buildpacks: [await counter()] })).output).toContain('count 2\n');
  });

  it('of an app that was not built for long is forgotten', async () => {
    const [old, young] = [await world.newApp(), await world.newApp()];
    for (const each of [old, young]) await world.push(each, files);
    await world.ctx.store.db
      .updateTable('builds')
      .set({ createdAt: new Date(Date.now() - 31 * 86_400_000) })
      .where('appId', '=', old.id)
      .execute();
    await world.restart();
    await untilSo('the volume is gone', async () => !(await hasVolume(old)));
    expect(await hasVolume(young)).toBe(true);
  });
});
