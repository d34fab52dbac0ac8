// The calls to the engine that a dyno's life consists of.
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { waitForEnd } from '../calls/wait-for-end.js';
import { dynoContainer, type DynoSpec, type OnNetwork } from './dyno-spec.js';
import { createWithDiskQuota } from './disk-quota.js';
import { dockerOf, type Engine } from '../engine.js';
import { limitSocketBuffers } from '../socket-buffers.js';
import { APP_LABEL, DYNO_ID_LABEL, DYNO_LABEL, SPARE_LABEL, ofHome } from '../labels.js';

export interface DynoContainer {
  containerId: string;
  dynoId: string;
  appId: string;
  /** `web.1` */
  name: string;
  state: 'created' | 'running' | 'exited';
  /** Id of the container whose network it uses; null when it has its own. */
  networkOf: string | null;
}

/** All dynos' containers of this home, in whatever state. */
export async function listDynoContainers(engine: Engine, homeId: string, appId?: string): Promise<DynoContainer[]> {
  const labels = appId ? [DYNO_LABEL, `${APP_LABEL}=${appId}`] : [DYNO_LABEL];
  const found = await dockerOf(engine).listContainers({ all: true, filters: ofHome(homeId, ...labels) });
  return found.map(({ Id, Labels, State, HostConfig }) => ({
    containerId: Id,
    dynoId: Labels[DYNO_ID_LABEL] ?? '',
    appId: Labels[APP_LABEL] ?? '',
    name: Labels[DYNO_LABEL] ?? '',
    state: State === 'running' || State === 'paused' ? 'running' : State === 'created' ? 'created' : 'exited',
    networkOf: networkOf(HostConfig.NetworkMode),
  }));
}

/** Creates a dyno's container without starting it; returns its id. */
export async function createDynoContainer(engine: Engine, spec: DynoSpec & OnNetwork): Promise<string> {
  return (await createWithDiskQuota(engine, dynoContainer(spec), spec.size)).id;
}

/** Starts it; returns the address it has on its network, and its first process as the host sees it. */
export async function startDynoContainer(engine: Engine, containerId: string): Promise<Running> {
  await dockerOf(engine).getContainer(containerId).start();
  limitSocketBuffers(containerId);
  return readRunning(engine, containerId);
}

export interface Running {
  isRunning: boolean;
  /** Its address; empty when it has ended. */
  host: string;
  pid: number;
  startedAt: number;
}

/** Where a container runs; one that is gone doesn't. */
export async function readRunning(engine: Engine, containerId: string): Promise<Running> {
  const found = await dockerOf(engine).getContainer(containerId).inspect().catch(ignore(404));
  if (!found) return { isRunning: false, host: '', pid: 0, startedAt: 0 };
  const holder = networkOf(found.HostConfig.NetworkMode);
  const networks = holder
    ? (await dockerOf(engine).getContainer(holder).inspect()).NetworkSettings.Networks
    : found.NetworkSettings.Networks;
  const host = Object.values(networks)[0]?.IPAddress ?? '';
  return { isRunning: found.State.Running, host, pid: found.State.Pid, startedAt: Date.parse(found.State.StartedAt) };
}

export interface Exit {
  /** What `$?` would be: 143 after SIGTERM. Null when nobody knows any more. */
  status: number | null;
  outOfMemory: boolean;
  /** How long it ran. */
  ranMs: number;
}

/** Waits until a container has ended. Rejects when the engine goes away, or with AbortError. */
export async function waitForExit(engine: Engine, containerId: string, signal?: AbortSignal): Promise<Exit> {
  await waitForEnd(engine, containerId, signal);
  return readExit(engine, containerId);
}

/** How a container ended; one that is gone or hasn't ended has no status. */
export async function readExit(engine: Engine, containerId: string): Promise<Exit & { isRunning: boolean }> {
  const found = await dockerOf(engine).getContainer(containerId).inspect().catch(ignore(404));
  if (!found) return { status: null, outOfMemory: false, ranMs: 0, isRunning: false };
  const { Running, ExitCode, OOMKilled, StartedAt, FinishedAt } = found.State;
  const ranMs = Math.max(0, Date.parse(FinishedAt) - Date.parse(StartedAt));
  return { status: Running ? null : ExitCode, outOfMemory: OOMKilled, ranMs, isRunning: Running };
}

/** SIGKILL. One that has ended, or is gone, is fine. */
export async function killContainer(engine: Engine, containerId: string): Promise<void> {
  await dockerOf(engine).getContainer(containerId).kill().catch(ignore(404, 409));
}

/** Removes a container with its file system, and the one that held its network; fine if it is gone. */
export async function removeContainer(engine: Engine, containerId: string): Promise<void> {
  const container = dockerOf(engine).getContainer(containerId);
  const holder = networkOf((await container.inspect().catch(ignore(404)))?.HostConfig.NetworkMode);
  await container.remove({ force: true, v: true }).catch(ignore(404, 409));
  if (holder) await dockerOf(engine).getContainer(holder).remove({ force: true }).catch(ignore(404, 409));
}

function networkOf(mode: string | undefined): string | null {
  return mode?.startsWith('container:') ? mode.slice('container:'.length) : null;
}

export interface DynoEvent {
  /** `unlink`: a container that holds a network ended, not the dyno. */
  kind: 'die' | 'oom' | 'unlink';
  appId: string;
  /** `web.1` */
  name: string;
  dynoId: string;
  containerId: string;
  /** Its exit status, if it ended. */
  status: number;
}

const LISTEN_AGAIN_MS = 1_000;

/**
 * Tells when a dyno of this home ended or ran out of memory, until aborted. `connected` is called at each connection:
 * events before it may have been missed.
 */
export async function watchDynoEvents(
  engine: Engine,
  o: { homeId: string; signal: AbortSignal; hear: (event: DynoEvent) => void; connected: () => void },
): Promise<void> {
  const filters = JSON.stringify({ type: ['container'], event: ['die', 'oom'], ...ofHome(o.homeId) });
  while (!o.signal.aborted) {
    try {
      const stream = (await dockerOf(engine).getEvents({ filters })) as Readable;
      o.signal.addEventListener('abort', () => stream.destroy(), { once: true });
      o.connected();
      let rest = '';
      for await (const chunk of stream) {
        const lines = (rest + String(chunk)).split('\n');
        rest = lines.pop() ?? '';
        for (const event of lines.flatMap(readEvent)) o.hear(event);
      }
    } catch {
      // The engine is away; the manager says so.
    }
    await sleep(LISTEN_AGAIN_MS, undefined, { signal: o.signal, ref: false }).catch(() => undefined);
  }
}

function readEvent(line: string): DynoEvent[] {
  if (line === '') return [];
  const event = JSON.parse(line) as { Action: string; Actor: { ID: string; Attributes: Record<string, string> } };
  const labels = event.Actor.Attributes;
  const container = { containerId: event.Actor.ID, status: Number(labels['exitCode']) };
  const dyno = { appId: labels[APP_LABEL] ?? '', name: labels[DYNO_LABEL] ?? '', dynoId: labels[DYNO_ID_LABEL] ?? '', ...container };
  if (labels[SPARE_LABEL]) return [{ kind: 'unlink', ...dyno }];
  if (!labels[DYNO_LABEL]) return [];
  return [{ kind: event.Action === 'oom' ? 'oom' : 'die', ...dyno }];
}

function ignore(...statuses: number[]): (error: { statusCode?: number }) => undefined {
  return (error) => {
    if (!statuses.includes(error.statusCode ?? 0)) throw error;
  };
}
