// `npm run demo -- --once`, as a newcomer's first command: everything works, and nothing is left running.
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { testEngine } from '../support/engine.js';
import { ofHome } from '../../src/docker/labels.js';
import { findByEnvironment } from '../../src/start/machine/processes.js';

const MAIN = resolve(import.meta.dirname, '../../dist/src/start/main.js');

let home: string;
beforeAll(() => void (home = mkdtempSync(join(tmpdir(), 'slipway-home-'))));
afterAll(() => rmSync(home, { recursive: true, force: true }));

function demo(env: Record<string, string> = {}): Promise<{ code: number; output: string }> {
  const settings = { SLIPWAY_HOME: home, SLIPWAY_API_PORT: '0', SLIPWAY_ROUTER_PORT: '0', SLIPWAY_ROUTER_TLS_PORT: '0' };
  return new Promise((done) => {
    const command = 'exec node "$0" demo --once 2>&1';
    execFile('sh', ['-c', command, MAIN], { env: { ...process.env, ...settings, ...env } }, (error, output) => {
      done({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, output });
    });
  });
}

async function whatIsLeft(): Promise<unknown> {
  const id = readFileSync(join(home, 'home.id'), 'utf8').trim();
  const engine = testEngine();
  const filters = ofHome(id);
  const [containers, networks, { Volumes: volumes }, images] = await Promise.all([
    engine.listContainers({ all: true, filters }),
    engine.listNetworks({ filters }),
    engine.listVolumes({ filters }),
    engine.listImages({ filters }),
  ]);
  return [...containers, ...networks, ...(volumes ?? []), ...images, ...findByEnvironment(`SLIPWAY_HOME_ID=${id}`)];
}

it('pushes the example, shows the build and the answer, and leaves nothing running', async () => {
  const { code, output } = await demo();
  expect(output).toMatch(
    /-----> Node\.js app detected[^]*Released v\d+[^]*Verifying deploy\.\.\. done\.[^]*\$ curl http:\/\/[a-z0-9-]+\.localhost:\d+\/\nHello from web\.1, Node v24\./,
  );
  expect(code).toBe(0);
  expect(await whatIsLeft()).toEqual([]);
  expect(existsSync(join(home, 'paas.link'))).toBe(false);
});

it('works a second time on the same home', async () => {
  const { code, output } = await demo();
  expect(output).toContain('Hello from web.1');
  expect(code).toBe(0);
});

it('says why it failed, exits with 1, and leaves nothing running either', async () => {
  const { code, output } = await demo({ SLIPWAY_SLUG_LIMIT: '1' });
  expect(code).toBe(1);
  expect(output).toMatch(/Compiled slug size: [\d.]+M is too large \(max is 1M\)/);
  expect(output).toMatch(/slipway: git push failed with status 1; what it said is above\./);
  expect(await whatIsLeft()).toEqual([]);
});
