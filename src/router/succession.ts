// Starts the router that takes our place, with the sockets we listen on: no connection is refused in between.
import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { log } from '../lib/log.js';
import { SERVING, type SuccessorRequest } from '../model/succession.js';

interface Options {
  /** The Unix socket that requests come by. */
  path: string;
  /** Those that listen, in the order in which the successor is given them. */
  servers: Server[];
  /** Called once, when a successor serves. */
  onReplaced: () => void;
}

const FIRST_FD = 3;

/** Hears who wants to start a successor. One that dies before it serves changes nothing: the next request is heard. */
export function hearSuccessors(o: Options): void {
  mkdirSync(dirname(o.path), { recursive: true, mode: 0o700 });
  rmSync(o.path, { force: true });
  const door = createServer((connection) => {
    connection.on('error', () => undefined);
    createInterface({ input: connection }).once('line', (line) => {
      const request = parse(line);
      if (request) startSuccessor(connection, request);
      else connection.destroy();
    });
  });
  door.on('error', (error) => log('no-succession', { error: error.message }));
  const before = process.umask(0o177);
  door.listen(o.path, () => chmodSync(o.path, 0o600));
  process.umask(before);

  function startSuccessor(connection: Socket, { command, cwd, env }: SuccessorRequest): void {
    door.close(); // The path is the successor's from here on.
    const given = o.servers.map(descriptorOf);
    const fds = given.map((_, index) => FIRST_FD + index).join(',');
    const child = spawn('sh', ['-c', `exec ${command}`], {
      cwd,
      env: { ...env, SLIPWAY_ROUTER_FDS: fds },
      detached: true,
      stdio: ['ignore', connection, connection, ...given, 'ipc'],
    });
    if (child.pid) connection.write(`${child.pid}\n`, () => connection.destroy());
    else connection.destroy();
    child.on('error', (error) => log('successor-not-started', { error: error.message }));
    child.once('close', () => hearSuccessors(o));
    child.once('message', (message) => {
      if (message !== SERVING) return;
      child.removeAllListeners('close');
      child.unref();
      o.onReplaced();
    });
  }
}

function parse(line: string): SuccessorRequest | undefined {
  try {
    return JSON.parse(line) as SuccessorRequest;
  } catch {
    return undefined;
  }
}

/** No part of node's types, though spawn has always taken it. */
function descriptorOf(server: Server): number {
  return (server as unknown as { _handle: { fd: number } })._handle.fd;
}
