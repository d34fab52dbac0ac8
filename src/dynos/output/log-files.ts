// The engine's log files of a container on this machine's disk.
import { accessSync, closeSync, constants, fstatSync, openSync, statSync } from 'node:fs';
import type { LogFile } from './next-file.js';

export interface OpenFile {
  fd: number;
  id: string;
}

/** Whether this process can read the file at all: not when the engine is elsewhere, nor without the rights. */
export function isReadable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

/** The files there are, oldest first. Looked at upwards, since files only move upwards: none is missed. */
export function listFiles(path: string, maxFiles: number): LogFile[] {
  const files: LogFile[] = [];
  for (let n = 0; n < maxFiles; n += 1) {
    const name = n === 0 ? path : `${path}.${n}`;
    const stat = statSync(name, { bigint: true, throwIfNoEntry: false });
    if (!stat) continue;
    const id = idOf(stat);
    if (!files.some((file) => file.id === id)) files.push({ path: name, id, size: Number(stat.size) });
  }
  return files.reverse();
}

/** Opens a file, or returns null when another one has its name by now. */
export function openFile(file: LogFile): OpenFile | null {
  let fd: number;
  try {
    fd = openSync(file.path, 'r');
  } catch {
    return null;
  }
  if (idOf(fstatSync(fd, { bigint: true })) === file.id) return { fd, id: file.id };
  closeSync(fd);
  return null;
}

function idOf(stat: { ino: bigint; birthtimeNs: bigint }): string {
  return `${stat.ino}.${stat.birthtimeNs}`;
}
