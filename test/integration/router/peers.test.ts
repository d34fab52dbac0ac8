// Who is at the other end: proxies of the operator's, whom they speak for, and addresses that have too many connections.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import type { Limits } from '../../../src/router/limits.js';
import { trustedProxies, type Proxies } from '../../../src/router/peer/peer.js';
import { aDyno, anApp, bodyOf, get, httpDyno, raw, sleep, startTestRouter, statusOf, type TestRouter } from './support.js';

const open: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function behind(proxies: Proxies, limits: Partial<Limits> = {}): Promise<TestRouter> {
  const dyno = await httpDyno((req, res) => void res.end(JSON.stringify(req.headers)));
  open.push(() => dyno.close());
  const router = await startTestRouter([anApp({ dynos: [aDyno({ port: dyno.port })] })], limits, undefined, proxies);
  open.push(() => router.close());
  return router;
}

const SAID = ['Host: demo.localhost', 'X-Forwarded-For: 203.0.113.9, 198.51.100.7', 'X-Forwarded-Proto: https', 'X-Forwarded-Port: 443'];
const LOCAL = ['127.0.0.0/8'];
const proxied = (ip: string) => `PROXY TCP4 ${ip} 10.0.0.1 12345 8443\r\n`;
const seen = (answer: string) => JSON.parse(bodyOf(answer)) as Record<string, string>;

it('what a client says of itself is kept and overruled, as Heroku does', async () => {
  const router = await behind(trustedProxies(['10.0.0.0/8'], false));
  expect(seen(await raw(router.port, get('/', SAID)))).toMatchObject({
    'x-forwarded-for': '203.0.113.9, 198.51.100.7, 127.0.0.1',
    'x-forwarded-proto': 'http',
    'x-forwarded-port': String(router.port),
  });
  expect((await router.said())[0]).toMatch(/ fwd="203\.0\.113\.9,198\.51\.100\.7,127\.0\.0\.1" .* protocol=http$/);
});

it('what a trusted proxy says of its client holds', async () => {
  const router = await behind(trustedProxies(LOCAL, false));
  expect(seen(await raw(router.port, get('/', SAID)))).toMatchObject({
    'x-forwarded-for': '203.0.113.9, 198.51.100.7',
    'x-forwarded-proto': 'https',
    'x-forwarded-port': '443',
  });
  expect((await router.said())[0]).toMatch(/ fwd="203\.0\.113\.9,198\.51\.100\.7" .* protocol=https$/);
});

it('what a trusted proxy does not say, or says in nonsense, is as it is', async () => {
  const router = await behind(trustedProxies(LOCAL, false));
  const nonsense = ['Host: demo.localhost', 'X-Forwarded-Proto: ftp', 'X-Forwarded-Port: 99999'];
  expect(seen(await raw(router.port, get('/', nonsense)))).toMatchObject({
    'x-forwarded-for': '127.0.0.1',
    'x-forwarded-proto': 'http',
    'x-forwarded-port': String(router.port),
  });
});

it('a trusted proxy that speaks first names its client, however its bytes come', async () => {
  const router = await behind(trustedProxies(LOCAL, true));
  const answers = await Promise.all([
    raw(router.port, proxied('198.51.100.7') + get()),
    raw(router.port, [proxied('198.51.100.7').slice(0, 9), proxied('198.51.100.7').slice(9), get()], { gapMs: 20 }),
  ]);
  for (const answer of answers) expect(seen(answer)).toMatchObject({ 'x-forwarded-for': '198.51.100.7', 'x-forwarded-port': '8443' });
  // Who is named isn't trusted for it.
  expect(seen(await raw(router.port, proxied('198.51.100.7') + get('/', SAID)))['x-forwarded-for']).toBe(
    '203.0.113.9, 198.51.100.7, 198.51.100.7',
  );
  expect(seen(await raw(router.port, `PROXY UNKNOWN\r\n${get()}`))['x-forwarded-for']).toBe('127.0.0.1');
});

it('a trusted proxy that is to speak first and does not is not heard, nor one that is too late', async () => {
  const router = await behind(trustedProxies(LOCAL, true), { headersMs: 300 });
  expect(await raw(router.port, get())).toBe('');
  expect(await raw(router.port, 'PROXY TCP4 ')).toBe('');
});

it('of other clients nothing is expected first, and such a header is no request', async () => {
  const router = await behind(trustedProxies(['10.0.0.0/8'], true));
  expect(statusOf(await raw(router.port, get()))).toBe(200);
  expect(statusOf(await raw(router.port, proxied('198.51.100.7') + get()))).toBe(400);
});

it('an address that has too many connections is told H22, and goes on when it has fewer', async () => {
  const router = await behind(trustedProxies(LOCAL, true), { connectionsPerAddress: 3, headersMs: 20_000 });
  const held: Socket[] = [];
  const hold = async () => {
    const socket = connect(router.port, '127.0.0.1').on('error', () => undefined);
    await once(socket, 'connect');
    socket.write(proxied('198.51.100.7'));
    held.push(socket);
  };
  open.push(() => held.forEach((socket) => socket.destroy()));
  for (let i = 0; i < 3; i += 1) await hold();
  const ask = (ip: string) => raw(router.port, proxied(ip) + get());
  const refused = await untilStatus(() => ask('198.51.100.7'), 503);
  expect(refused).toContain('H22 Connection limit reached');
  expect(refused).toMatch(/\r\nConnection: close\r\n/);
  expect(await router.said()).toContainEqual(
    expect.stringMatching(/^at=error code=H22 desc="Connection limit reached" method=GET .* fwd="198\.51\.100\.7" dyno= .* status=503 /),
  );
  expect(statusOf(await ask('198.51.100.8'))).toBe(200);
  held.forEach((socket) => socket.destroy());
  await untilStatus(() => ask('198.51.100.7'), 200);
});

async function untilStatus(ask: () => Promise<string>, status: number): Promise<string> {
  for (let tries = 0; tries < 50; tries += 1) {
    const answer = await ask();
    if (statusOf(answer) === status) return answer;
    await sleep(20);
  }
  throw new Error(`never ${status}`);
}
