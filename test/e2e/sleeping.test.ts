// An Eco app on real containers: it falls asleep, is told so, is woken by a request; kill -9 of our processes changes nothing of that.
import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startPlatform, type Platform, type ProcessName } from '../support/platform.js';
import { until } from '../support/until.js';
import { anApp, type Workspace } from '../support/workspace.js';

const SERVER = `
const server = require('http').createServer((_, answer) => answer.end('awake'));
setTimeout(() => server.listen(process.env.PORT), Number(process.env.SLOW || 0));
`;
let platform: Platform;
let app: Workspace;

beforeAll(async () => {
  platform = await startPlatform({ SLIPWAY_IDLE_AFTER: '2', SLIPWAY_DEFAULT_SIZE: 'free' });
  app = await anApp(platform, 'sleepy', {
    'package.json': JSON.stringify({ name: 'sleepy', version: '1.0.0' }),
    'index.js': SERVER,
    Procfile: 'web: node index.js\nworker: sleep 1000\n',
  });
  expect((await app.push('main')).output).toContain('[new branch]      main -> main');
  await platform.api('PATCH', '/apps/sleepy/formation', { updates: [{ type: 'worker', quantity: 1 }] });
});

afterAll(async () => {
  await app?.remove();
  await platform?.stop();
});

interface Dyno {
  name: string;
  size: string;
  state: string;
}

/** Those of the formation. */
async function states(): Promise<string[]> {
  const dynos = await app.api<Dyno[]>('GET', '/dynos');
  return dynos.filter(({ name }) => !name.startsWith('run.')).map(({ name, size, state }) => `${name} ${size} ${state}`);
}

/** A router that was killed doesn't listen for a moment. */
function answers(): Promise<void> {
  const status = () =>
    app.get('/').then(
      (answer) => answer.status,
      () => 0,
    );
  return until(status).toBe(200);
}

async function asleep(): Promise<void> {
  await until(states).toEqual(['web.1 Eco idle', 'worker.1 Eco idle']);
  await until(() => platform.containers('slipway.dyno').then((all) => all.length)).toBe(0);
}

async function paas(command: string): Promise<string> {
  const env = { ...process.env, HOME: platform.home, PAAS_API_KEY: platform.token, PAAS_API_URL: platform.apiUrl, PAAS_APP: 'sleepy' };
  return (await promisify(execFile)(resolve('bin/paas'), command.split(' '), { env })).stdout;
}

describe('an app of the default size Eco', () => {
  it('falls asleep, with its worker: paas ps and the log say so, and no container is left', async () => {
    await asleep();
    expect(await paas('ps')).toMatch(/=== web \(Eco\): node index\.js \(1\)\nweb\.1: idle .* ago\), wakes when the app is asked for\n/);
    expect(await paas('ps:scale')).toContain('web=1:Eco worker=1:Eco');
    for (const name of ['web', 'worker'])
      await until(() => fourFrom('Idling', `${name}.1`)).toEqual([
        'Idling',
        'State changed from up to down',
        'Stopping all processes with SIGTERM',
        'Process exited with status 143',
      ]);
  });

  it('runs a one-off command without waking', async () => {
    expect(await paas('run echo hello')).toContain('hello');
    expect(await states()).toEqual(['web.1 Eco idle', 'worker.1 Eco idle']);
  });

  it('is woken by a request, with its worker', async () => {
    await asleep();
    expect(await app.get('/')).toEqual({ status: 200, body: 'awake' });
    await until(() => fourFrom('Unidling', 'worker.1').then((texts) => texts.slice(0, 2))).toEqual([
      'Unidling',
      'State changed from down to starting',
    ]);
    await until(() => fourFrom('Unidling', 'web.1')).toEqual([
      'Unidling',
      'State changed from down to starting',
      'Starting process with command `node index.js`',
      'State changed from starting to up',
    ]);
  });
});

describe('kill -9', () => {
  it('of the manager while it wakes: the request is answered', async () => {
    await paas('config:set SLOW=2500');
    await asleep();
    const answer = app.get('/');
    await until(states).toContain('web.1 Eco starting');
    await platform.kill('dynos');
    expect((await answer).status).toBe(200);
  });

  it('of the router while it wakes: it comes up all the same', async () => {
    await asleep();
    const answer = app.get('/').then(
      ({ status }) => status,
      () => 0,
    );
    await until(states).toContain('web.1 Eco starting');
    await platform.kill('router');
    expect(await answer).not.toBe(200);
    await until(async () => (await states()).includes('web.1 Eco up')).toBe(true);
    await answers();
  });

  it('of all at once while it sleeps: it sleeps on, and wakes', async () => {
    await asleep();
    const all: Exclude<ProcessName, 'start'>[] = ['web', 'builder', 'dynos', 'logplex', 'router'];
    await Promise.all(all.map((name) => platform.kill(name)));
    await platform.healthy();
    expect(await states()).toEqual(['web.1 Eco idle', 'worker.1 Eco idle']);
    await answers();
  });
});

/** What the platform says of a dyno in the log, four lines from this one on. */
async function fourFrom(text: string, dyno: string): Promise<string[]> {
  const lines = (await paas('logs -n 300')).split('\n').filter((line) => line.includes(`heroku[${dyno}]:`));
  const texts = lines.map((line) => line.slice(line.indexOf(']: ') + 3));
  return texts.slice(texts.indexOf(text)).slice(0, 4);
}
