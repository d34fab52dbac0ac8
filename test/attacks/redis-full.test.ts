// Somebody who fills what all share in Redis: the platform says so, does what it can without, and goes on by itself.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { appendOutput, readOutput } from '../../src/bus/output.js';
import { openOutput } from '../../src/bus/gather-output.js';
import { appendBatch, readBatches } from '../../src/bus/log-lines.js';
import { readMemory, REDIS_FULL } from '../../src/bus/redis-memory.js';
import { platformLine } from '../../src/model/logs/log-line.js';
import { findApp } from '../../src/store/app/apps.js';
import { listPendingBuilds } from '../../src/store/build/builds.js';
import { git, openWeb, type OpenWeb } from '../integration/hook/open-web.js';
import { startStores } from '../support/stores.js';

let web: OpenWeb;

beforeAll(async () => {
  web = await openWeb({ stores: await startStores({ redisMemoryMb: 16 }) });
});
afterAll(() => web?.stop());

const ask = async (method: string, path: string, body?: object) => {
  const headers = {
    authorization: `Bearer ${web.token}`,
    accept: 'application/vnd.heroku+json; version=3',
    'content-type': 'application/json',
  };
  const answer = await fetch(`http://127.0.0.1:${web.web.port}${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) });
  return { status: answer.status, body: (await answer.json()) as { message?: string; problems?: string[]; stores?: object } };
};
const problems = async () => (await ask('GET', '/healthz')).body.problems ?? [];
const FULL = 'redis: full (it has what SLIPWAY_REDIS_MEMORY lets it take)';

/** Takes all there is, to the last kilobytes. */
async function fill(): Promise<void> {
  for (const bytes of [100_000, 1_000, 50]) {
    for (let index = 0; ; index += 1) {
      const isTaken = await web.ctx.bus.redis.set(`junk:${bytes}:${index}`, 'x'.repeat(bytes)).then(
        () => true,
        () => false,
      );
      if (!isTaken) break;
    }
  }
}

async function free(): Promise<void> {
  for await (const keys of web.ctx.bus.redis.scanStream({ match: 'junk:*' })) {
    if ((keys as string[]).length > 0) await web.ctx.bus.redis.del(...(keys as string[]));
  }
}

it('full to the last byte: told, changes and pushes refused in words, nothing ends, and all goes on when there is room', async () => {
  const app = await web.anApp('full');
  const dir = join(web.dir, 'trees', 'full');
  await mkdir(dir, { recursive: true });
  await git(dir, 'init', '-q', '-b', 'main');
  await git(dir, 'commit', '-q', '--allow-empty', '-m', 'First');
  await fill();
  await expect.poll(problems).toContain(FULL);
  expect(await ask('PATCH', '/apps/full/config-vars', { A: '1' })).toMatchObject({
    status: 503,
    body: { id: 'unavailable', message: REDIS_FULL },
  });
  expect((await ask('GET', '/apps/full')).status).toBe(200);
  const refused = await git(dir, 'push', web.remote('full'), 'main');
  expect(refused.code).not.toBe(0);
  expect(refused.remote).toContain(` !     ${REDIS_FULL}`);
  expect(await listPendingBuilds(web.ctx.store, app.id)).toEqual([]);
  for (let index = 0; index < 20; index += 1) web.ctx.lines.write(app.id, platformLine(Date.now(), 'web.1', `lost ${index}`));
  const output = openOutput(web.ctx.bus, { id: 'a-build', of: 'build', maxBytes: 1e6 });
  await fill();
  output.say('said while it was full\n');
  await output.flush();
  expect((await ask('DELETE', '/apps/full/dynos')).status).not.toBe(500);

  await free();
  await expect.poll(problems).not.toContain(FULL);
  expect((await ask('PATCH', '/apps/full/config-vars', { A: '1' })).status).toBe(200);
  output.say('said afterwards\n');
  await output.flush();
  const said = (await readOutput(web.ctx.bus, 'a-build')).chunks.map(({ text }) => text).join('');
  expect(said).toBe('\n !     A part of the output could not be kept.\nsaid afterwards\n');
  const logged = async () => (await readBatches(web.ctx.bus, app.id)).map(({ text }) => text).join('');
  await expect.poll(logged).toMatch(/heroku\[logplex\]: Error L13: \d+ messages lost since/);
  const pushing = git(dir, 'push', web.remote('full'), 'main');
  await web.finish(await web.succeed(await web.takeBuild(app)), 'succeeded', 'up');
  expect((await pushing).code).toBe(0);
}, 90_000);

it('full of logs and output: what is kept to be read once more gives way by itself', async () => {
  const { bus } = web.ctx;
  const apps = await Promise.all(
    ['loud-a', 'loud-b', 'quiet'].map(async (name) => (await web.anApp(name)) && (await findApp(web.ctx.store, name))!),
  );
  const [loud, other, quiet] = apps.map(({ id }) => id) as [string, string, string];
  await appendBatch(bus, quiet, { text: 'kept\n', count: 1 });
  await appendOutput(bus, 'ended', 'x'.repeat(1_000_000));
  await appendOutput(bus, 'ended', '', true);
  await appendOutput(bus, 'under-way', 'going on\n');
  const line = `${'y'.repeat(10_000)}\n`;
  for (let isTaken = true; isTaken;) {
    const both = [loud, other].map((appId) => appendBatch(bus, appId, { text: line.repeat(10), count: 10 }));
    isTaken = (await Promise.allSettled(both)).every(({ status }) => status === 'fulfilled');
  }
  const share = async () => {
    const { used, most } = readMemory(await bus.redis.info('memory'));
    return used / most;
  };
  expect(await share()).toBeGreaterThan(0.85);
  await expect.poll(share).toBeLessThan(0.8);
  await expect.poll(() => bus.isFull()).toBe(false);
  expect((await ask('PATCH', '/apps/quiet/config-vars', { A: '1' })).status).toBe(200);
  expect((await readBatches(bus, quiet)).map(({ text }) => text).join('')).toContain('kept\n');
  expect((await readOutput(bus, 'under-way')).chunks).toHaveLength(1);
}, 90_000);
