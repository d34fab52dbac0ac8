// A platform, an app that answers and must go on doing so, a build that waits, and what a stranger may have learned of all that.
import { readFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { ofHome } from '../../../src/docker/labels.js';
import { testEngine } from '../../support/engine.js';
import { startPlatform, type Platform, type ProcessName } from '../../support/platform.js';
import { keepRequesting } from '../../support/requests.js';
import { untilSo } from '../../support/until.js';
import { anApp, type Workspace } from '../../support/workspace.js';

const PROCESSES = ['start', 'web', 'builder', 'dynos', 'logplex', 'router', 'providers'] as const satisfies readonly ProcessName[];
const BUSY = 'while :; do :; done';
/** Longer than any answer takes on a busy machine, and shorter than a person waits. */
const SOON_MS = 20_000;

export interface Neighbourhood {
  platform: Platform;
  neighbour: Workspace;
  /** What probes.py takes as TARGETS. */
  targets: object;
  /** From now on: the neighbour answers, the platform is well, and nothing of either has been started again. Call what is returned to see. */
  watch(): () => Promise<void>;
  /** Nanoseconds of CPU that a dyno has used so far. */
  cpuOf(app: string, dyno: string): Promise<number>;
  close(): Promise<void>;
}

export async function openNeighbourhood(): Promise<Neighbourhood> {
  const platform = await startPlatform();
  return settle(platform).catch(async (error: Error) => {
    await platform.stop();
    throw error;
  });
}

async function settle(platform: Platform): Promise<Neighbourhood> {
  const engine = testEngine();
  const homeId = readFileSync(join(platform.home, 'home.id'), 'utf8').trim();
  const service = createServer((socket) => socket.end('what only the host may read')).listen(0, '::');
  await once(service, 'listening');
  const [neighbour, waiting] = await Promise.all([
    anApp(platform, 'neighbour', {
      Procfile: `web: python3 -m http.server $PORT\nbusy: (${BUSY}) & ${BUSY}\n`,
      'index.html': 'still here',
    }),
    anApp(platform, 'waiting', {
      'package.json': JSON.stringify({ name: 'w', version: '1.0.0', scripts: { build: 'echo waits; exec python3 -m http.server 5000' } }),
    }),
  ]);
  const built = waiting.startPush('main');
  expect((await neighbour.push('main')).code).toBe(0);
  await built.until('waits');
  expect((await neighbour.get('/')).body).toBe('still here');

  const found = (label: string) => engine.listContainers({ filters: ofHome(homeId, label) });
  const inspect = async (id: string) => engine.getContainer(id).inspect();
  /** The one of the row: others may be made ahead under the same name. */
  const containerOf = async (app: string, name: string) => {
    const rows = await platform.api<{ id: string; name: string }[]>('GET', `/apps/${app}/dynos`);
    const [container] = await found(`slipway.dyno-id=${rows.find((row) => row.name === name)?.id}`);
    if (!container) throw new Error(`${name} of ${app} has no container yet.`);
    return inspect(container.Id);
  };
  const web = await containerOf('neighbour', 'web.1');
  // Those made ahead are called spare, also when they are at work.
  const listens = async (id: string) => {
    const top = await engine
      .getContainer(id)
      .top()
      .catch(() => ({ Processes: [] }));
    return JSON.stringify(top.Processes).includes('http.server 5000');
  };
  const listening = async () => {
    const builds = await found('slipway.build');
    const are = await Promise.all(builds.map(({ Id }) => listens(Id)));
    return builds.find((_, index) => are[index]);
  };
  let build: Awaited<ReturnType<typeof listening>>;
  await untilSo('the build listens', async () => (build = await listening()) !== undefined);
  const addressOf = async (id: string): Promise<string> => {
    const { HostConfig, NetworkSettings } = await inspect(id);
    const [, holder] = /^container:(.*)$/.exec(HostConfig.NetworkMode ?? '') ?? [];
    return holder ? addressOf(holder) : (Object.values(NetworkSettings.Networks)[0]?.IPAddress ?? '');
  };
  const webPort = portOf(web.State.Pid);
  const ports = [platform.apiUrl, platform.routerUrl, logplexUrl(platform)].map((url) => Number(new URL(url).port));
  const ours = () => PROCESSES.map((name) => `${name} ${platform.pid(name)}`);
  const targets = {
    ports: [...ports, rendezvousPort(platform), (service.address() as AddressInfo).port],
    hosts: addressesOfHost().slice(0, 12),
    others: [
      [await addressOf(web.Id), webPort],
      [await addressOf(build!.Id), 5000],
    ],
    names: [web.Name.slice(1), build!.Names[0]!.slice(1), web.Id.slice(0, 12), build!.Id.slice(0, 12), 'neighbour', 'neighbour.localhost'],
    sockets: socketsIn(platform.home),
    files: ['secret.key', 'admin.token', 'ready.json', 'repos', 'postgres'].map((file) => join(platform.home, file)),
    writes: ['/opt/slipway/runtimes/x', '/slipway/x'],
    pids: [...PROCESSES.map((name) => platform.pid(name)), web.State.Pid].filter((pid) => pid > 2_000),
  };

  return {
    platform,
    neighbour,
    targets,
    watch() {
      const [before, slowest] = [ours(), { neighbour: 0, platform: 0 }];
      const timed = async <T>(who: keyof typeof slowest, send: () => Promise<T>) => {
        const began = performance.now();
        const answer = await send();
        slowest[who] = Math.max(slowest[who], performance.now() - began);
        return answer;
      };
      const answers = keepRequesting(() => timed('neighbour', () => neighbour.get('/')), { lanes: 2, pauseMs: 50 });
      const health = keepRequesting(() => timed('platform', () => healthOf(platform)), { lanes: 1, pauseMs: 300 });
      return async () => {
        const [all, wells] = await Promise.all([answers.stop(), health.stop()]);
        expect(all.filter(({ status, body }) => status !== 200 || body !== 'still here')).toEqual([]);
        expect(wells.filter(({ status }) => status !== 200)).toEqual([]);
        expect(Math.max(slowest.neighbour, slowest.platform)).toBeLessThan(SOON_MS);
        expect(ours()).toEqual(before);
        expect((await inspect(web.Id)).State).toMatchObject({ Running: true, StartedAt: web.State.StartedAt });
      };
    },
    async cpuOf(app, dyno) {
      return cpuNs((await containerOf(app, dyno)).State.Pid);
    },
    async close() {
      built.interrupt();
      await built.ended;
      service.close();
      await Promise.all([neighbour.remove(), waiting.remove()]);
      await platform.stop();
    },
  };
}

/** Of the cgroup of this process, version 1 or 2. */
function cpuNs(pid: number): number {
  const groups = readFileSync(`/proc/${pid}/cgroup`, 'utf8');
  const [, controllers, path] = /^\d+:([\w,]*\bcpuacct\b[\w,]*):(.*)$/m.exec(groups) ?? [];
  if (path) return Number(readFileSync(`/sys/fs/cgroup/${controllers}${path}/cpuacct.usage`, 'utf8'));
  const [, unified = ''] = /^0::(.*)$/m.exec(groups) ?? [];
  return Number(/usage_usec (\d+)/.exec(readFileSync(`/sys/fs/cgroup${unified}/cpu.stat`, 'utf8'))?.[1]) * 1_000;
}

async function healthOf(platform: Platform) {
  const answer = await fetch(`${platform.apiUrl}/healthz`);
  return { status: answer.status, body: await answer.text() };
}

/** Where a process of its network listens for whoever comes. */
function portOf(pid: number): number {
  const [, port = ''] = / 0{8}:([\dA-F]{4}) 0{8}:0000 0A /.exec(readFileSync(`/proc/${pid}/net/tcp`, 'utf8')) ?? [];
  return Number.parseInt(port, 16);
}

function logplexUrl(platform: Platform): string {
  return /at=logplex-up url=(\S+)/.exec(platform.output())?.[1] ?? '';
}

function rendezvousPort(platform: Platform): number {
  const { rendezvous_url } = JSON.parse(readFileSync(join(platform.home, 'ready.json'), 'utf8')) as { rendezvous_url: string };
  return Number(rendezvous_url.split(':').at(-1));
}

/** Of every interface, but for addresses that mean another machine on each. */
function addressesOfHost(): string[] {
  const all = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  return all.filter(({ address, internal }) => !internal && !address.startsWith('fe80')).map(({ address }) => address);
}

/** The unix sockets of the home: stores, hooks, the router's succession. */
function socketsIn(home: string): string[] {
  const paths = readFileSync('/proc/net/unix', 'utf8').matchAll(/ (\/\S+)$/gm);
  return [...new Set([...paths].map(([, path]) => path!).filter((path) => path.startsWith(home)))];
}
