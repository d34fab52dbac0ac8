// The databases that come with the platform: an app has one with one command, keeps it through crashes, and shares it with nobody.
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HOME_LABEL } from '../../src/docker/labels.js';
import { testEngine } from '../support/engine.js';
import { startPlatform, type Platform } from '../support/platform.js';
import { openShell, type Shell } from '../support/shell.js';
import { until, untilSo } from '../support/until.js';
import { anApp, type Workspace } from '../support/workspace.js';

const engine = testEngine();
const OTHER = { Procfile: 'web: python3 -m http.server $PORT\n' };
const PLANS = `
- {name: small, memory: 256, connections: 20, disk: 128}
- {name: larger, memory: 512, connections: 20, disk: 128}
`;
let platform: Platform;
let shell: Shell;
let shop: Workspace;
let other: Workspace;
let pushed: ReturnType<Workspace['push']>;
let addon: Addon;
let cache: Addon;

interface Addon {
  id: string;
  name: string;
  state: string;
  plan: { name: string };
}

beforeAll(async () => {
  const home = mkdtempSync(join(tmpdir(), 'slipway-home-'));
  writeFileSync(join(home, 'postgresql.yml'), PLANS);
  platform = await startPlatform({ SLIPWAY_HOME: home });
  shell = await openShell({ PAAS_API_URL: platform.apiUrl, PAAS_API_KEY: platform.token });
  [shop, other] = await Promise.all([anApp(platform, 'shop', 'examples/hello-postgres'), anApp(platform, 'other', OTHER)]);
  pushed = other.push('main');
});

afterAll(async () => {
  await Promise.all([shop?.remove(), other?.remove(), shell?.remove()]);
  const homeId = readFileSync(join(platform.home, 'home.id'), 'utf8').trim();
  await platform.stop();
  // `npm run down` keeps what add-ons hold; here nobody wants it back.
  const { Volumes } = await engine.listVolumes({ filters: { label: [`${HOME_LABEL}=${homeId}`] } });
  await Promise.all(Volumes.map(({ Name }) => engine.getVolume(Name).remove()));
});

describe('a database', () => {
  it('is there with one command, whatever of ours is killed meanwhile', async () => {
    const creating = shell.run('paas addons:create heroku-postgresql -a shop');
    await platform.kill('providers');
    expect((await creating).code).toBe(0);
    await until(
      () =>
        addons('shop')
          .then((all) => all.map(({ state }) => state))
          .catch(() => []),
      180_000,
    ).toEqual(['provisioned']);
    addon = (await addons('shop'))[0]!;
    expect(addon.plan.name).toBe('heroku-postgresql:small');
    expect(await containerOf(addon)).toMatchObject({ running: true, user: '20001:20001', ports: {} });
  });

  it('is reached by the release command, all dynos and one-off dynos of its app', async () => {
    const { remote } = await shop.push('main');
    expect(remote).toContain('The table of visits is there.');
    await platform.api('PATCH', '/apps/shop/formation', { updates: [{ type: 'web', quantity: 3 }] });
    await Promise.all([pushed, untilSo('three dynos', async () => (await dynos('shop')).length === 3)]);
    await until(() => shop.get('/')).toMatchObject({ status: 200 });
    const before = await count();
    const answers = await Promise.all(Array.from({ length: 12 }, () => shop.get('/')));
    expect(answers.map(({ body }) => body)).toEqual(answers.map(() => expect.stringMatching(/^Visit \d+\n$/) as string));
    expect(await count()).toBe(before + 12);
    const counting = `python -c 'import os, psycopg; print(psycopg.connect(os.environ["DATABASE_URL"]).execute("SELECT 6 * 7").fetchone())'`;
    expect(await shell.run(`paas run -a shop "${counting.replaceAll('"', '\\"')}"`)).toMatchObject({ code: 0, stdout: '(42,)\n' });
  });
});

describe('between a database and others', () => {
  it.concurrent('no packet passes from a dyno of another app, by name or by address', async () => {
    const { address } = await containerOf(addon);
    const [mine, theirs] = [(await dynos('shop'))[0]!, (await dynos('other'))[0]!];
    const [byAddress, byName] = [address, `pg-${addon.id}`];
    const from = (dyno: string) => Promise.all([reaches(dyno, byAddress, 5432), reaches(dyno, byName, 5432)]);
    await untilSo('its own dyno reaches it', async () => (await from(mine)).every((isThere) => isThere));
    expect(await from(theirs)).toEqual([false, false]);
  });

  it.concurrent('it begins no connection: not to dynos, its app’s included, nor to the host or the internet', async () => {
    const database = `slipway-addon-${addon.id}`;
    const [mine, theirs] = [(await dynos('shop'))[0]!, (await dynos('other'))[0]!];
    const { gateway } = await containerOf(addon);
    const targets: [host: string, port: number][] = [
      [await addressOf(mine), await portOf(mine)],
      [await addressOf(theirs), await portOf(theirs)],
      [gateway, Number(new URL(platform.apiUrl).port)],
      [gateway, 22],
      ['1.1.1.1', 443],
    ];
    const reached = await Promise.all(
      targets.map(async ([host, port]) => ((await reaches(database, host, port)) ? [`${host}:${port}`] : [])),
    );
    expect(reached.flat()).toEqual([]);
  });

  it('an app that it is attached to is let in, and out again', async () => {
    const attached = await platform.api<{ id: string }>('POST', '/addon-attachments', { app: 'other', addon: addon.name });
    const host = `pg-${addon.id}`;
    const reached = async () => {
      const [dyno] = await dynos('other');
      return dyno !== undefined && (await reaches(dyno, host, 5432));
    };
    await until(reached).toBe(true);
    await platform.api('DELETE', `/addon-attachments/${attached.id}`);
    await until(reached).toBe(false);
  });
});

describe('when its server ends', () => {
  it('kill -9: it is started again, says so, and has every row that was committed', async () => {
    const told = new Set<string>();
    let isDone = false;
    const write = async () => {
      while (!isDone) {
        const { status, body } = await shop.get('/');
        if (status === 200) told.add(body);
      }
    };
    const before = await count();
    const writers = Promise.all([write(), write(), write()]);
    await untilSo('some rows', () => told.size > 20);
    await engine.getContainer(`slipway-addon-${addon.id}`).kill({ signal: 'KILL' });
    const atKill = told.size;
    await untilSo('rows after it', () => told.size > atKill + 20);
    isDone = true;
    await writers;
    expect(await count()).toBeGreaterThanOrEqual(before + told.size);
    for (const text of ['stopped with status 137; it is started again', 'is up again'])
      await untilSo(`its log says that it ${text}`, () => says(new RegExp(`app\\[heroku-postgres\\]: ${addon.name} ${text}`)));
  });

  it('its container is removed by hand: the data is in its volume', async () => {
    const before = await count();
    await engine.getContainer(`slipway-addon-${addon.id}`).remove({ force: true });
    await until(() => shop.get('/').then(({ status }) => status)).toBe(200);
    expect(await count()).toBeGreaterThan(before);
  });

  it('another plan: the same rows within other limits', async () => {
    const before = await count();
    await platform.api('PATCH', `/apps/shop/addons/${addon.name}`, { plan: 'heroku-postgresql:larger' });
    await until(() => containerOf(addon).then(({ memoryMb }) => memoryMb)).toBe(512);
    await until(() => shop.get('/').then(({ status }) => status)).toBe(200);
    expect(await count()).toBeGreaterThan(before);
  });
});

// At the same time; `expect.poll` doesn't work there.
describe('side by side', () => {
  it.concurrent('a database whose disk is full takes no more, says so, and goes on when there is room again', async () => {
    const { DATABASE_URL = '' } = await platform.api<Record<string, string>>('GET', '/apps/shop/config-vars');
    const psql = ['psql', '-h', '/tmp', '-d', new URL(DATABASE_URL).pathname.slice(1)];
    const sql = (...texts: string[]) => inside(`slipway-addon-${addon.id}`, [...psql, ...texts.flatMap((text) => ['-c', text])]);
    expect(await sql('CREATE TABLE big AS SELECT repeat(md5(n::text), 60) FROM generate_series(1, 80000) n')).toMatchObject({ status: 0 });
    await untilSo('it is read-only', async () => (await shop.get('/')).body.includes('read-only transaction'), 120_000);
    expect((await shop.get('/count')).status).toBe(200);
    expect((await sql('SET default_transaction_read_only = off', 'DROP TABLE big')).status).toBe(0);
    await untilSo('it is written', async () => (await shop.get('/')).status === 200, 120_000);
    for (const text of ['it is read-only until', 'it can be written again'])
      await untilSo(`its log says ${text}`, () => says(new RegExp(`${addon.name} holds \\d+ MB of the 128 MB of its plan: ${text}`)));
  });

  it.concurrent('a Redis is there with one command, for its app only, and keeps what it was told through kill -9', async () => {
    expect(await shell.run('paas addons:create heroku-redis -a shop --name cache')).toMatchObject({ code: 0 });
    await untilSo('both are there', async () => (await addons('shop')).every(({ state }) => state === 'provisioned'), 180_000);
    cache = (await addons('shop')).find(({ name }) => name === 'cache')!;
    const { REDIS_URL = '' } = await platform.api<Record<string, string>>('GET', '/apps/shop/config-vars');
    const { password } = new URL(REDIS_URL);
    // What people are told leads to the data port; its dynos find it by a name of theirs.
    const hostname = `redis-${cache.id}`;
    const say = async (...commands: string[]) => {
      const lines = [`AUTH ${password}`, ...commands].map((line) => `${line}\\r\\n`).join('');
      const script = `exec 3<>/dev/tcp/${hostname}/6379 && printf '${lines}QUIT\\r\\n' >&3 && timeout 5 cat <&3`;
      const [dyno] = await dynos('shop');
      return dyno === undefined ? '' : (await inside(dyno, ['bash', '-c', script])).output.replaceAll('\r', '');
    };
    await untilSo('it is told', async () => (await say('SET kept yes')) === '+OK\n+OK\n+OK\n');
    expect(await say('CONFIG SET dir /tmp', 'ACL LIST')).toMatch(/^\+OK\n-NOPERM .*\n-NOPERM .*\n\+OK\n$/);
    expect(await reaches((await dynos('other'))[0]!, hostname, 6379)).toBe(false);
    await engine.getContainer(`slipway-addon-${cache.id}`).kill({ signal: 'KILL' });
    await untilSo('it has kept it', async () => (await say('GET kept')) === '+OK\n$3\nyes\n+OK\n');
    await untilSo('its log says so', () => says(/app\[heroku-redis\]: cache is up again/));
  });
});

it('all is gone with its data when its app is destroyed', async () => {
  await platform.api('DELETE', '/apps/shop');
  const names = [addon, cache].map(({ id }) => `slipway-addon-${id}`);
  const left = () => Promise.allSettled(names.flatMap((name) => [engine.getContainer(name).inspect(), engine.getVolume(name).inspect()]));
  await until(() => left().then((all) => all.filter(({ status }) => status === 'fulfilled'))).toEqual([]);
});

async function says(text: RegExp): Promise<boolean> {
  return text.test((await shell.run('paas logs -a shop -n 1000')).stdout);
}

function addons(app: string): Promise<Addon[]> {
  return platform.api('GET', `/apps/${app}/addons`);
}

async function count(): Promise<number> {
  return Number((await shop.get('/count')).body);
}

/** Ids of the containers of an app's web dynos that run. */
async function dynos(app: string): Promise<string[]> {
  const all = await engine.listContainers({ filters: { label: ['slipway.dyno', `slipway.app-name=${app}`] } });
  const up = await platform.api<{ id: string; state: string }[]>('GET', `/apps/${app}/dynos`);
  return all.filter(({ Labels }) => up.some(({ id, state }) => id === Labels['slipway.dyno-id'] && state === 'up')).map(({ Id }) => Id);
}

/** By a program inside, as its user; what is dropped is given two seconds. */
async function reaches(container: string, host: string, port: number): Promise<boolean> {
  return (await inside(container, ['timeout', '2', 'bash', '-c', `exec 3<>/dev/tcp/${host}/${port}`])).status === 0;
}

async function inside(container: string, command: string[]): Promise<{ status: number | null; output: string }> {
  const exec = await engine.getContainer(container).exec({ Cmd: command, AttachStdout: true, AttachStderr: true, Tty: true });
  const stream = await exec.start({ Tty: true });
  let output = '';
  for await (const chunk of stream) output += String(chunk);
  return { status: (await exec.inspect()).ExitCode, output };
}

/** What it listens on at all its addresses, as the kernel says. */
async function portOf(container: string): Promise<number> {
  const { output } = await inside(container, ['cat', '/proc/net/tcp']);
  return parseInt(/ 00000000:([0-9A-F]{4}) 00000000:0000 0A/.exec(output)?.[1] ?? '', 16);
}

async function containerOf({ id }: Addon) {
  const { State, Config, HostConfig, NetworkSettings } = await engine.getContainer(`slipway-addon-${id}`).inspect();
  const [network] = Object.values(NetworkSettings.Networks);
  return {
    running: State.Running,
    user: Config.User,
    ports: NetworkSettings.Ports,
    memoryMb: (HostConfig.Memory ?? 0) / 1024 / 1024,
    address: network?.IPAddress ?? '',
    gateway: network?.Gateway ?? '',
  };
}

async function addressOf(container: string): Promise<string> {
  const { HostConfig, NetworkSettings } = await engine.getContainer(container).inspect();
  const holder = HostConfig.NetworkMode?.startsWith('container:') ? HostConfig.NetworkMode.slice('container:'.length) : undefined;
  const { Networks } = holder ? (await engine.getContainer(holder).inspect()).NetworkSettings : NetworkSettings;
  return Object.values(Networks)[0]?.IPAddress ?? '';
}
