// Everything `npm start` does before the platform answers, in order; each step knows how it is undone.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Config } from '../config.js';
import { urlHost } from './home/addresses.js';
import type { Cleanup } from './cleanup.js';
import { keepAlive, type Watched } from './stores/daemon.js';
import { ENGINE_SOCKET, enginePid } from './engine/engine-process.js';
import { endWhenStuck } from './engine/stuck-engine.js';
import { procfileLines, startForeman } from './foreman.js';
import { takeLock } from './home/home-lock.js';
import { openHome, type Home } from './home/home.js';
import { stopLeftovers } from './leftovers.js';
import { linkPaas } from './machine/link-paas.js';
import { choosePorts } from './home/ports.js';
import { findPredecessor, startThrough, type Predecessor } from './predecessor.js';
import { preflight } from './preflight.js';
import type { Prepared } from './prepare.js';
import type { Progress } from './screen/progress.js';
import { removeReady, untilHealthy, writeReady, type Ready } from './ready.js';
import type { StackNews } from './finish-stacks.js';
import { finishStacksApart, prepareApart } from './run-apart.js';
import { ensureStores } from './stores/stores.js';

export interface BringUp {
  config: Config;
  /** Slipway's own directory: Procfile, buildpacks, node_modules. */
  root: string;
  progress: Progress;
  cleanup: Cleanup;
  /** Takes the lines of our processes. */
  write: (name: string, line: string) => void;
  /** How long to wait for health, ms; for ever when absent. */
  readyWithinMs?: number;
  /** Called when coming up takes longer than usual: what the processes say is of interest then. */
  onSlow: () => void;
}

export interface Platform extends Ready {
  home: Home;
  token: string;
  /** Whether the Docker engine was started for this. */
  hasStartedEngine: boolean;
}

const STOP_WITHIN_MS = 6_000;

/** Brings the platform up. Throws one sentence when something needed can't be had. */
export async function bringUp(o: BringUp): Promise<Platform> {
  const { config, progress, cleanup } = o;
  preflight();
  const home = openHome(config.home);
  cleanup.add(await takeLock(home.dir));
  removeReady(home.dir);
  const predecessor = findPredecessor(home.id, config);
  if ((await stopLeftovers(home.id, predecessor?.pid)) > 0) progress.say('-----> Stopped what an earlier instance left running');
  if (predecessor) progress.say('-----> Its router goes on serving until the new one does');
  const dataPort: Record<string, number> = config.dataPort === null ? {} : { SLIPWAY_DATA_PORT: config.dataPort };
  const ownPorts = { SLIPWAY_API_PORT: config.apiPort, SLIPWAY_RENDEZVOUS_PORT: config.rendezvousPort, ...dataPort };
  const routerPorts = { SLIPWAY_ROUTER_PORT: config.routerPort, SLIPWAY_ROUTER_TLS_PORT: config.routerTlsPort };
  const ports = predecessor
    ? { ...predecessor.ports, ...(await choosePorts(config.bind, ownPorts)) }
    : await choosePorts(config.bind, { ...ownPorts, ...routerPorts });
  const prepared = await prepareApart();
  if (prepared.engine.isOurs) {
    cleanup.add(keepAlive(OUR_ENGINE_PROCESS));
    cleanup.add(endWhenStuck(ENGINE_SOCKET));
  }
  const stores = await ensureStores({ ...config, ...o, home, cacheDir: resolve(o.root, 'node_modules/.cache/slipway') });

  const host = urlHost(config.bind);
  const apiUrl = `http://${host}:${ports.SLIPWAY_API_PORT}`;
  const ready: Ready = {
    api_url: apiUrl,
    git_url: apiUrl,
    router_url: `http://${host}:${ports.SLIPWAY_ROUTER_PORT}`,
    rendezvous_url: `rendezvous://${host}:${ports.SLIPWAY_RENDEZVOUS_PORT}`,
    token_file: config.adminTokenFile,
    pid: process.pid,
  };
  const env = {
    ...process.env,
    ...environment(config, home, prepared),
    ...texts(ports),
    SLIPWAY_INTERNAL_URL: apiUrl,
    DATABASE_URL: stores.databaseUrl,
    REDIS_URL: stores.redisUrl,
  };
  cleanup.add(() => stopLeftovers(home.id).then(() => undefined)); // A predecessor may still be finishing its last requests.
  await runProcesses(o, env, ready, predecessor);
  if (prepared.isNew || !prepared.isComplete)
    cleanup.add(finishStacksApart({ env, isNew: prepared.isNew, hear: (news) => progress.say(stackLine(news)) }));
  return { ...ready, home, token: readFileSync(config.adminTokenFile, 'utf8').trim(), hasStartedEngine: prepared.engine.isStarted };
}

/** Preparing again is what starts it; stopping us doesn't stop it. */
const OUR_ENGINE_PROCESS: Watched = { name: 'docker', pid: enginePid, start: prepareApart };

async function runProcesses(
  o: BringUp,
  env: Record<string, string | undefined>,
  ready: Ready,
  predecessor: Predecessor | undefined,
): Promise<void> {
  const processes = procfileLines(readFileSync(join(o.root, 'Procfile'), 'utf8'));
  const foreman = startForeman({
    processes,
    cwd: o.root,
    env,
    pidDir: o.config.runDir,
    write: o.write,
    succeed: ({ name, command }) =>
      predecessor && name === 'router' ? startThrough(predecessor, { command, cwd: o.root, env }) : undefined,
  });
  o.cleanup.add(() => foreman.stop(STOP_WITHIN_MS));
  const waiting = new AbortController();
  o.cleanup.add(() => waiting.abort());
  await o.progress.step(`Starting ${processes.map((each) => each.name).join(', ')}`, (at) => {
    const tell = (trouble: string) => {
      at(trouble);
      o.onSlow();
    };
    return untilHealthy({ url: ready.api_url, tell, limitMs: o.readyWithinMs, signal: waiting.signal });
  });
  if (o.config.mayInstall) linkPaas({ root: o.root, home: o.config.home });
  writeReady(o.config.home, ready);
  o.cleanup.add(() => removeReady(o.config.home));
}

/** What is said of a stack that is made while the platform is up. */
export function stackLine({ stack, isServices, state, ms, reason }: StackNews): string {
  if (isServices)
    return `-----> The images of add-ons can't be prepared; it is tried again in 10 min. Apps without are not concerned.\n${reason}`;
  if (state === 'begun') return `-----> Preparing the stack ${stack} in the background`;
  if (state === 'ready') return `-----> The stack ${stack} is ready, after ${Math.round(ms / 1000)} s`;
  return `-----> The stack ${stack} can't be prepared; it is tried again in 10 min. Apps on other stacks are not concerned.\n${reason}`;
}

/** What the processes are told, besides addresses. Secrets aren't: those they read from the home. */
function environment(config: Config, home: Home, prepared: Prepared): Record<string, string> {
  return {
    SLIPWAY_HOME: home.dir,
    SLIPWAY_HOME_ID: home.id,
    SLIPWAY_NODE: config.node,
    SLIPWAY_BIND: config.bind,
    SLIPWAY_DOMAIN: config.domain,
    SLIPWAY_STACKS: config.stacks.join(','),
    SLIPWAY_IMAGES: JSON.stringify(prepared.images),
    // One heap for all threads of a process: several would each keep what they once needed.
    MALLOC_ARENA_MAX: '1',
    ...(config.dockerHost && { DOCKER_HOST: config.dockerHost }),
  };
}

function texts(ports: Record<string, number>): Record<string, string> {
  return Object.fromEntries(Object.entries(ports).map(([name, port]) => [name, String(port)]));
}
