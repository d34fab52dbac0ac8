// From 1 to 20 dynos, against twenty `docker run` at once of the same image on the same network.
import { execFile } from 'node:child_process';
import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { testEngine } from '../test/support/engine.js';
import type { Platform } from '../test/support/platform.js';
import { anApp, type Workspace } from '../test/support/workspace.js';
import { compare, time, type Bench } from './support/bench.js';

const MORE = 20;
const ROUNDS = 3;
const PORT = 5000;
const LOOK_MS = 100;
const SERVE = 'python3 -m http.server';
const execute = promisify(execFile);
const docker = (...args: string[]) => execute('docker', args);

export const scale: Bench = {
  name: 'scale',
  about: `${MORE} more dynos, until the router sends requests to all of them`,
  async run(platform, note) {
    const app = await anApp(platform, 'bench-scale', { Procfile: `web: exec ${SERVE} $PORT\n`, 'index.html': 'hello' });
    const push = await app.push('main');
    if (push.code !== 0) throw new Error(push.output);
    const like = await containerOf(platform);
    const [floors, all]: [number[], number[]] = [[], []];
    // In turns: whatever else the machine does, it does to both. The first round warms up.
    for (let round = 0; round <= ROUNDS; round += 1) {
      const floor = await byHand(like);
      const ours = await bySlipway(platform, app);
      note(`round ${round}: docker run ${Math.round(floor)} ms, ps:scale ${Math.round(ours)} ms`);
      if (round > 0) floors.push(floor);
      if (round > 0) all.push(ours);
    }
    await platform.api('DELETE', `/apps/${app.name}`);
    await app.remove();
    return [compare(`1 to ${1 + MORE} dynos`, floors, all, 1.1)];
  },
};

interface Like {
  image: string;
  network: string;
}

/** What the app's dyno is made of. */
async function containerOf(platform: Platform): Promise<Like> {
  const [name] = await platform.containers('slipway.dyno');
  const { Image, NetworkSettings, HostConfig } = await testEngine().getContainer(name!).inspect();
  const holder = /^container:(.*)/.exec(HostConfig.NetworkMode ?? '')?.[1];
  const networks = holder ? (await testEngine().getContainer(holder).inspect()).NetworkSettings.Networks : NetworkSettings.Networks;
  return { image: Image, network: Object.keys(networks)[0]! };
}

async function byHand({ image, network }: Like): Promise<number> {
  const names = Array.from({ length: MORE }, (_, index) => `slipway-bench-scale-${process.pid}-${index}`);
  const options = ['-d', '--init', '--user', '20000:20000', '--network', network];
  const command = ['bash', '-c', `exec ${SERVE} ${PORT} --directory /tmp`];
  const start = async (name: string) => {
    await docker('run', '--name', name, ...options, image, ...command);
    const { stdout } = await docker('inspect', '-f', '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}', name);
    while (!(await answers(stdout.trim(), PORT))) await sleep(LOOK_MS);
  };
  try {
    return await time(() => Promise.all(names.map(start)));
  } finally {
    await docker('rm', '-f', ...names);
    await sleep(2_000);
  }
}

async function bySlipway(platform: Platform, { name }: Workspace): Promise<number> {
  const scaleTo = (quantity: number) => platform.api('PATCH', `/apps/${name}/formation`, { updates: [{ type: 'web', quantity }] });
  const up = async () =>
    (await platform.api<{ state: string }[]>('GET', `/apps/${name}/dynos`)).filter(({ state }) => state === 'up').length;
  const taken = await time(async () => {
    await scaleTo(1 + MORE);
    while ((await up()) < 1 + MORE) await sleep(LOOK_MS);
  });
  await scaleTo(1);
  while ((await platform.containers('slipway.dyno')).length > 2) await sleep(200);
  await sleep(2_000);
  return taken;
}

function answers(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    request({ host, port, timeout: 1_000, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    })
      .on('error', () => resolve(false))
      .on('timeout', () => resolve(false))
      .end();
  });
}
