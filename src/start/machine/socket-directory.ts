// A Unix socket's path holds 107 bytes at most: deep homes keep their sockets in a short private directory instead.
import { mkdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const LONGEST_DIRECTORY = 80;

/** `wanted`, or a directory of this `name` below the temporary one when `wanted` is too long for sockets in it. */
export function socketDirectory(wanted: string, name: string): string {
  return Buffer.byteLength(wanted) <= LONGEST_DIRECTORY ? wanted : join(tmpdir(), name);
}

/** Makes a private directory. Throws when somebody else put one there. */
export function makePrivateDirectory(dir: string): void {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  if (statSync(dir).uid !== process.getuid?.())
    throw new Error(`${dir} belongs to another user; remove it or choose another SLIPWAY_HOME.`);
}
