// The content of backups: sealed on its way in, opened on its way out, never held.
import { Readable } from 'node:stream';
import type { BackupFiles } from './backup-files.js';
import { opened, sealed } from './sealed-stream.js';

export interface Backups {
  files: BackupFiles;
  /** Keeps a dump, whole or not at all; returns how many bytes that takes. Throws what the stream fails with. */
  write(id: string, dump: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<number>;
  /** The dump, to be read or destroyed; null where there is none. It fails with NotAsSealed where it isn't what was written. */
  read(id: string): Promise<Readable | null>;
}

export function openBackups(files: BackupFiles, homeKey: Buffer): Backups {
  return {
    files,
    write: (id, dump, signal) => files.put(id, Readable.from(sealed({ homeKey, name: id }, dump), { objectMode: false }), signal),
    async read(id) {
      const file = await files.get(id);
      if (!file) return null;
      const dump = Readable.from(opened({ homeKey, name: id }, file), { objectMode: false });
      // Whoever gives it up before its beginning has opened the file all the same.
      dump.once('close', () => file.destroy());
      return dump;
    },
  };
}
