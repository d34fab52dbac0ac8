// Blobs: sources, uploads, layers of slugs and archives as files of one directory, named by key. A file is there whole or not
// at all. The time of a layer is when it was last written or read: who has just had it may name it in a slug.
import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream, type ReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat, utimes, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { isBlobKey } from '../../model/build/blob-url.js';
import { PlatformError } from '../../model/errors.js';

export interface BlobStore {
  dir: string;
  /** The largest blob that is taken, in bytes. */
  maxBytes: number;
}

interface Digested {
  digest: string;
  size: number;
}

export type BlobKind = 'sources' | 'uploads' | 'slugs' | 'archives' | 'partial';

const CHUNK_BYTES = 1024 * 1024;
const GOING = '.going';

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

/** Keeps a layer whose digest is known only when it is whole. Throws `too_large`, and whatever the stream fails with. */
export function putLayer(store: BlobStore, source: Readable): Promise<Digested> {
  return putDigested(store, source, (digest) => `slugs/${digest}`);
}

/** Keeps an archive that we made ourselves, however large. */
export function putArchive(store: BlobStore, key: string, source: Readable): Promise<Digested> {
  return putDigested({ ...store, maxBytes: Infinity }, source, () => key);
}

async function putDigested(store: BlobStore, source: Readable, keyOf: (digest: string) => string): Promise<Digested> {
  const hash = createHash('sha256');
  const { partial, size } = await receive(store, source, (chunk) => hash.update(chunk));
  const digest = hash.digest('hex');
  await keep(store, partial, keyOf(digest));
  return { digest, size };
}

/** Opens a blob for reading; undefined when there is none. */
export async function openBlob(store: BlobStore, key: string): Promise<{ size: number; stream: ReadStream } | undefined> {
  const file = blobFile(store, key);
  const now = new Date();
  // By path: what is being removed at this moment isn't there any more.
  if (/^(slugs|archives)\//.test(key)) await utimes(file, now, now).catch(ignoreAbsent);
  const handle = await openIfThere(file);
  if (!handle) return undefined;
  const { size } = await handle.stat();
  return { size, stream: createReadStream('', { fd: handle, highWaterMark: CHUNK_BYTES }) };
}

/** Removes a blob. One that isn't there is no error; whoever reads it goes on reading. */
export function deleteBlob(store: BlobStore, key: string): Promise<void> {
  return rm(blobFile(store, key), { force: true });
}

/**
 * Removes a layer unless it has been written or read since `before` (ms), or a slug rests on it. It is taken away first and
 * looked at then: whoever comes meanwhile finds none, and brings it again.
 */
export async function removeUnused(store: BlobStore, key: string, o: { before: number; isUsed: () => Promise<boolean> }): Promise<boolean> {
  const file = blobFile(store, key);
  const going = `${file}${GOING}`;
  await rename(file, going).catch(ignoreAbsent);
  const found = await stat(going).catch(() => null);
  if (!found) return false;
  if (found.mtimeMs >= o.before || (await o.isUsed())) {
    await rename(going, file);
    return false;
  }
  await rm(going, { force: true });
  return true;
}

/** Brings back the layers whose removal was cut off. */
export async function restoreLayers(store: BlobStore): Promise<void> {
  const dir = join(store.dir, 'slugs');
  for (const name of await readdir(dir).catch(() => [])) {
    if (name.endsWith(GOING)) await rename(join(dir, name), join(dir, name.slice(0, -GOING.length))).catch(ignoreAbsent);
  }
}

/** Blobs of a kind that were written before a time (ms since the epoch). */
export async function listBlobsBefore(store: BlobStore, kind: BlobKind, before: number): Promise<string[]> {
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
  if (/^(slugs|uploads)\//.test(key)) await syncFile(partial);
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

function ignoreAbsent(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
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
