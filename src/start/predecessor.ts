// The router that a killed foreman left behind: it serves until its successor does, which it starts itself.
import { existsSync, readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { successionSocket, type SuccessorRequest } from '../model/succession.js';
import type { Running } from './foreman.js';
import { environmentOf, isAlive, isGoneWithin, signal } from './machine/processes.js';

export interface Predecessor {
  pid: number;
  runDir: string;
  ports: { SLIPWAY_ROUTER_PORT: number; SLIPWAY_ROUTER_TLS_PORT: number };
}

interface Wanted {
  runDir: string;
  bind: string;
  /** 0 for whichever it has. */
  routerPort: number;
  routerTlsPort: number;
}

const ANSWER_WITHIN_MS = 5_000;

/** The router of this home that still runs, when it listens where we want to. */
export function findPredecessor(homeId: string, wanted: Wanted): Predecessor | undefined {
  const file = join(wanted.runDir, 'router.pid');
  const pid = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
  if (!pid || !isAlive(pid) || !existsSync(successionSocket(wanted.runDir))) return undefined;
  const env = environmentOf(pid);
  if (env['SLIPWAY_HOME_ID'] !== homeId || env['SLIPWAY_BIND'] !== wanted.bind) return undefined;
  const [port, tlsPort] = [Number(env['SLIPWAY_ROUTER_PORT']), Number(env['SLIPWAY_ROUTER_TLS_PORT'])];
  if ((wanted.routerPort || port) !== port || (wanted.routerTlsPort || tlsPort) !== tlsPort) return undefined;
  return { pid, runDir: wanted.runDir, ports: { SLIPWAY_ROUTER_PORT: port, SLIPWAY_ROUTER_TLS_PORT: tlsPort } };
}

/** Has it start its successor. Undefined when it has one already or is gone; one that takes the question and doesn't answer is ended. */
export async function startThrough(predecessor: Predecessor, request: SuccessorRequest): Promise<Running | undefined> {
  if (!isAlive(predecessor.pid)) return undefined;
  const connection = connect(successionSocket(predecessor.runDir));
  let isOpen = false;
  connection.on('error', () => undefined).on('connect', () => (isOpen = true));
  connection.write(`${JSON.stringify(request)}\n`);
  const lines = createInterface({ input: connection });
  const pid = Number(await firstLine(connection, lines));
  if (pid) return { pid, ended: untilGone(connection, pid), onLine: (hear) => void lines.on('line', hear) };
  connection.destroy();
  if (!isOpen) return undefined;
  signal(predecessor.pid, 'SIGKILL');
  await isGoneWithin(predecessor.pid, ANSWER_WITHIN_MS);
  return undefined;
}

function firstLine(connection: Socket, lines: ReturnType<typeof createInterface>): Promise<string> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(''), ANSWER_WITHIN_MS);
    const answer = (line: string) => {
      clearTimeout(timer);
      resolve(line);
    };
    lines.once('line', answer);
    connection.once('close', () => answer(''));
  });
}

/** It is no child of ours: what it prints to ends with it. */
async function untilGone(connection: Socket, pid: number): Promise<string> {
  await new Promise((resolve) => connection.once('close', resolve));
  while (!(await isGoneWithin(pid, 60_000)));
  return 'a status unknown';
}
