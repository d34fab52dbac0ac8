// Output streams: from the beginning whenever one joins, live, to the end; from the store when Redis has forgotten.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '../../../src/actions/app/create-app.js';
import { createRelease } from '../../../src/actions/release/create-release.js';
import { endBuild } from '../../../src/actions/build/end-build.js';
import { startBuild } from '../../../src/actions/build/start-build.js';
import { appendOutput } from '../../../src/bus/output.js';
import { startPulse } from '../../../src/bus/pulse.js';
import { streamPath } from '../../../src/api/output/signed-path.js';
import type { App } from '../../../src/model/app.js';
import type { Build } from '../../../src/model/build/build.js';
import type { User } from '../../../src/model/user.js';
import { claimBuild } from '../../../src/store/build/builds.js';
import { saveReleaseOutput } from '../../../src/store/app/release-outputs.js';
import { finishRelease } from '../../../src/store/app/releases.js';
import { findUser } from '../../../src/store/people/users.js';
import { aSlug } from '../api/a-deployed-app.js';
import { ADMIN_EMAIL, openWeb, type OpenWeb } from './open-web.js';

let web: OpenWeb;
let user: User;
let stopPulse: () => Promise<void>;

beforeAll(async () => {
  web = await openWeb();
  user = (await findUser(web.ctx.store, ADMIN_EMAIL))!;
  stopPulse = await startPulse(web.ctx.bus, { process: 'builder', node: 'test' });
});
afterAll(async () => {
  await stopPulse();
  await web.stop();
});

let count = 0;
async function anApp(): Promise<App> {
  count += 1;
  return createApp(web.ctx, { user, name: `stream-${count}` });
}

/** A build that a builder has taken. */
async function aBuild(o: { isClaimed?: boolean } = {}): Promise<Build> {
  const build = await startBuild(web.ctx, {
    app: await anApp(),
    user,
    origin: 'api',
    source: 'http://127.0.0.1:1/x',
    commit: null,
    description: null,
  });
  if (o.isClaimed ?? true) await claimBuild(web.ctx.store, build.id, 'test');
  return build;
}

const say = (build: Build, text: string) => appendOutput(web.ctx.bus, build.id, text);
const end = (build: Build) => endBuild(web.ctx, build, { status: 'failed', failure: 'enough' });
const pathOf = (id: string, kind: 'builds' | 'releases' = 'builds', now = Date.now()) =>
  streamPath({ key: web.ctx.store.key, kind, id, now, caller: { userId: user.id, authorizationId: null } });
const urlOf = (id: string, kind: 'builds' | 'releases' = 'builds') => `${web.url}${pathOf(id, kind)}`;

interface Stream {
  status: number;
  type: string;
  /** All that has come so far. */
  text: () => string;
  ended: Promise<string>;
  leave: () => void;
}

async function follow(url: string, headers: Record<string, string> = {}): Promise<Stream> {
  const leaving = new AbortController();
  const response = await fetch(url, { headers, signal: leaving.signal });
  let text = '';
  const read = async () => {
    const decoder = new TextDecoder();
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) text += decoder.decode(chunk, { stream: true });
    return text;
  };
  const ended = read();
  ended.catch(() => undefined);
  return {
    status: response.status,
    type: response.headers.get('content-type') ?? '',
    text: () => text,
    ended,
    leave: () => leaving.abort(),
  };
}

describe("a build's output", () => {
  it('comes live, from the beginning for whoever joins, and ends with the build', async () => {
    const build = await aBuild();
    await say(build, '-----> one\n');
    const early = await follow(urlOf(build.id));
    expect(early).toMatchObject({ status: 200, type: 'text/plain; charset=utf-8' });
    await expect.poll(early.text).toBe('-----> one\n');
    await say(build, '-----> zwö\n');
    await expect.poll(early.text, { interval: 10 }).toBe('-----> one\n-----> zwö\n');
    const late = await follow(urlOf(build.id));
    await expect.poll(late.text).toBe('-----> one\n-----> zwö\n');
    await end(build);
    expect(await early.ended).toBe('-----> one\n-----> zwö\n');
    expect(await late.ended).toBe('-----> one\n-----> zwö\n');
    expect(await (await follow(urlOf(build.id))).ended).toBe('-----> one\n-----> zwö\n');
  });

  it('is read from the store when Redis has forgotten it', async () => {
    const build = await aBuild();
    await say(build, 'kept\n');
    await end(build);
    await web.ctx.bus.redis.del(`output:${build.id}`);
    expect(await (await follow(urlOf(build.id))).ended).toBe('kept\n');
  });

  it('ends also when the end was never said', async () => {
    const build = await aBuild();
    await say(build, 'some\n');
    const stream = await follow(urlOf(build.id));
    await expect.poll(stream.text).toBe('some\n');
    await web.ctx.store.db.updateTable('builds').set({ status: 'failed' }).where('id', '=', build.id).execute();
    expect(await stream.ended).toBe('some\n');
  });

  it('goes on where a client was cut off', async () => {
    const build = await aBuild();
    await say(build, 'abc');
    await say(build, 'def');
    await say(build, 'ghi');
    await end(build);
    expect(await (await follow(urlOf(build.id), { range: 'bytes=4-' })).ended).toBe('efghi');
    const events = await follow(urlOf(build.id), { accept: 'text/event-stream' });
    expect(events.type).toMatch(/^text\/event-stream/);
    expect(await events.ended).toBe('id: 3\ndata: abc\n\nid: 6\ndata: def\n\nid: 9\ndata: ghi\n\n');
    expect(await (await follow(urlOf(build.id), { accept: 'text/event-stream', 'last-event-id': '6' })).ended).toBe('id: 9\ndata: ghi\n\n');
  });

  it('of 20 MB reaches a slow reader whole', async () => {
    const build = await aBuild();
    const chunk = `${'x'.repeat(99)}\n`.repeat(1_000);
    for (let i = 0; i < 200; i += 1) await say(build, chunk);
    await end(build);
    const response = await fetch(urlOf(build.id));
    await sleep(300);
    let bytes = 0;
    for await (const part of response.body as unknown as AsyncIterable<Uint8Array>) bytes += part.length;
    expect(bytes).toBe(20_000_000);
  });

  it('says what place in the queue it has, when it changes', async () => {
    const [first, second] = [await aBuild({ isClaimed: false }), await aBuild({ isClaimed: false })];
    const stream = await follow(urlOf(second.id));
    await expect.poll(stream.text).toMatch(/^-----> Waiting for a free builder \(\d+ builds? ahead\)\n$/);
    await claimBuild(web.ctx.store, second.id, 'test');
    await say(second, 'begun\n');
    await end(second);
    expect(await stream.ended).toMatch(/ahead\)\nbegun\n$/);
    expect(await (await follow(urlOf(second.id))).ended).toBe('begun\n');
    await end(first);
  });

  it('ends with a clear word when the builder dies', async () => {
    const build = await aBuild();
    await say(build, '-----> Installing\n');
    const stream = await follow(urlOf(build.id));
    const began = Date.now();
    expect(await stream.ended).toContain('The builder stopped while it worked on this build. Nothing was released; push again.');
    // It is missed for 8 s first.
    expect(Date.now() - began).toBeLessThan(30_000);
  });

  it('may be left at any time', async () => {
    const build = await aBuild();
    for (let i = 0; i < 20; i += 1) {
      const stream = await follow(urlOf(build.id));
      stream.leave();
    }
    await expect.poll(async () => (await web.ctx.bus.redis.pubsub('NUMSUB', `output:${build.id}`))[1]).toBe(0);
    await end(build);
  });
});

describe("a release's output", () => {
  it('is not there before it begins, then live, then from the store', async () => {
    const app = await anApp();
    const slug = await aSlug(web.ctx, app, { processTypes: { web: 'x', release: 'migrate' } });
    const release = await createRelease(web.ctx, { appId: app.id, user, slugId: slug.id, description: 'Deploy' });
    expect((await follow(urlOf(release.id, 'releases'))).status).toBe(404);
    await appendOutput(web.ctx.bus, release.id, 'migrating\n');
    const stream = await follow(urlOf(release.id, 'releases'));
    await expect.poll(stream.text).toBe('migrating\n');
    await appendOutput(web.ctx.bus, release.id, '', true);
    expect(await stream.ended).toBe('migrating\n');
    await finishRelease(web.ctx.store, release.id, 'succeeded');
    await saveReleaseOutput(web.ctx.store, release.id, 'migrating\n');
    await web.ctx.bus.redis.del(`output:${release.id}`);
    expect(await (await follow(urlOf(release.id, 'releases'))).ended).toBe('migrating\n');
  });
});

describe('a stream', () => {
  it.each([
    ['with no signature', (id: string) => `/streams/builds/${id}`],
    ['with a wrong one', (id: string) => `/streams/builds/${id}?signature=AAAA`],
    ['with that of another kind', (id: string) => pathOf(id, 'releases').replace('releases', 'builds')],
    ['of a kind that is none', (id: string) => pathOf(id).replace('builds', 'others')],
    ['that has expired', (id: string) => pathOf(id, 'builds', Date.now() - 26 * 3_600_000)],
    ['of nothing', () => pathOf('nothing')],
  ])('%s is not there', async (_what, path) => {
    const build = await aBuild();
    const answer = await fetch(`${web.url}${path(build.id)}`);
    expect(answer.status).toBe(404);
    expect(await answer.json()).toEqual({ id: 'not_found', message: "Couldn't find that stream, or its URL has expired." });
    await end(build);
  });
});
