// The port and the private socket: HTTP and TLS, health, logs, pushes, and what a restart leaves behind.
import { spawn, execFile } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { request as requestTls } from 'node:https';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '../../../src/actions/app/create-app.js';
import { startBuild } from '../../../src/actions/build/start-build.js';
import { startPulse } from '../../../src/bus/pulse.js';
import { apiLine } from '../../../src/model/logs/log-line.js';
import type { App } from '../../../src/model/app.js';
import type { User } from '../../../src/model/user.js';
import { serveLogplex } from '../../../src/logplex/serve.js';
import { ensureCertificates } from '../../../src/start/home/ca.js';
import { findBuild } from '../../../src/store/build/builds.js';
import { findUser } from '../../../src/store/people/users.js';
import { callAs, type Call } from '../api/client.js';
import { ADMIN_EMAIL, openWeb, type OpenWeb } from './open-web.js';

const run = promisify(execFile);
let web: OpenWeb;
let admin: Call;
let user: User;
let app: App;

beforeAll(async () => {
  web = await openWeb();
  admin = callAs(() => web.url, web.adminToken);
  user = (await findUser(web.ctx.store, ADMIN_EMAIL))!;
  app = await createApp(web.ctx, { user, name: 'demo' });
});
afterAll(() => web.stop());

interface Reply {
  status: number;
  body: string;
}

/** Over the private socket. */
function onSocket(method: string, path: string, token: string, body?: unknown): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const req = request(
      { socketPath: join(web.home, 'run/hook.sock'), method, path, headers: { authorization: `Bearer ${token}` } },
      (res) => {
        let text = '';
        res
          .setEncoding('utf8')
          .on('data', (chunk: string) => (text += chunk))
          .on('end', () => resolve({ status: res.statusCode ?? 0, body: text }));
      },
    );
    req.on('error', reject).end(body === undefined ? undefined : JSON.stringify(body));
  });
}

describe('one port', () => {
  it('closes TLS connections while there is no certificate', async () => {
    await expect(overTls('127.0.0.1')).rejects.toThrow();
    expect((await admin('GET', '/account')).status).toBe(200);
  });

  it('speaks TLS as soon as there is one, by name and by address, and HTTP still', async () => {
    await ensureCertificates(web.home, ['localhost', '127.0.0.1'], Date.now());
    expect(await overTls('127.0.0.1')).toMatchObject({
      status: 200,
      body: expect.stringContaining(`https://127.0.0.1:${web.web.port}/demo.git`),
    });
    expect(await overTls('localhost')).toMatchObject({ status: 200 });
    expect((await admin('GET', '/apps/demo')).body).toMatchObject({ git_url: `${web.url}/demo.git` });
  });

  it('shows a browser what this is, and only a browser', async () => {
    const page = await fetch(web.url, { headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' } });
    expect(page.headers.get('content-type')).toMatch(/^text\/html/);
    expect(await page.text()).toContain('<h1>Slipway</h1>');
    expect((await admin('GET', '/')).status).toBe(404);
  });

  it('is not held up by connections that say nothing', async () => {
    const silent = Array.from({ length: 50 }, () => connect(web.web.port, '127.0.0.1'));
    await sleep(100);
    expect((await admin('GET', '/account')).status).toBe(200);
    silent.forEach((socket) => socket.destroy());
  });
});

function overTls(host: string): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const ca = existsSync(join(web.home, 'ca.pem')) ? readFileSync(join(web.home, 'ca.pem')) : undefined;
    const headers = { authorization: `Bearer ${web.adminToken}` };
    const req = requestTls({ host, port: web.web.port, path: '/apps/demo', ca, headers, agent: false }, (res) => {
      let body = '';
      res
        .setEncoding('utf8')
        .on('data', (chunk: string) => (body += chunk))
        .on('end', () => resolve({ status: res.statusCode ?? 0, body }));
    });
    req.on('error', reject).end();
  });
}

describe('health', () => {
  it('is 503 naming what is not up, 200 when all is', async () => {
    const before = await fetch(`${web.url}/healthz`);
    expect(before.status).toBe(503);
    expect(await before.json()).toMatchObject({
      status: 'unavailable',
      problems: ['builder', 'dynos', 'logplex', 'router', 'providers'].map((process) => `${process}: not running`),
    });
    const stops = await Promise.all(
      ['builder', 'dynos', 'logplex', 'router', 'providers'].map((process) => startPulse(web.ctx.bus, { process, node: 'test' })),
    );
    const after = await fetch(`${web.url}/healthz`);
    expect(after.status).toBe(200);
    expect(await after.json()).toMatchObject({ status: 'ok', problems: [] });
    await Promise.all(stops.map((stop) => stop()));
  });
});

describe('a log session', () => {
  it('is refused for the moment while logplex is away', async () => {
    const { logplex_url: url } = (await admin('POST', '/apps/demo/log-sessions', {})).body as { logplex_url: string };
    const answer = await fetch(url);
    expect(answer.status).toBe(503);
    expect(await answer.json()).toEqual({ id: 'unavailable', message: 'The log is not reachable right now. Try again in a moment.' });
  });

  it('is passed on to logplex and back, live, until either side leaves', async () => {
    const logplex = await serveLogplex({ bus: web.ctx.bus, key: web.ctx.store.key, bind: '127.0.0.1', node: 'test', now: Date.now });
    const stopPulse = await startPulse(web.ctx.bus, { process: 'logplex', node: 'test' }, () => ({ url: logplex.url }));
    web.ctx.lines.write(app.id, apiLine(Date.now(), 'a first line'));
    await web.ctx.lines.flush();
    const session = async (wish: object) =>
      ((await admin('POST', '/apps/demo/log-sessions', wish)).body as { logplex_url: string }).logplex_url;
    expect(await (await fetch(await session({ lines: 1 }))).text()).toMatch(/app\[api\]: a first line\n$/);

    const leaving = new AbortController();
    const tail = await fetch(await session({ tail: true, lines: 1 }), { signal: leaving.signal });
    let text = '';
    const reading = (async () => {
      for await (const chunk of tail.body as unknown as AsyncIterable<Uint8Array>) text += Buffer.from(chunk).toString();
    })().catch(() => undefined);
    await expect.poll(() => text).toContain('a first line');
    web.ctx.lines.write(app.id, apiLine(Date.now(), 'a second line'));
    await expect.poll(() => text).toContain('a second line');
    leaving.abort();
    await reading;
    expect((await fetch(`${web.url}/streams/logs/forged.token`)).status).toBeGreaterThanOrEqual(403);
    await stopPulse();
    await logplex.stop();
  });
});

describe('a push', () => {
  /** A push whose hook waits for a file named `go`. */
  async function aPush() {
    const goFile = join(web.home, 'go');
    writeFileSync(join(web.home, 'hooks/pre-receive'), `#!/bin/sh\nwhile [ ! -e ${goFile} ]; do sleep 0.05; done\nexit 1\n`);
    chmodSync(join(web.home, 'hooks/pre-receive'), 0o755);
    await run('rm', ['-f', goFile]);
    const dir = join(web.home, 'work');
    await run('sh', [
      '-c',
      `rm -rf ${dir} && git init -q -b main ${dir} && cd ${dir} && git -c user.name=a -c user.email=a@b.c commit -q --allow-empty -m one`,
    ]);
    const git = spawn('git', ['push', `http://x:${web.adminToken}@127.0.0.1:${web.web.port}/demo.git`, 'main'], {
      cwd: dir,
      detached: true,
      stdio: 'ignore',
    });
    await expect.poll(() => web.web.pushes.list().length).toBe(1);
    const { secret } = web.web.pushes.list()[0]!;
    return {
      secret,
      leave: () => process.kill(-git.pid!, 'SIGKILL'),
      async end() {
        writeFileSync(goFile, '');
        await new Promise((resolve) => git.once('close', resolve));
      },
    };
  }

  it('builds by its secret, for its app, on the private socket, while it lasts', async () => {
    expect(statSync(join(web.home, 'run/hook.sock')).mode & 0o777).toBe(0o600);
    const push = await aPush();
    const other = await createApp(web.ctx, { user, name: 'other' });
    const sources = JSON.parse((await onSocket('POST', '/sources', push.secret)).body) as { source_blob: { get_url: string } };
    const source_blob = { url: sources.source_blob.get_url, version: 'a'.repeat(40) };
    expect((await callAs(() => web.url, push.secret)('POST', '/sources')).status).toBe(401);
    expect((await onSocket('POST', `/apps/${other.id}/builds`, push.secret, { source_blob })).status).toBe(404);
    expect((await onSocket('DELETE', '/apps/demo', push.secret)).status).toBe(403);
    expect((await onSocket('GET', '/apps/demo/config-vars', push.secret)).status).toBe(403);
    expect((await onSocket('GET', '/apps', push.secret)).status).toBe(403);
    const started = await onSocket('POST', `/apps/${app.id}/builds`, push.secret, { source_blob });
    expect(started.status).toBe(201);
    const build = JSON.parse(started.body) as { id: string; output_stream_url: string };
    expect(build.output_stream_url).toMatch(new RegExp(`^${web.url}/streams/builds/`));
    expect(await findBuild(web.ctx.store, build.id)).toMatchObject({ origin: 'git', status: 'pending', userId: user.id });
    for (const path of [`builds/${build.id}`, 'releases/1', 'dynos', 'formation'])
      expect((await onSocket('GET', `/apps/demo/${path}`, push.secret)).status, path).toBe(200);
    await admin('DELETE', `/apps/demo/builds/${build.id}`);
    await push.end();
    await expect.poll(async () => (await onSocket('POST', '/sources', push.secret)).status).toBe(401);
  });

  it('that is interrupted ends its build', async () => {
    const push = await aPush();
    const { body } = await onSocket('POST', '/apps/demo/builds', push.secret, { source_blob: { url: 'http://127.0.0.1:1/x' } });
    const { id } = JSON.parse(body) as { id: string };
    push.leave();
    await expect.poll(async () => findBuild(web.ctx.store, id)).toMatchObject({ status: 'failed', failure: 'The push was interrupted.' });
    writeFileSync(join(web.home, 'go'), '');
  });
});

describe('a restart', () => {
  it('ends the builds of pushes it cut off, and queues again what waits', async () => {
    const waits = await createApp(web.ctx, { user, name: 'waits' });
    const cut = await startBuild(web.ctx, { app, user, origin: 'git', source: 'http://127.0.0.1:1/x', commit: null, description: null });
    const asked = await startBuild(web.ctx, {
      app: waits,
      user,
      origin: 'api',
      source: 'http://127.0.0.1:1/x',
      commit: null,
      description: null,
    });
    await web.ctx.bus.redis.flushall();
    expect(await web.ctx.queue.waiting('build')).toEqual([]);
    await web.restart();
    await expect
      .poll(async () => findBuild(web.ctx.store, cut.id))
      .toMatchObject({ status: 'failed', failure: 'The platform was restarted during this push. Push again.' });
    await expect.poll(() => web.ctx.queue.waiting('build')).toEqual([asked.id]);
    await expect.poll(async () => (await web.ctx.queue.waiting('reconcile')).toSorted()).toContain(waits.id);
    expect(await findBuild(web.ctx.store, asked.id)).toMatchObject({ status: 'pending' });
  });

  it("leaves pushes alone that another machine's web may hold", async () => {
    const stopPulse = await startPulse(web.ctx.bus, { process: 'web', node: 'elsewhere' });
    const theirs = await startBuild(web.ctx, { app, user, origin: 'git', source: 'http://127.0.0.1:1/x', commit: null, description: null });
    await web.restart();
    await expect.poll(() => web.ctx.queue.waiting('build')).toContain(theirs.id);
    expect(await findBuild(web.ctx.store, theirs.id)).toMatchObject({ status: 'pending' });
    await stopPulse();
  });

  it("takes the admin's new token, and the old one no more", async () => {
    const token = 'HRKU-11111111-2222-3333-4444-555555555555';
    writeFileSync(join(web.home, 'admin.token'), token);
    await web.restart();
    expect((await callAs(() => web.url, token)('GET', '/account')).body).toMatchObject({ email: ADMIN_EMAIL });
    expect((await admin('GET', '/account')).status).toBe(401);
    writeFileSync(join(web.home, 'admin.token'), web.adminToken);
    await web.restart();
    expect((await admin('GET', '/account')).status).toBe(200);
  });

  it('is refused while another process holds the home', async () => {
    const { listenOnSocket } = await import('../../../src/web/listen.js');
    await expect(listenOnSocket({ path: join(web.home, 'run/hook.sock'), answer: () => undefined })).rejects.toThrow(
      /another platform runs with this home/,
    );
  });
});
