// Certificates that an authority makes by itself, from a real one: pebble.
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AcmeAuthority } from '../../../src/outbound/acme.js';
import { startRouter, type Router } from '../../../src/router/start-router.js';
import { ensureCertificates } from '../../../src/start/home/ca.js';
import { startPebble, type Pebble } from '../../support/pebble.js';
import { untilSo } from '../../support/until.js';
import { bodyOf, get, raw, statusOf } from '../router/support.js';
import { openWeb, type OpenWeb } from '../web/open-web.js';
import { callAs, type Call } from './client.js';
import { expectHeroku } from './heroku-schema.js';

interface Domain {
  acm_status: string | null;
  acm_status_reason: string | null;
  cname: string | null;
  sni_endpoint: { name: string } | null;
}

let pebble: Pebble;
let web: OpenWeb;
let routers: Router[];
let admin: Call;
let appId: string;
/** Those of the platform's operator, read with each pass. */
let settings: AcmeAuthority;

beforeAll(async () => {
  // Where it is, is known once the routers' ports are.
  const authority: AcmeAuthority = { directory: '', email: 'ops@example.com' };
  web = await openWeb({ acme: authority });
  admin = callAs(() => web.url, web.adminToken);
  await ensureCertificates(web.home, ['localhost'], Date.now());
  const { store, bus, lines } = web.ctx;
  const place = { store, bus, lines, domain: 'localhost', bind: '127.0.0.1', home: web.home, port: 0, tlsPort: 0 };
  routers = await Promise.all([startRouter(place), startRouter(place)]);
  const [{ port: httpPort, tlsPort }] = routers as [Router, Router];
  pebble = await startPebble({ httpPort, tlsPort: tlsPort!, badNonces: 20 });
  Object.assign(authority, { directory: pebble.directory, ca: pebble.ca, resolvers: [pebble.resolver] });
  settings = authority;
  appId = ((await admin('POST', '/apps', { name: 'shop' })).body as { id: string }).id;
});
afterAll(async () => {
  await Promise.all((routers ?? []).map((router) => router.stop(100)));
  await web?.stop();
  await pebble?.stop();
});

const domain = async (hostname: string) => (await admin('GET', `/apps/shop/domains/${hostname}`)).body as Domain;
const becomes = (hostname: string, status: string) =>
  untilSo(`${hostname} is ${status}`, async () => (await domain(hostname)).acm_status === status, 120_000);

const dueOf = (hostname: string) =>
  web.ctx.store.db.selectFrom('domains').select(['acmNextAt', 'acmFailures']).where('hostname', '=', hostname).executeTakeFirstOrThrow();

/** What a client is shown by each of the routers. */
function shown(servername: string) {
  return Promise.all(
    routers.map(async (router) => {
      const socket = connect({ port: router.tlsPort!, host: '127.0.0.1', servername, rejectUnauthorized: false });
      await once(socket, 'secureConnect');
      const { subjectaltname = '', serialNumber, issuer } = socket.getPeerCertificate();
      socket.destroy();
      return { names: subjectaltname, serialNumber, issuer: issuer.CN };
    }),
  );
}

describe('automatic certificates', { timeout: 180_000 }, () => {
  it('come for the domains of an app that wants them, though nonces are refused, and are shown by every router', async () => {
    await admin('POST', '/apps/shop/domains', { hostname: 'www.shop.example' });
    const enabled = await admin('POST', '/apps/shop/acm', {});
    expect(enabled).toMatchObject({ status: 200, body: { acm: true } });
    expectHeroku('app', enabled.body);
    await admin('POST', '/apps/shop/domains', { hostname: 'late.shop.example' });
    await Promise.all([becomes('www.shop.example', 'cert issued'), becomes('late.shop.example', 'cert issued')]);
    const endpoints = (await admin('GET', '/apps/shop/sni-endpoints')).body as object[];
    expectHeroku('[sni-endpoint]', endpoints);
    expect(endpoints).toHaveLength(2);
    for (const endpoint of endpoints) expect(endpoint).toMatchObject({ ssl_cert: { acm: true }, domains: [expect.any(String)] });
    await untilSo('both routers show it', async () =>
      (await shown('www.shop.example')).every(({ names }) => names === 'DNS:www.shop.example'),
    );
    for (const { issuer } of await shown('late.shop.example')) expect(issuer).toMatch(/^Pebble Intermediate/);
    expect(await web.ctx.store.db.selectFrom('acmeChallenges').selectAll().execute()).toEqual([]);
  });

  it('are renewed in place when two thirds of their life are over', async () => {
    const before = await domain('www.shop.example');
    const serialNumber = (await shown('www.shop.example'))[0]?.serialNumber;
    const { acmNextAt } = await dueOf('www.shop.example');
    expect(Math.round((acmNextAt!.getTime() - Date.now()) / 86_400_000)).toBe(60);
    await web.ctx.store.db.updateTable('domains').set({ acmNextAt: new Date() }).where('hostname', '=', 'www.shop.example').execute();
    await web.ctx.bus.publish('route-changed', { appId });
    await untilSo(
      'both routers show another',
      async () => (await shown('www.shop.example')).every((each) => each.serialNumber !== serialNumber),
      120_000,
    );
    expect((await domain('www.shop.example')).sni_endpoint).toEqual(before.sni_endpoint);
  });

  it('that fail are told with the words of the authority, and tried for again later, or when somebody asks', async () => {
    await pebble.address('away.shop.example', '127.0.0.9');
    await admin('POST', '/apps/shop/domains', { hostname: 'away.shop.example' });
    await becomes('away.shop.example', 'failing');
    expect((await domain('away.shop.example')).acm_status_reason).toMatch(/127\.0\.0\.9|refused/);
    const row = await dueOf('away.shop.example');
    expect(row.acmFailures).toBe(1);
    expect(row.acmNextAt!.getTime() - Date.now()).toBeGreaterThan(10 * 60_000);
    await pebble.address('away.shop.example', '127.0.0.1');
    expect((await admin('PATCH', '/apps/shop/acm', { acm_refresh: true })).status).toBe(200);
    await becomes('away.shop.example', 'cert issued');
    expect((await domain('away.shop.example')).acm_status_reason).toBeNull();
  });

  it('of a name that leads nowhere are not asked for: the log says which entry is missing, and nothing is used up', async () => {
    await pebble.addressOfOthers('');
    await admin('POST', '/apps/shop/domains', { hostname: 'soon.shop.example' });
    await becomes('soon.shop.example', 'failing');
    const { acm_status_reason: reason, cname } = await domain('soon.shop.example');
    expect(reason).toBe(`soon.shop.example has no address in DNS: add a CNAME to ${cname}`);
    expect(await dueOf('soon.shop.example')).toMatchObject({ acmFailures: 0 });
    expect((await dueOf('soon.shop.example')).acmNextAt!.getTime() - Date.now()).toBeLessThan(3 * 60_000);
    await pebble.addressOfOthers('127.0.0.1');
    await admin('PATCH', '/apps/shop/acm', { acm_refresh: true });
    await becomes('soon.shop.example', 'cert issued');
  });

  it('are vouched for by TLS where the operator wants that, and whoever else asks so is shown nothing', async () => {
    settings.challenge = 'tls-alpn-01';
    await admin('POST', '/apps/shop/domains', { hostname: 'tls.shop.example' });
    await becomes('tls.shop.example', 'cert issued');
    expect(await dueOf('tls.shop.example')).toMatchObject({ acmFailures: 0 });
    delete settings.challenge;
    const late = connect({ port: routers[0]!.tlsPort!, host: '127.0.0.1', servername: 'tls.shop.example', ALPNProtocols: ['acme-tls/1'] });
    const [error] = (await once(late, 'error')) as [NodeJS.ErrnoException];
    expect(error.code).toBe('ECONNRESET');
  });

  it('of wildcards come by the hook that changes DNS, whose faults are told', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'slipway-hook-'));
    settings.dnsHook = join(dir, 'hook');
    const hook = (lines: string) => writeFile(settings.dnsHook!, `#!/bin/sh\n${lines}\n`, { mode: 0o755 });
    const call = (path: string, value: string) => `curl -sf -d '{"host":"'"$2"'."${value}}' ${pebble.dnsUrl}${path}`;
    await hook('echo "no such zone" >&2\nexit 3');
    await admin('POST', '/apps/shop/domains', { hostname: '*.wild.shop.example' });
    await becomes('*.wild.shop.example', 'failing');
    const { acm_status_reason: reason } = await domain('*.wild.shop.example');
    expect(reason).toMatch(/could not add the TXT record _acme-challenge\.wild\.shop\.example: it ended with 3: no such zone$/);
    await hook(`echo "$@" >> ${dir}/calls
      case $1 in add) ${call('/set-txt', `,"value":"'"$3"'"`)};; remove) ${call('/clear-txt', '')};; esac`);
    await admin('PATCH', '/apps/shop/acm', { acm_refresh: true });
    await becomes('*.wild.shop.example', 'cert issued');
    const value = '[\\w-]{43}';
    const entry = `_acme-challenge\\.wild\\.shop\\.example ${value}`;
    expect(await readFile(join(dir, 'calls'), 'utf8')).toMatch(new RegExp(`^add ${entry}\\nremove ${entry}\\n$`));
    await untilSo('both routers show it', async () =>
      (await shown('any.wild.shop.example')).every(({ names }) => names === 'DNS:*.wild.shop.example'),
    );
    delete settings.dnsHook;
    await rm(dir, { recursive: true });
  });

  it('come for no wildcard without one, nor for a domain that has one of its owner', async () => {
    await admin('POST', '/apps/shop/domains', { hostname: '*.shop.example' });
    await becomes('*.shop.example', 'failed');
    expect((await domain('*.shop.example')).acm_status_reason).toContain('certs:add');
  });

  it('what the authority asks for is answered by every router, for the app that it belongs to, and nothing else', async () => {
    await admin('POST', '/apps', { name: 'blog' });
    await admin('POST', '/apps/blog/domains', { hostname: 'blog.example' });
    await web.ctx.store.db.insertInto('acmeChallenges').values({ token: 'tok_en-1', appId, keyAuthorization: 'tok_en-1.print' }).execute();
    await web.ctx.bus.publish('route-changed', { appId });
    for (const { port } of routers) {
      const ask = (host: string, path: string) => raw(port, get(path, [`Host: ${host}`]));
      await untilSo(
        'it is answered',
        async () => bodyOf(await ask('www.shop.example', '/.well-known/acme-challenge/tok_en-1')) === 'tok_en-1.print',
      );
      expect(statusOf(await ask('blog.example', '/.well-known/acme-challenge/tok_en-1'))).not.toBe(200);
      for (const path of ['tok_en-2', 'tok_en-1/', '__proto__', 'constructor', '../acme-challenge/tok_en-1'])
        expect(statusOf(await ask('www.shop.example', `/.well-known/acme-challenge/${path}`)), path).not.toBe(200);
    }
  });

  it('go with their domain, and with the wish for them', async () => {
    await admin('DELETE', '/apps/shop/domains/late.shop.example');
    const names = ((await admin('GET', '/apps/shop/sni-endpoints')).body as { domains: string[] }[]).flatMap(({ domains }) => domains);
    expect(names).not.toHaveLength(0);
    expect(names).not.toContain('late.shop.example');
    expect(await admin('DELETE', '/apps/shop/acm')).toMatchObject({ status: 200, body: { acm: false } });
    expect((await admin('GET', '/apps/shop/sni-endpoints')).body).toEqual([]);
    expect(await domain('www.shop.example')).toMatchObject({ acm_status: null, sni_endpoint: null });
    await untilSo('the platform shows its own', async () =>
      (await shown('www.shop.example')).every(({ names }) => names.includes('localhost')),
    );
    expect((await admin('PATCH', '/apps/shop/acm', { acm_refresh: true })).status).toBe(422);
  });
});
