// The first byte of a one-off dyno, against `docker run` of the same image on the same kind of network.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ofHome } from '../src/docker/labels.js';
import { testEngine } from '../test/support/engine.js';
import { anApp } from '../test/support/workspace.js';
import type { Platform } from '../test/support/platform.js';
import { compare, type Bench } from './support/bench.js';

const RUNS = 10;
const PAAS = resolve('bin/paas');
export const run: Bench = {
  name: 'run',
  about: 'First byte of paas run echo hi',
  async run(platform, note) {
    const app = await anApp(platform, 'bench-run', { Procfile: 'worker: sleep 1000\n', file: 'x' });
    await app.push('main');
    const env = { ...process.env, PAAS_API_URL: platform.apiUrl, PAAS_API_KEY: platform.token, PAAS_APP: app.name };
    const ours = () => firstByteMs(PAAS, ['run', 'echo hi'], env);
    await ours();
    const image = await imageOf(platform);
    const options = ['--rm', '--init', '--user', '20000:20000', image];
    const floor = () => firstByteMs('docker', ['run', ...options, 'bash', '-c', 'echo hi'], process.env);
    const [floors, all]: [number[], number[]] = [[], []];
    // In turns: whatever else the machine does, it does to both.
    for (let turn = 0; turn < RUNS; turn += 1) {
      floors.push(await floor());
      all.push(await ours());
    }
    note(`docker run ${floors.map(Math.round).join(' ')} ms`);
    note(`paas run   ${all.map(Math.round).join(' ')} ms`);
    await app.remove();
    return [compare('first byte of run echo hi', floors, all, 1.25)];
  },
};

async function imageOf(platform: Platform): Promise<string> {
  const id = readFileSync(join(platform.home, 'home.id'), 'utf8').trim();
  const images = await testEngine().listImages({ filters: ofHome(id) });
  const found = images.find((image) => image.RepoTags?.[0]?.startsWith('slipway/slug'));
  if (!found) throw new Error('the app has no image yet');
  return found.Id;
}

/** From the start of a program to the first byte it prints; it has ended when this resolves. */
function firstByteMs(program: string, args: string[], env: NodeJS.ProcessEnv): Promise<number> {
  const began = performance.now();
  const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'ignore'] });
  let ms = 0;
  child.stdout.once('data', () => (ms = performance.now() - began));
  return new Promise((done, fail) => {
    child.once('error', fail);
    child.once('close', () => (ms > 0 ? done(ms) : fail(new Error(`${program} ${args.join(' ')} printed nothing`))));
  });
}
