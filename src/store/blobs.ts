// Blobs: sources and slugs as files of one directory, named by key. A file is there whole or not at all.
import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream, type ReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
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
  const digest = key.startsWith('slugs/') ? createHash('sha256') : null;
  const { partial, size } = await receive(store, source, (chunk) => digest?.update(chunk));
  if (digest && digest.digest('hex') !== basename(file)) {
    await rm(partial, { force: true });
    throw new PlatformError('invalid_params', 'The content does not have the sha256 that its name says; send it again.');
  }
  await keep(store, partial, key);
  return { size };
}

/** Keeps a slug whose digest is known only when it is whole. Throws `too_large`, and whatever the stream fails with. */
export async function putSlug(store: BlobStore, source: Readable): Promise<{ digest: string; size: number }> {
  const digest = createHash('sha256');
  const { partial, size } = await receive(store, source, (chunk) => digest.update(chunk));
  const hex = digest.digest('hex');
  await keep(store, partial, `slugs/${hex}`);
  return { digest: hex, size };
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

/** Writes a stream to a file of its own; nothing is left when it fails. */
async function receive(store: BlobStore, source: Readable, hear: (chunk: Buffer) => void): Promise<{ partial: string; size: number }> {
  const partial = join(store.dir, 'partial', randomUUID());
  await mkdir(dirname(partial), { recursive: true });
  let size = 0;
  const meter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.length;
      hear(chunk);
      done(size > store.maxBytes ? tooLarge(store) : null, chunk);
    },
  });
  try {
    await pipeline(source, meter, createWriteStream(partial, { mode: 0o600, highWaterMark: CHUNK_BYTES }));
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
  return { partial, size };
}

/** Gives a file that is whole its name. A release may rest on a slug for years, so its bytes are on the disk first. */
async function keep(store: BlobStore, partial: string, key: string): Promise<void> {
  const file = blobFile(store, key);
  await mkdir(dirname(file), { recursive: true });
  if (key.startsWith('slugs/')) await syncFile(partial);
  await rename(partial, file);
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
