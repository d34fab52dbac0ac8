// What is left of an app that was destroyed: nothing, a moment later; and after a kill in between, nothing at the next start.
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appendBatch, readBatches } from '../../../src/bus/log-lines.js';
import { startPulse } from '../../../src/bus/pulse.js';
import { serveLogplex, type Logplex } from '../../../src/logplex/serve.js';
import { apiLine } from '../../../src/model/logs/log-line.js';
import { findApp } from '../../../src/store/app/apps.js';
import { callAs, type Call } from '../api/client.js';
import { openWeb, type OpenWeb } from './open-web.js';

let web: OpenWeb;
let admin: Call;
let logplex: Logplex;
let stopPulse: () => Promise<void>;

beforeAll(async () => {
  web = await openWeb();
  admin = callAs(() => web.url, web.adminToken);
  logplex = await serveLogplex({ bus: web.ctx.bus, key: web.ctx.store.key, bind: '127.0.0.1', node: 'test', now: Date.now });
  stopPulse = await startPulse(web.ctx.bus, { process: 'logplex', node: 'test' }, () => ({ url: logplex.url }));
});
afterAll(async () => {
  await stopPulse();
  await logplex.stop();
  await web.stop();
});

const repoOf = (appId: string) => join(web.home, 'repos', `${appId}.git`);
const logsOf = (appId: string) => web.ctx.bus.redis.keys(`logs:${appId}*`);

async function anApp(name: string) {
  await admin('POST', '/apps', { name });
  const app = (await findApp(web.ctx.store, name))!;
  mkdirSync(repoOf(app.id));
  web.ctx.lines.write(app.id, apiLine(Date.now(), 'a line'));
  await expect.poll(() => readBatches(web.ctx.bus, app.id)).not.toEqual([]);
  return app;
}

describe('an app that is destroyed', () => {
  it('leaves no log and no repository; its tails end', async () => {
    const app = await anApp('leaves');
    const { logplex_url: url } = (await admin('POST', '/apps/leaves/log-sessions', { tail: true })).body as { logplex_url: string };
    const tail = await fetch(url);
    expect(tail.status).toBe(200);
    expect((await admin('DELETE', '/apps/leaves')).status).toBe(200);
    expect(await tail.text()).toContain('a line');
    await expect.poll(() => existsSync(repoOf(app.id))).toBe(false);
    expect(await logsOf(app.id)).toEqual([]);
    expect((await fetch(url)).status).toBe(404);
  });

  it("begins no new log with its dynos' last words; their reader moves on", async () => {
    const app = await anApp('last-words');
    await admin('DELETE', '/apps/last-words');
    web.ctx.lines.write(app.id, apiLine(Date.now(), 'State changed from up to down'));
    await web.ctx.lines.flush();
    expect(await appendBatch(web.ctx.bus, app.id, { text: 'bye\n', count: 1 }, { key: 'a-cursor', field: app.id, from: '', to: '7' })).toBe(
      'appended',
    );
    expect(await web.ctx.bus.redis.hget('a-cursor', app.id)).toBe('7');
    expect(await logsOf(app.id)).toEqual([]);
  });

  it('is swept where that was cut short, and no other is', async () => {
    const [gone, kept] = [randomUUID(), await anApp('kept')];
    mkdirSync(repoOf(gone));
    await appendBatch(web.ctx.bus, gone, { text: 'left over\n', count: 1 });
    await web.restart();
    await expect.poll(async () => [existsSync(repoOf(gone)), ...(await logsOf(gone))]).toEqual([false]);
    expect(existsSync(repoOf(kept.id))).toBe(true);
    expect(await readBatches(web.ctx.bus, kept.id)).not.toEqual([]);
  });
});
