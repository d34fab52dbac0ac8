// The containers whose output is followed: every dyno of this home on this engine.
import { APP_LABEL, DYNO_LABEL, HOME_LABEL, ofHome } from '../labels.js';
import { dockerOf, type Engine } from '../engine.js';

export interface OutputSource {
  containerId: string;
  appId: string;
  /** `web.1` */
  ps: string;
  /** `json-file`, `none`, … */
  driver: string;
  /** The log file on the engine's disk; empty until the container has started once. */
  path: string;
  maxFiles: number;
  hasTty: boolean;
  isRunning: boolean;
}

export interface ContainerState {
  id: string;
  /** Neither created only, nor ended. */
  isRunning: boolean;
  hasStarted: boolean;
}

/** All dynos' containers of this home, running or not. */
export async function listContainers(engine: Engine, homeId: string): Promise<ContainerState[]> {
  const all = await dockerOf(engine).listContainers({ all: true, filters: ofHome(homeId, DYNO_LABEL) });
  return all.map((each) => ({ id: each.Id, isRunning: isRunning(each.State), hasStarted: each.State !== 'created' }));
}

/** What is needed to follow a container; null when it isn't a dyno of this home, or is gone. */
export async function readSource(engine: Engine, homeId: string, containerId: string): Promise<OutputSource | null> {
  const found = await dockerOf(engine).getContainer(containerId).inspect().catch(ignoreGone);
  const labels = found?.Config.Labels ?? {};
  const appId = labels[APP_LABEL];
  const ps = labels[DYNO_LABEL];
  if (!found || labels[HOME_LABEL] !== homeId || !appId || !ps) return null;
  const config = found.HostConfig.LogConfig;
  return {
    containerId: found.Id,
    appId,
    ps,
    driver: config?.Type ?? 'json-file',
    path: found.LogPath,
    maxFiles: Number((config?.Config as Record<string, string> | undefined)?.['max-file'] ?? 1),
    hasTty: found.Config.Tty,
    isRunning: isRunning(found.State.Status),
  };
}

function isRunning(state: string): boolean {
  return state === 'running' || state === 'paused' || state === 'restarting';
}

function ignoreGone(error: { statusCode?: number }): null {
  if (error.statusCode === 404) return null;
  throw error;
}
