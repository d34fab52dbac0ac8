// The Docker engine: the one that runs, or one we start, over whatever a killed one left behind.
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { hasLabel } from '../../docker/engine-info.js';
import { probe, restartCommand } from '../../docker/engine-watch.js';
import { isEngineUp, openEngine, type Engine } from '../../docker/engine.js';
import { OUR_ENGINE } from '../../docker/labels.js';
import { ENGINE_LOG, ENGINE_SOCKET, isEngineOurs, spawnEngine, stopEngine } from './engine-process.js';
import { findProgram } from '../machine/find-program.js';
import { install } from '../machine/install.js';
import { findByName } from '../machine/processes.js';
import type { Progress } from '../screen/progress.js';
import { lastLines, run } from '../machine/run-command.js';

const ANSWERS_WITHIN_MS = 30_000;

export interface RunningEngine {
  engine: Engine;
  /** Whether it was started just now, by us. */
  isStarted: boolean;
  /** Whether it was ever started by us: nobody else will start it again when it dies. */
  isOurs: boolean;
}

interface Options {
  dockerHost: string;
  mayInstall: boolean;
  progress: Progress;
  /** Programs that will be missed next: they are installed in the same go as the engine. */
  alsoWanted?: string[];
}

/**
 * Finds a running engine, else installs and starts one; one of ours that is stuck is restarted. It goes on running when we end:
 * dynos do too.
 */
export async function ensureEngine(o: Options): Promise<RunningEngine> {
  const engine = openEngine({ dockerHost: o.dockerHost });
  if ((await isEngineUp(engine)) && (await isStuck(engine))) {
    if (o.dockerHost !== '' || !isEngineOurs())
      throw new Error(
        `Docker is stuck: it answers, but \`docker network ls\` hangs. Restart it (${restartCommand(o.dockerHost)}), then try again.`,
      );
    await o.progress.step('Ending Docker Engine, which is stuck', () => stopEngine());
  }
  if (await isEngineUp(engine)) return { engine, isStarted: false, isOurs: await isOurs(engine) };
  if (o.dockerHost !== '')
    throw new Error(`No Docker engine answers at DOCKER_HOST=${o.dockerHost}: start it, or unset DOCKER_HOST to use this machine's.`);
  if (process.getuid?.() !== 0) throw new Error(whyNotForUser());
  if (!findProgram('dockerd')) {
    const also = (o.alsoWanted ?? []).filter((program) => !findProgram(program));
    await install(o, {
      what: 'Docker Engine',
      packages: ['docker.io', 'iptables', ...also],
      otherwise: 'or set DOCKER_HOST to an engine elsewhere',
    });
  }
  return o.progress.step('Starting Docker Engine', async () => ({
    engine,
    isStarted: await startEngine(engine),
    isOurs: await isOurs(engine),
  }));
}

function whyNotForUser(): string {
  if (existsSync(ENGINE_SOCKET) && !mayUse(ENGINE_SOCKET))
    return `You may not use the Docker engine at ${ENGINE_SOCKET}: run \`sudo usermod -aG docker $USER\`, log in again, then try again.`;
  const start = 'run `sudo systemctl start docker`';
  return findProgram('dockerd')
    ? `Docker Engine isn't running, and only root can start it: ${start}, then try again.`
    : 'Docker Engine is missing, and only root can install it: run `sudo apt-get install docker.io`, or set DOCKER_HOST ' +
        'to an engine elsewhere, then try again.';
}

/** Starts it, or waits for one that is starting; says whether it was us. */
async function startEngine(engine: Engine): Promise<boolean> {
  if (findByName('dockerd').length > 0 && (await answers(engine, () => findByName('dockerd').length > 0))) return false;
  if (existsSync('/run/systemd/system')) {
    await run('systemctl', ['start', 'docker']);
    if (await answers(engine, () => true)) return false;
    throw new Error("Docker Engine didn't start: see `journalctl -u docker`.");
  }
  const child = spawnEngine();
  if (await answers(engine, () => child.exitCode === null)) return true;
  throw new Error(`Docker Engine didn't start; the end of ${ENGINE_LOG}:\n${lastLines(readFileSync(ENGINE_LOG, 'utf8'), 6)}`);
}

/** Twice: a slow moment is none. */
async function isStuck(engine: Engine): Promise<boolean> {
  return (await probe(engine)) === 'stuck' && (await probe(engine)) === 'stuck';
}

async function isOurs(engine: Engine): Promise<boolean> {
  return hasLabel(engine, OUR_ENGINE);
}

async function answers(engine: Engine, lives: () => boolean): Promise<boolean> {
  const deadline = Date.now() + ANSWERS_WITHIN_MS;
  while (lives() && Date.now() < deadline) {
    if (await isEngineUp(engine)) return true;
    await sleep(50);
  }
  return false;
}

function mayUse(file: string): boolean {
  try {
    accessSync(file, constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
