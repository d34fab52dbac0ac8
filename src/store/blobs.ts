// Blobs: sources and slugs as files of one directory, named by key. A file is there whole or not at all.
import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream, type ReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { isBlobKey } from '../lib/blob-url.js';
import { PlatformError } from '../model/errors.js';

export interface BlobStore {
  dir: string;
  /** The largest blob that is taken, in bytes. */
  maxBytes: number;
}

const CHUNK_BYTES = 1024 * 1024;

/** Keeps what the stream brings. Throws `too_large`, or `invalid_params` when a slug isn't what its name says. */
export async function putBlob(store: BlobStore, key: string, source: Readable): Promise<{ size: number }> {
  const file = blobFile(store, key);
  const partial = join(store.dir, 'partial', randomUUID());
  await Promise.all([mkdir(dirname(file), { recursive: true }), mkdir(dirname(partial), { recursive: true })]);
  const digest = key.startsWith('slugs/') ? createHash('sha256') : null;
  let size = 0;
  const meter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.length;
      digest?.update(chunk);
      done(size > store.maxBytes ? tooLarge(store) : null, chunk);
    },
  });
  try {
    await pipeline(source, meter, createWriteStream(partial, { mode: 0o600, highWaterMark: CHUNK_BYTES }));
    if (digest && digest.digest('hex') !== key.slice('slugs/'.length)) throw new PlatformError('invalid_params', 'The content does not have the sha256 that its name says; send it again.');
    // A release may rest on a slug for years; a source is read once.
    if (digest) await syncFile(partial);
    await rename(partial, file);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
  return { size };
}

/** Opens a blob for reading; undefined when there is none. */
export async function openBlob(store: BlobStore, key: string): Promise<{ size: number; stream: ReadStream } | undefined> {
  const handle = await openIfThere(blobFile(store, key));
  if (!handle) return undefined;
  const { size } = await handle.stat();
  return { size, stream: createReadStream('', { fd: handle, highWaterMark: CHUNK_BYTES }) };
}

/** Removes a blob. One that isn't there is no error; whoever reads it goes on reading. */
export function deleteBlob(store: BlobStore, key: string): Promise<void> {
  return rm(blobFile(store, key), { force: true });
}

/** Blobs of a kind that were written before a time (ms since the epoch). */
export async function listBlobsBefore(store: BlobStore, kind: 'sources' | 'slugs' | 'partial', before: number): Promise<string[]> {
  const names = await readdir(join(store.dir, kind)).catch(() => []);
  const keys = await Promise.all(
    names.map(async (name) => {
      const found = await stat(join(store.dir, kind, name)).catch(() => null);
      return found && found.mtimeMs < before ? `${kind}/${name}` : null;
    }),
  );
  return keys.filter((key) => key !== null);
}

/** Removes what uploads that were cut off left behind. */
export async function deletePartialBlobs(store: BlobStore, before: number): Promise<void> {
  for (const key of await listBlobsBefore(store, 'partial', before)) await rm(join(store.dir, key), { force: true });
}

/** What an upload that is too large is told. */
export function tooLarge(store: BlobStore): PlatformError {
  return new PlatformError('too_large', `This platform takes uploads of up to ${Math.floor(store.maxBytes / 1024 / 1024)} MB.`);
}

function blobFile(store: BlobStore, key: string): string {
  if (!isBlobKey(key)) throw new PlatformError('not_found', "Couldn't find that blob.");
  return join(store.dir, key);
}

async function openIfThere(file: string): Promise<FileHandle | undefined> {
  try {
    return await open(file, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function syncFile(file: string): Promise<void> {
  const handle = await open(file, 'r');
  await handle.datasync().finally(() => handle.close());
}
