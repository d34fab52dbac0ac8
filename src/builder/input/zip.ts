// A zip archive read as a tar. It is kept in a file meanwhile, since its list of entries stands at its end.
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import tar from 'tar-stream';
import { openPromise, type Entry, type ZipFile } from 'yauzl';
import { pour } from '../../lib/async/pour.js';
import { entryCheck, shownName } from '../../model/build/archive-entry.js';
import { PlatformError } from '../../model/errors.js';
import { quietly } from './source.js';

export interface ZipLimits {
  /** Of what is in it, unpacked. */
  maxBytes: number;
  maxEntries: number;
}

/** Made by systems whose modes are POSIX ones: UNIX, and macOS. */
const POSIX = [3, 19];
const KINDS: Readonly<Record<number, tar.Header['type']>> = { 0: 'file', 0o10: 'file', 0o4: 'directory', 0o12: 'symlink' };
const MOST_TARGET_BYTES = 4_096;
const MOST_TIME_MS = 0x7fffffff * 1000;

/**
 * Takes a zip archive, whole, by way of `file`, which is gone when this returns; returns it as a tar that is read as it is unpacked.
 * Throws `invalid_params` for what is no zip, and the stream where an entry is no part of a source, or they are too many or too large.
 */
export async function zipAsTar(source: Readable, file: string, o: ZipLimits & { signal: AbortSignal }): Promise<Readable> {
  try {
    await pipeline(source, createWriteStream(file, { mode: 0o600 }), { signal: o.signal });
    const zip = await openPromise(file, { lazyEntries: true, autoClose: false, decodeStrings: true, validateEntrySizes: true }).catch(
      refuse,
    );
    // Closed with the stream, which may end before anybody has read of it.
    return quietly(Readable.from(packed(zip, o), { objectMode: false })).once('close', () => zip.close());
  } finally {
    await rm(file, { force: true });
  }
}

async function* packed(zip: ZipFile, limits: ZipLimits): AsyncGenerator<Buffer> {
  const out = tar.pack();
  const filled = fill(zip, out, limits);
  filled.catch((error: Error) => out.destroy(error));
  try {
    for await (const chunk of out) yield chunk as Buffer;
    await filled;
  } catch (error) {
    refuse(error as Error);
  } finally {
    out.destroy();
  }
}

async function fill(zip: ZipFile, out: tar.Pack, { maxBytes, maxEntries }: ZipLimits): Promise<void> {
  if (zip.entryCount > maxEntries)
    throw new PlatformError('invalid_params', `The source has more than ${maxEntries.toLocaleString('en')} files.`);
  const check = entryCheck({ mayReplace: false });
  let bytes = 0;
  for await (const entry of zip.eachEntry()) {
    const header = headerOf(entry);
    const isLink = header.type === 'symlink';
    const wrong =
      check({ ...header, size: header.type === 'file' ? header.size : 0 }) ??
      (entry.isEncrypted() ? 'is encrypted' : null) ??
      (isLink && entry.uncompressedSize > MOST_TARGET_BYTES ? 'is a link to far too long a name' : null);
    if (wrong) throw new PlatformError('invalid_params', `The source can't be used: ${shownName(entry.fileName)} ${wrong}.`);
    bytes += entry.uncompressedSize;
    if (bytes > maxBytes)
      throw new PlatformError('invalid_params', `The source is larger than ${Math.round(maxBytes / 1024 / 1024)} MB when it is unpacked.`);
    const content = header.type === 'directory' ? null : await zip.openReadStreamPromise(entry);
    const linkname = content && isLink ? await textOf(content) : null;
    const to = out.entry({ ...header, ...(linkname !== null && { linkname }), size: header.type === 'file' ? header.size : 0 });
    // It breaks the pack as well, which is heard there.
    to.on('error', () => undefined);
    if (content && !isLink) await pour(content as AsyncIterable<Buffer>, to);
    to.end(null);
  }
  out.finalize();
}

function headerOf(entry: Entry): Pick<tar.Header, 'name' | 'type' | 'mode' | 'mtime' | 'size'> {
  const mode = POSIX.includes(entry.versionMadeBy >>> 8) ? entry.externalFileAttributes >>> 16 : 0;
  const isFolder = entry.fileName.endsWith('/');
  const type = isFolder ? 'directory' : (KINDS[mode >>> 12] ?? 'character-device');
  const permissions = mode & 0o777 || (isFolder ? 0o755 : 0o644);
  return { name: entry.fileName, type, mode: permissions, mtime: timeOf(entry), size: entry.uncompressedSize };
}

/** A tar tells of no time before 1970, and the one that we write of none that takes more than 31 bits. */
function timeOf(entry: Entry): Date {
  return new Date(Math.min(MOST_TIME_MS, Math.max(0, entry.getLastModDate({ timezone: 'UTC' }).getTime())));
}

async function textOf(content: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of content as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

function refuse(cause: Error): never {
  if (cause instanceof PlatformError) throw cause;
  throw new PlatformError('invalid_params', `The source can't be unpacked: ${cause.message.replace(/\.$/, '')}.`, { cause });
}
