// Where backups are kept, as files of one directory. A file is there whole or not at all.
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** A place for files by name: letters, digits and dashes. A directory, or what speaks the S3 API. */
export interface BackupFiles {
  /** What people call it. */
  place: string;
  /** Keeps what the stream brings, whole or not at all; returns its size in bytes. Throws what the stream fails with. */
  put(name: string, source: Readable, signal: AbortSignal): Promise<number>;
  /** Null where there is none. */
  get(name: string): Promise<Readable | null>;
  /** One that isn't there is no error. */
  remove(name: string): Promise<void>;
  /** Removes what was begun and isn't under way any more. */
  removePartial(): Promise<void>;
}

const PARTIAL = '.partial';
const CHUNK_BYTES = 1024 * 1024;

export function openBackupDirectory(dir: string): BackupFiles {
  const fileOf = (name: string) => {
    if (!/^[0-9a-z-]{1,64}$/.test(name)) throw new Error(`${name} is no name of a backup`);
    return join(dir, name);
  };
  return {
    place: dir,
    async put(name, source, signal) {
      const file = fileOf(name);
      await mkdir(dir, { recursive: true, mode: 0o700 });
      try {
        await pipeline(source, createWriteStream(file + PARTIAL, { mode: 0o600, highWaterMark: CHUNK_BYTES }), { signal });
        await sync(file + PARTIAL);
        await rename(file + PARTIAL, file);
        await sync(dir);
      } catch (error) {
        await rm(file + PARTIAL, { force: true });
        throw error;
      }
      return (await stat(file)).size;
    },
    async get(name) {
      const handle = await open(fileOf(name), 'r').catch(ignoreAbsent);
      return handle ? createReadStream('', { fd: handle, highWaterMark: CHUNK_BYTES }) : null;
    },
    remove: (name) => rm(fileOf(name), { force: true }),
    async removePartial() {
      const names = (await readdir(dir).catch(ignoreAbsent)) ?? [];
      for (const name of names) if (name.endsWith(PARTIAL)) await rm(join(dir, name), { force: true });
    },
  };
}

async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r');
  await handle.sync().finally(() => handle.close());
}

function ignoreAbsent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
