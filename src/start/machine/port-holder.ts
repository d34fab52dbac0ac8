// Which process listens on a TCP port, as far as we may see.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { programName } from './processes.js';

const LISTENING = '0A';

/** The process that listens on `port`; undefined when nobody does or it belongs to a user we can't look at. */
export function portHolder(port: number): { pid: number; program: string } | undefined {
  const sockets = new Set([...listeners('/proc/net/tcp', port), ...listeners('/proc/net/tcp6', port)].map((inode) => `socket:[${inode}]`));
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const pid = sockets.size > 0 ? pids.find((each) => openFiles(each).some((file) => sockets.has(file))) : undefined;
  return pid === undefined ? undefined : { pid: Number(pid), program: programName(Number(pid)) };
}

/** Inodes of sockets that listen on `port`. */
function listeners(table: string, port: number): string[] {
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const rows = orEmpty(() => readFileSync(table, 'utf8').split('\n')).map((line) => line.trim().split(/\s+/));
  return rows.filter(([, local, , state]) => state === LISTENING && local?.endsWith(wanted)).map((row) => row[9] ?? '');
}

function openFiles(pid: string): string[] {
  const dir = `/proc/${pid}/fd`;
  return orEmpty(() => readdirSync(dir)).flatMap((fd) => orEmpty(() => [readlinkSync(`${dir}/${fd}`)]));
}

function orEmpty(read: () => string[]): string[] {
  try {
    return read();
  } catch {
    return [];
  }
}
