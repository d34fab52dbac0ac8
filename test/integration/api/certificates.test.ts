// Certificates of apps: what is taken, which one a client is shown, and how long that is told beforehand.
import { once } from 'node:events';
import { connect, type TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readBatches } from '../../../src/bus/log-lines.js';
import { warnOfExpiring } from '../../../src/chores/certificates/expiring.js';
import { startRouter, type Router } from '../../../src/router/start-router.js';
import { ensureCertificates } from '../../../src/start/home/ca.js';
import { aCertificate, anRsaCertificate, type Made } from '../../support/certificates.js';
import { untilSo } from '../../support/until.js';
import { get, raw, statusOf } from '../router/support.js';
import { openWeb, type OpenWeb } from '../web/open-web.js';
import { callAs, type Call } from './client.js';
import { expectHeroku } from './heroku-schema.js';

const DAY_MS = 86_400_000;

interface Endpoint {
  id: string;
  name: string;
  domains: string[];
  ssl_cert: { expires_at: string };
}

let web: OpenWeb;
let router: Router;
let admin: Call;
let exact: Made;
let wild: Made;

beforeAll(async () => {
  web = await openWeb();
  admin = callAs(() => web.url, web.adminToken);
  await ensureCertificates(web.home, ['localhost', 'shop.localhost'], Date.now());
  router = await openRouter();
  [exact, wild] = await Promise.all([aCertificate(['www.example.com']), aCertificate(['*.example.com', 'example.com'])]);
  await admin('POST', '/apps', { name: 'shop' });
  for (const hostname of ['www.example.com', '*.example.com']) await admin('POST', '/apps/shop/domains', { hostname });
});
afterAll(async () => {
  await router?.stop(100);
  await web?.stop();
});

function openRouter(): Promise<Router> {
  const { store, bus, lines } = web.ctx;
  return startRouter({ store, bus, lines, domain: 'localhost', bind: '127.0.0.1', port: 0, tlsPort: 0, home: web.home });
}

const bodyOf = ({ chain, key }: Pick<Made, 'chain' | 'key'>) => ({ certificate_chain: chain, private_key: key });
const endpointsOf = async () => (await admin('GET', '/apps/shop/sni-endpoints')).body as Endpoint[];
const usedBy = async (hostname: string) =>
  ((await admin('GET', `/apps/shop/domains/${hostname}`)).body as { sni_endpoint: { name: string } | null }).sni_endpoint?.name;

/** The last ticket that each connection was given. */
const tickets = new WeakMap<TLSSocket, Buffer>();

async function open(servername: string, more: object = {}): Promise<TLSSocket> {
  const socket = connect({ port: router.tlsPort!, host: '127.0.0.1', servername, rejectUnauthorized: false, ...more });
  socket.on('session', (ticket) => tickets.set(socket, ticket)).resume();
  await once(socket, 'secureConnect');
  return socket;
}

/** The names of the certificate that a client is shown. */
async function shown(servername: string, more: object = {}): Promise<string> {
  const socket = await open(servername, more);
  const names = socket.getPeerCertificate().subjectaltname ?? '';
  socket.destroy();
  return names;
}

const becomes = (servername: string, names: string) =>
  untilSo(`${servername} is shown ${names}`, async () => (await shown(servername)) === names);

describe('certificates', () => {
  let first: Endpoint;
  let second: Endpoint;

  it('are added, and used by the domains that they are good for; no key comes out again', async () => {
    expect(await shown('www.example.com')).toContain('DNS:localhost');
    const added = await admin('POST', '/apps/shop/sni-endpoints', bodyOf(wild));
    expect(added.status).toBe(201);
    expectHeroku('sni-endpoint', added.body);
    first = added.body as Endpoint;
    expect(first.domains).toHaveLength(2);
    await becomes('any.example.com', 'DNS:*.example.com, DNS:example.com');
    expect(await shown('www.example.com')).toBe('DNS:*.example.com, DNS:example.com');
    second = (await admin('POST', '/apps/shop/sni-endpoints', bodyOf(exact))).body as Endpoint;
    expect(second.domains).toEqual([]);
    const [endpoints, domain, app] = await Promise.all(
      ['/sni-endpoints', '/domains', ''].map(async (path) => JSON.stringify((await admin('GET', `/apps/shop${path}`)).body)),
    );
    for (const body of [endpoints, domain, app]) expect(body).not.toMatch(/PRIVATE/);
    const rows = await web.ctx.store.db.selectFrom('certificates').selectAll().execute();
    for (const row of rows) expect(row.keySealed.includes('PRIVATE')).toBe(false);
  });

  it('are chosen for a domain, the exact name before the wildcard', async () => {
    const changed = await admin('PATCH', '/apps/shop/domains/www.example.com', { sni_endpoint: second.name });
    expectHeroku('domain', changed.body);
    await becomes('www.example.com', 'DNS:www.example.com');
    expect(await shown('WWW.Example.com')).toBe('DNS:www.example.com');
    expect(await shown('any.example.com')).toContain('DNS:*.example.com');
    expect(await shown('shop.localhost')).toContain('DNS:localhost');
    expect(await shown('nobody.test')).toContain('DNS:localhost');
    expect(await admin('PATCH', '/apps/shop/domains/*.example.com', { sni_endpoint: second.name })).toMatchObject({
      status: 422,
      body: { message: expect.stringContaining('is good for www.example.com, not for *.example.com') as string },
    });
    expect((await admin('PATCH', '/apps/shop/domains/www.example.com', { sni_endpoint: 'nope' })).status).toBe(404);
  });

  it('may have a key of another kind than that of the platform, whatever a client likes best', async () => {
    await admin('POST', '/apps', { name: 'rsa' });
    await admin('POST', '/apps/rsa/domains', { hostname: 'www.rsa.test' });
    expect((await admin('POST', '/apps/rsa/sni-endpoints', bodyOf(await anRsaCertificate('www.rsa.test')))).status).toBe(201);
    await becomes('www.rsa.test', 'DNS:www.rsa.test');
    for (const sigalgs of ['ECDSA+SHA256:rsa_pss_rsae_sha256', 'rsa_pss_rsae_sha256:ECDSA+SHA256']) {
      for (const [host, names] of [
        ['www.rsa.test', 'DNS:www.rsa.test'],
        ['any.example.com', 'DNS:*.example.com'],
        ['nobody.test', 'DNS:localhost'],
      ] as const)
        expect(await shown(host, { sigalgs })).toContain(names);
    }
  });

  it('are replaced without a restart: the name and its domains stay', async () => {
    const next = await aCertificate(['www.example.com', 'next.example.com']);
    const replaced = await admin('PATCH', `/apps/shop/sni-endpoints/${second.name}`, bodyOf(next));
    expect(replaced).toMatchObject({
      status: 200,
      body: { id: second.id, name: second.name, domains: second.domains.concat(expect.any(String) as string) },
    });
    await becomes('www.example.com', 'DNS:www.example.com, DNS:next.example.com');
  });

  it('that are wrong are refused, and change nothing', async () => {
    const [before, shownBefore] = [await endpointsOf(), await shown('www.example.com')];
    for (const [method, path] of [
      ['POST', ''],
      ['PATCH', `/${second.name}`],
    ] as const)
      expect(await admin(method, `/apps/shop/sni-endpoints${path}`, bodyOf({ chain: exact.chain, key: wild.key }))).toMatchObject({
        status: 422,
        body: { id: 'invalid_params', message: 'private_key: belongs to none of the certificates.' },
      });
    expect(await endpointsOf()).toEqual(before);
    expect(await shown('www.example.com')).toBe(shownBefore);
  });

  it('are taken away: a domain uses another that is good for it, or the platform has its own shown', async () => {
    await admin('DELETE', `/apps/shop/sni-endpoints/${second.name}`);
    expect(await usedBy('www.example.com')).toBe(first.name);
    await becomes('www.example.com', 'DNS:*.example.com, DNS:example.com');
    await admin('PATCH', '/apps/shop/domains/www.example.com', { sni_endpoint: null });
    await untilSo('the platform shows its own', async () => (await shown('www.example.com')).includes('DNS:localhost'));
    await admin('POST', '/apps/shop/domains', { hostname: 'late.example.com' });
    expect(await usedBy('late.example.com')).toBe(first.name);
  });
});

describe('TLS', () => {
  it('is 1.2 or 1.3, nothing older', async () => {
    for (const [version, name] of [
      ['TLSv1.2', 'any.example.com'],
      ['TLSv1.3', 'shop.localhost'],
    ] as const) {
      const socket = await open(name, { minVersion: version, maxVersion: version });
      expect(socket.getProtocol()).toBe(version);
      socket.destroy();
    }
    const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' };
    await expect(open('any.example.com', old)).rejects.toThrow(/protocol version|unsupported protocol|ECONNRESET/i);
  });

  it.each(['TLSv1.2', 'TLSv1.3'])('takes up a session of another router, or of the one before it (%s)', async (version) => {
    const limits = { minVersion: version, maxVersion: version };
    for (const name of ['any.example.com', 'shop.localhost']) {
      const socket = await open(name, limits);
      expect(socket.isSessionReused()).toBe(false);
      await untilSo('a ticket has come', () => tickets.has(socket));
      const session = tickets.get(socket);
      socket.destroy();
      const before = router;
      router = await openRouter();
      await before.stop(100);
      const again = await open(name, { ...limits, session });
      expect(again.isSessionReused(), name).toBe(true);
      again.destroy();
    }
  });
});

it('an app may have what comes over plain HTTP come again over TLS', async () => {
  const ask = (method: string) => raw(router.port, `${method} /x?y=1 HTTP/1.1\r\nHost: www.example.com\r\nContent-Length: 0\r\n\r\n`);
  expect(statusOf(await ask('GET'))).not.toBe(301);
  await admin('PATCH', '/apps/shop/features/https-only', { enabled: true });
  await untilSo('it is redirected', async () => statusOf(await ask('GET')) === 301);
  for (const [method, status] of [
    ['HEAD', 301],
    ['POST', 308],
    ['DELETE', 308],
  ] as const) {
    const answer = await ask(method);
    expect({ method, status: statusOf(answer) }).toEqual({ method, status });
    expect(answer).toMatch(new RegExp(`^Location: https://www\\.example\\.com:${router.tlsPort}/x\\?y=1\r$`, 'm'));
  }
  const socket = await open('any.example.com');
  let got = '';
  socket.on('data', (chunk) => (got += String(chunk))).write(get('/', ['Host: any.example.com']));
  await untilSo('TLS is answered', () => got.includes('H81'));
  socket.destroy();
  await admin('PATCH', '/apps/shop/features/https-only', { enabled: false });
  await untilSo('it is served', async () => statusOf(await ask('GET')) !== 301);
});

it('certificates that end soon are told of in the log of the app, each time once', async () => {
  const [{ name, ssl_cert: cert }] = (await endpointsOf()) as [Endpoint];
  const end = Date.parse(cert.expires_at);
  const { id } = (await admin('GET', '/apps/shop')).body as { id: string };
  const said = async () => {
    await web.ctx.lines.flush();
    const text = (await readBatches(web.ctx.bus, id)).map((batch) => batch.text).join('\n');
    return text.split(`Certificate ${name}`).length - 1;
  };
  const after: number[] = [];
  for (const days of [31, 29, 28, 13, 6, 5, 0.5, 0.4, -1, -2]) {
    await warnOfExpiring(web.ctx, end - days * DAY_MS);
    after.push(await said());
  }
  expect(after).toEqual([0, 1, 1, 2, 3, 3, 4, 4, 5, 5]);
});
