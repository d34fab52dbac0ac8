// `paas heroku`: Heroku's client and this platform, and nobody else. No token of Heroku's comes here, none of ours goes there.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CACHE, theClient } from '../support/heroku-client.js';
import { openShell, type Shell } from '../support/shell.js';

const OURS = 'HRKU-ours';
const HEROKUS = 'HRKU-of-heroku-itself';
const REAL = ['api.heroku.com', 'git.heroku.com']
  .map((host) => `machine ${host}\n  login me@example.com\n  password ${HEROKUS}\n`)
  .join('');

/** Notes each host name that is looked up, and lets none be found but this machine. */
const SPY = `import dns from 'node:dns';
import { appendFileSync } from 'node:fs';
const lookUp = dns.lookup;
dns.lookup = (hostname, ...rest) => {
  appendFileSync(process.env.SPY_FILE, hostname + '\\n');
  return lookUp('localhost', ...rest);
};
`;

let api: Server;
let port: number;
let shell: Shell;
let spyFile: string;
/** What came with each request: all of its head. */
const heard: string[] = [];

beforeAll(async () => {
  await theClient();
  api = createServer({ maxHeaderSize: 64 * 1024 }, (request, response) => {
    heard.push(`${request.method} ${request.url} ${JSON.stringify(request.rawHeaders)}`);
    const isAccount = request.url === '/account';
    const body = isAccount
      ? { id: '01234567-89ab-4def-8123-456789abcdef', email: 'me@example.com' }
      : { id: 'not_found', message: 'Nothing.' };
    response.writeHead(isAccount ? 200 : 404, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((ready) => api.listen(0, '0.0.0.0', ready));
  ({ port } = api.address() as AddressInfo);
  shell = await openShell({ XDG_CACHE_HOME: CACHE, PAAS_API_KEY: OURS });
  spyFile = join(shell.home, 'looked-up');
  await shell.write({ '../spy.mjs': SPY, '../.netrc': REAL });
});
afterAll(async () => {
  await shell?.remove();
  await new Promise((closed) => api.close(closed));
});

const spied = () => (existsSync(spyFile) ? [...new Set(readFileSync(spyFile, 'utf8').trim().split('\n'))] : []);
const env = (host: string) => ({
  PAAS_API_URL: `http://${host}:${port}`,
  SPY_FILE: spyFile,
  NODE_OPTIONS: `--import=${pathToFileURL(join(shell.home, 'spy.mjs')).href}`,
  // What somebody has who works with Heroku as well.
  HEROKU_API_KEY: HEROKUS,
  HEROKU_HEADERS: JSON.stringify({ authorization: `Bearer ${HEROKUS}` }),
  HEROKU_HOST: 'api.heroku.com',
  HTTPS_PROXY: 'http://proxy.example.com:3128',
});

describe.each([
  ['on loopback', '127.0.0.1'],
  ['elsewhere, through the forwarder', '127.0.0.2'],
])('a platform %s', (_where, host) => {
  it('hears our token and never that of Heroku', async () => {
    heard.length = 0;
    expect(await shell.run('paas heroku whoami', { env: env(host) })).toMatchObject({ code: 0, stdout: 'me@example.com\n' });
    expect(heard.length).toBeGreaterThan(0);
    for (const each of heard) {
      expect(each).toContain(`Bearer ${OURS}`);
      expect(each).not.toContain(HEROKUS);
    }
  });
});

describe('Heroku', () => {
  it('hears nothing, whatever is asked', async () => {
    const commands = [
      'apps:favorites',
      'notifications --read',
      'pipelines:connect p --repo a/b',
      'ps:autoscale:disable -a x',
      'apps:errors -a x',
      'ci:run -p p',
      'pg:diagnose -a x',
      'status',
      'whoami',
    ];
    const said = await Promise.all(commands.map((words) => shell.run(`timeout 100 paas heroku ${words}`, { env: env('127.0.0.1') })));
    expect(said.filter(({ code }) => code === 124)).toEqual([]);
    expect(said.filter(({ stderr }) => /TypeError|\n\s+at /.test(stderr))).toEqual([]);
    expect(spied().filter((name) => name !== 'localhost' && !name.startsWith('127.'))).toEqual([]);
  });

  it('is said to be out of reach', async () => {
    const { code, stderr } = await shell.run('paas heroku notifications', { env: env('127.0.0.1') });
    expect(stderr.replaceAll(/\s+/g, ' ')).toContain("telex.heroku.com, a service of Heroku's own, which has nothing to say about this");
    expect(code).not.toBe(0);
  });
});

it('nobody who is not logged in starts it', async () => {
  expect(await shell.run('paas heroku apps', { env: { PAAS_API_KEY: undefined, PAAS_API_URL: undefined } })).toMatchObject({ code: 100 });
});

it("git's own configuration keeps the helper of paas, and no other", async () => {
  const { stdout } = await shell.run('git config --global --get-regexp "^credential"');
  expect(stdout).toContain(`credential.https://127.0.0.1:${port}.helper`);
  expect(stdout).not.toContain('heroku git:credentials');
});
