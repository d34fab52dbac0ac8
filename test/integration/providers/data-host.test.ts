// Heroku's own client, psql and others with databases of ours: by the data host, and by the one port that leads to them from outside.
import { connect as connectPlain } from 'node:net';
import { readFileSync } from 'node:fs';
import { connect, type ConnectionOptions } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readBatches } from '../../../src/bus/log-lines.js';
import { listAddons } from '../../../src/store/addon/addons.js';
import { callAs } from '../api/client.js';
import { openOwnAddons, type OwnAddons } from '../../support/own-add-ons.js';
import { testEngine } from '../../support/engine.js';
import { untilSo } from '../../support/until.js';

let own: OwnAddons;

beforeAll(async () => {
  own = await openOwnAddons();
  for (const app of ['shop', 'other']) expect((await own.admin('POST', '/apps', { name: app })).status).toBe(201);
  // On a busy machine it is there later than an answer waits for, which says so in a way that Heroku's schema doesn't know.
  const make = (plan: string, name: string) =>
    fetch(`${own.web.url}/apps/shop/addons`, {
      method: 'POST',
      headers: { authorization: `Bearer ${own.web.adminToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ plan, name }),
    });
  await Promise.all([make('heroku-postgresql', 'db'), make('heroku-redis', 'kv')]);
  const isThere = async () => (await listAddons(own.web.ctx.store)).filter(({ state }) => state === 'provisioned').length === 2;
  await untilSo('both are there', isThere, 120_000);
});
afterAll(() => own?.stop());

const vars = async (app = 'shop') => (await own.admin('GET', `/apps/${app}/config-vars`)).body as Record<string, string>;
const databaseUrl = async () => (await vars())['DATABASE_URL'] ?? '';
const psql = (url: string, text: string) => own.shell.run(`psql '${url}' -qXAt -c "${text}"`);
const rows = async (url: string, text: string) => {
  const { code, stdout, stderr } = await psql(url, text);
  return code === 0 ? stdout.trim() : stderr.trim();
};
const linesOf = async (app: string) => {
  const { id } = (await own.admin('GET', `/apps/${app}`)).body as { id: string };
  await own.web.ctx.lines.flush();
  return (await readBatches(own.web.ctx.bus, id)).map(({ text }) => text).join('');
};
const releasesOf = async (app: string) =>
  ((await own.admin('GET', `/apps/${app}/releases`)).body as { description: string }[]).map(({ description }) => description);

/** On a busy machine it is done later than an answer waits for, which says so. */
const rotate = async (path: string, name: string, isDone: () => Promise<boolean>) => {
  const answer = await own.admin('POST', `${path}/credentials_rotation`, {});
  expect(answer).toMatchObject({ status: 200, body: { message: expect.stringMatching(`^${name}: (being )?rotated`) as string } });
  await untilSo(`${name} is rotated`, isDone);
};

describe('by the port, PostgreSQL', () => {
  it('lets in who has the password, under TLS, by the certificate of the API', async () => {
    const url = await databaseUrl();
    expect(url).toMatch(new RegExp(`^postgres://u[0-9a-f]{14}:p[0-9a-f]{62}@127.0.0.1:${own.dataPort}/d[0-9a-f]{14}$`));
    const checked = `${url.replace('127.0.0.1', 'localhost')}?sslmode=verify-full&sslrootcert=${own.caFile}`;
    expect(await rows(checked, 'SELECT 6 * 7')).toBe('42');
  });

  it.each([
    ['without TLS', (url: string) => `${url}?sslmode=disable`, 'this port takes TLS only'],
    ['with another password', (url: string) => url.replace(/p[0-9a-f]{62}/, 'wrong'), 'password authentication failed'],
    ['another database', (url: string) => url.replace(/d[0-9a-f]{14}$/, 'postgres'), 'there is no such database here'],
    ['as the superuser', (url: string) => url.replace(/u[0-9a-f]{14}/, 'postgres'), 'pg_hba.conf rejects connection'],
  ])('refuses who comes %s', async (_name, change, words) => {
    expect(await rows(change(await databaseUrl()), 'SELECT 1')).toContain(words);
  });

  it('ends a query that is cancelled', async () => {
    const url = await databaseUrl();
    const running = own.shell.start(`exec psql '${url}' -qXAt -c 'SELECT pg_sleep(300)'`);
    const isRunning = "SELECT count(*) FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(300)'";
    await untilSo('it runs', async () => (await rows(url, isRunning)) === '1', 60_000);
    running.interrupt();
    expect((await running.ended).stderr).toContain('canceling statement due to user request');
  });

  it('hangs up on whoever says something else', async () => {
    for (const words of ['GET / HTTP/1.1\r\n\r\n', '\0\0\0\x08\x04\xd2\x16\x2fmore', '\0\0\0\x09nonsense', '*1\r\n$4\r\nPING\r\n'])
      expect(await heardBy(connectPlain({ host: '127.0.0.1', port: own.dataPort }), words)).toMatch(
        /^(-ERR this port takes TLS only.*\r\n)?$/,
      );
  });
});

describe('by the port, Redis', () => {
  const say = (words: string) => {
    const ca = readFileSync(own.caFile, 'utf8');
    const to: ConnectionOptions = { host: 'localhost', port: own.dataPort, ca };
    return heardBy(connect(to), words);
  };

  it('lets in who has the password, and nobody else', async () => {
    const { password } = new URL((await vars())['REDIS_URL'] ?? '');
    expect(await say(`AUTH ${password}\nSET kept yes\nQUIT\n`)).toBe('+OK\r\n+OK\r\n+OK\r\n');
    expect(
      await say(`*5\r\n$5\r\nHELLO\r\n$1\r\n3\r\n$4\r\nAUTH\r\n$7\r\ndefault\r\n$63\r\n${password}\r\nGET kept\r\nQUIT\r\n`),
    ).toContain('yes');
    expect(await say('GET kept\n')).toContain('-NOAUTH');
    expect(await say('AUTH wrong\n')).toContain('-WRONGPASS');
    expect(await say(`AUTH ${password.slice(0, 20)}wrong\nQUIT\n`)).toContain('-WRONGPASS');
  });
});

describe('a rotation', () => {
  it('has another password in force, in each app by a release, and the one before refused', async () => {
    const before = await databaseUrl();
    const session = own.shell.start(`exec psql '${before}' -qXAt -c 'SELECT pg_sleep(300)'`);
    await untilSo(
      'it is open',
      async () => (await rows(before, "SELECT count(*) FROM pg_stat_activity WHERE query ~ '^SELECT pg_sl'")) === '1',
    );
    await rotate('/postgres/v0/databases/db/credentials/default', 'default', async () => (await databaseUrl()) !== before);
    const after = await databaseUrl();
    expect(await rows(after, 'SELECT 1')).toBe('1');
    expect(await rows(before, 'SELECT 1')).toContain('password authentication failed');
    expect((await session.ended).code).not.toBe(0);
    expect((await releasesOf('shop')).at(-1)).toBe('Update DATABASE by heroku-postgresql');
    await untilSo('its log says so', async () => (await linesOf('shop')).includes('db has a new password for its credential default'));
  });

  it('of Redis does the same', async () => {
    const before = (await vars())['REDIS_URL'] ?? '';
    await rotate('/redis/v0/databases/kv', 'default', async () => (await vars())['REDIS_URL'] !== before);
  });
});

describe('a further credential', () => {
  const CREDENTIALS = '/postgres/v0/databases/db/credentials';
  const names = async () => ((await own.admin('GET', CREDENTIALS)).body as { name: string }[]).map(({ name }) => name);

  it('is an app’s by an attachment, and may do what it is granted', async () => {
    expect((await own.admin('POST', CREDENTIALS, { name: 'readers' })).status).toBe(201);
    expect(await names()).toEqual(['default', 'readers']);
    const attach = { addon: 'db', app: 'other', name: 'REPORTS', namespace: 'credential:readers' };
    const attached = await own.admin('POST', '/addon-attachments', attach);
    expect(attached).toMatchObject({ status: 201, body: { namespace: 'credential:readers', config_vars: ['REPORTS_URL'] } });
    const { REPORTS_URL = '' } = await vars('other');
    const owner = await databaseUrl();
    expect(new URL(REPORTS_URL).username).toMatch(/^c[0-9a-f]{14}$/);
    await rows(owner, 'CREATE TABLE visits AS SELECT 1 AS number');
    expect(await rows(REPORTS_URL, 'SELECT * FROM visits')).toContain('permission denied');
    await rows(owner, `GRANT SELECT ON visits TO ${new URL(REPORTS_URL).username}`);
    expect(await rows(REPORTS_URL, 'SELECT * FROM visits')).toBe('1');
    expect(await rows(REPORTS_URL, 'DELETE FROM visits')).toContain('permission denied');
  });

  it('is all that whoever works on that app is told', async () => {
    const email = 'reader@example.com';
    const made = (await own.admin('POST', '/users', { email })).body as { access_token: { token: string } };
    expect((await own.admin('POST', '/apps/other/collaborators', { user: email })).status).toBe(201);
    const reader = callAs(() => own.web.url, made.access_token.token);
    expect(await reader('GET', '/client/v11/databases/db')).toMatchObject({ status: 200, body: { name: 'db', resource_url: null } });
    expect((await reader('GET', `${CREDENTIALS}/default`)).status).toBe(404);
  });

  it('is rotated alone', async () => {
    const [before, owner] = [(await vars('other'))['REPORTS_URL'] ?? '', await databaseUrl()];
    await rotate(`${CREDENTIALS}/readers`, 'readers', async () => (await vars('other'))['REPORTS_URL'] !== before);
    expect(await rows((await vars('other'))['REPORTS_URL'] ?? '', 'SELECT * FROM visits')).toBe('1');
    expect(await rows(before, 'SELECT 1')).toContain('password authentication failed');
    expect(await databaseUrl()).toBe(owner);
  });

  it('goes when no app has it any more', async () => {
    const refused = await own.admin('DELETE', `${CREDENTIALS}/readers`);
    expect(refused).toMatchObject({
      status: 422,
      body: { message: 'Credential readers is attached to other as REPORTS: detach it first.' },
    });
    const [attachment] = (await own.admin('GET', '/apps/other/addon-attachments')).body as { id: string }[];
    const { REPORTS_URL = '' } = await vars('other');
    await own.admin('DELETE', `/addon-attachments/${attachment!.id}`);
    expect((await own.admin('DELETE', `${CREDENTIALS}/readers`)).status).toBe(200);
    expect(await names()).toEqual(['default']);
    expect(await rows(REPORTS_URL, 'SELECT 1')).toContain('password authentication failed');
  });

  it.each<[string, string, object | undefined, number, RegExp]>([
    ['POST', CREDENTIALS, { name: 'default' }, 422, /not be default/],
    ['POST', CREDENTIALS, { name: 'No Spaces' }, 422, /lowercase letters/],
    ['DELETE', `${CREDENTIALS}/default`, undefined, 422, /cannot be destroyed/],
    ['GET', `${CREDENTIALS}/none`, undefined, 404, /that credential of db/],
    ['POST', `${CREDENTIALS}/none/credentials_rotation`, undefined, 404, /that credential of db/],
    ['GET', '/postgres/v0/databases/kv/credentials', undefined, 404, /kv is none of heroku-postgresql/],
    ['POST', '/addon-attachments', { addon: 'db', app: 'other', namespace: 'credential:none' }, 404, /no credential none/],
  ])('%s %s %o is refused', async (method, path, body, status, words) => {
    expect(await own.admin(method, path, body)).toMatchObject({ status, body: { message: expect.stringMatching(words) as string } });
  });
});

it('nothing of an app’s is run as the superuser, whatever it is called', async () => {
  const url = await databaseUrl();
  const trap = [
    'CREATE TABLE ran (who name)',
    "CREATE FUNCTION note() RETURNS int LANGUAGE sql AS 'INSERT INTO public.ran VALUES (current_user) RETURNING 1'",
    'CREATE VIEW pg_stat_user_tables AS SELECT note()',
    `ALTER DATABASE ${new URL(url).pathname.slice(1)} SET search_path = public, pg_catalog`,
  ];
  expect(await rows(url, trap.join('; '))).toBe('');
  const { info } = (await own.admin('GET', '/client/v11/databases/db')).body as { info: { name: string }[] };
  expect(info.map(({ name }) => name)).toContain('PG Version');
  expect(await rows(url, 'SELECT who FROM public.ran')).toBe('');
  // It is one: whoever asks for it by that name runs it.
  await rows(url, 'SELECT count(*) FROM pg_stat_user_tables');
  expect(await rows(url, 'SELECT who FROM public.ran')).toBe(new URL(url).username);
});

describe('a reset', () => {
  const RESET = '/client/v11/databases/db/reset';

  it('leaves an empty database, with the extensions that are asked for', async () => {
    const url = await databaseUrl();
    await rows(url, 'CREATE TABLE IF NOT EXISTS goes AS SELECT 1');
    expect((await own.admin('PUT', RESET, { extensions: ['citext'] })).status).toBe(200);
    expect(await rows(url, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")).toBe('0');
    expect(await rows(url, "SELECT 'A'::citext = 'a'")).toBe('t');
  });

  it.each([
    ['none', /extension none can't be made/],
    ['plpython3u', /extension plpython3u can't be made/],
    ['"; DROP', /must be the name of an extension/],
  ])('with %s says what it couldn’t', async (name, words) => {
    const answer = await own.admin('PUT', RESET, { extensions: [name] });
    expect(answer).toMatchObject({ status: 422, body: { message: expect.stringMatching(words) as string } });
  });
});

it('settings of a Redis hold when its server is started again', async () => {
  const config = () => own.admin('GET', '/redis/v0/databases/kv/config');
  const change = { timeout: 60, maxmemory_policy: 'allkeys-lru', notify_keyspace_events: 'KEA' };
  expect((await own.admin('PATCH', '/redis/v0/databases/kv/config', change)).status).toBe(200);
  const set = { timeout: { value: 60 }, maxmemory_policy: { value: 'allkeys-lru' }, notify_keyspace_events: { value: 'AKE' } };
  expect((await config()).body).toMatchObject(set);
  const { id } = (await own.admin('GET', '/addons/kv')).body as { id: string };
  await testEngine().getContainer(`slipway-addon-${id}`).kill({ signal: 'KILL' });
  await untilSo('it says that it is up again', async () => (await linesOf('shop')).includes('kv is up again'), 60_000);
  expect((await config()).body).toMatchObject(set);
});

describe("Heroku's client", () => {
  const heroku = (command: string, stdin = '') => own.shell.run(`heroku ${command} -a shop`, { stdin });
  const RIGHT: [command: string, says: RegExp[], stdin?: string][] = [
    ['pg:info', [/^=== DATABASE_URL/, /Plan: +The small/, /Status: +Available/, /PG Version: +1\d\.\d+/, /Add-on: +db/]],
    [`pg:psql -c 'SELECT 6 * 7 AS answer'`, [/--> Connecting to db/, / answer \n-+\n +42/]],
    ['pg:credentials:url', [/postgres:\/\/u[0-9a-f]{14}:p[0-9a-f]{62}@localhost:\d+\/d[0-9a-f]{14}/]],
    ['redis:info', [/^=== kv \(REDIS_URL\)/, /Version: +\d/, /Persistence: +AOF/]],
    ['redis:cli', [/Connecting to kv \(REDIS_URL\)/, /Disconnected from instance/], 'PING\n'],
  ];
  const WRONG: [command: string, code: number, says: RegExp][] = [
    ['pg:settings:log-statement', 2, /databases don't have that: there are no followers/],
    ['redis:maxmemory -p everything', 2, /maxmemory_policy: must be one of noeviction/],
  ];

  it.concurrent.each(RIGHT)('%s', async (command, says, stdin) => {
    const { code, stdout, stderr } = await heroku(command, stdin);
    for (const each of says) expect(stderr.replace(/^ › .*\n/gm, '') + stdout, stderr).toMatch(each);
    expect(code).toBe(0);
  });

  it.concurrent.each(WRONG)('%s is refused', async (command, code, says) => {
    const { stderr, ...answer } = await heroku(command);
    expect({ code: answer.code, says: stderr.replace(/\s+/g, ' ') }).toEqual({ code, says: expect.stringMatching(says) as string });
  });
});

/** All that the other side says, when it has been told something. */
function heardBy(socket: ReturnType<typeof connectPlain>, words: string): Promise<string> {
  return new Promise((resolve) => {
    let heard = '';
    socket.setEncoding('utf8').on('data', (text: string) => (heard += text));
    socket.on('error', () => undefined).once('close', () => resolve(heard));
    socket.write(words);
  });
}
