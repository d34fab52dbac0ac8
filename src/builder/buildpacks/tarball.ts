// Buildpacks as a .tgz at a URL.
import { createReadStream } from 'node:fs';
import { access } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { PassThrough, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { timeLimit } from '../../lib/async/time-limit.js';
import { FetchFault, isFetchFault } from '../../outbound/fetch-fault.js';
import type { FetchGuard } from '../../outbound/fetch-guard.js';
import type { FetchSettings } from '../../outbound/git.js';
import { openSource } from '../input/source.js';
import { readPack, type PackFile } from './archive.js';

const MAX_BYTES = 64 * 1024 * 1024;
const TRIES = 3;

/** Fetches and unpacks it. Throws PlatformError with the reason. */
export async function fetchTarballPack(
  url: string,
  o: Pick<FetchSettings, 'timeoutMs' | 'allowsFiles' | 'guard'> & { signal: AbortSignal },
): Promise<PackFile[]> {
  const limit = timeLimit(o.signal, o.timeoutMs);
  try {
    const { stream, compression } = url.startsWith('file:')
      ? await openFile(url, o.allowsFiles)
      : await fetchUrl(url, o.guard, limit.signal);
    const plain = stream.pipe(compression === 'gzip' ? createGunzip() : new PassThrough());
    stream.on('error', (error) => plain.destroy(error));
    return await readPack(plain);
  } finally {
    limit.clear();
  }
}

async function fetchUrl(url: string, guard: FetchGuard, signal: AbortSignal): Promise<{ stream: Readable; compression: 'gzip' | 'none' }> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await openSource(url, { maxBytes: MAX_BYTES, signal, guard, what: 'buildpack' });
    } catch (error) {
      if (signal.aborted) throw new FetchFault('late', 'it did not answer in time', { cause: error });
      if (attempt === TRIES || !isFetchFault(error, 'unreachable')) throw error;
      await new Promise((resolve) => setTimeout(resolve, attempt * 300));
    }
  }
}

async function openFile(url: string, isAllowed: boolean): Promise<{ stream: Readable; compression: 'gzip' }> {
  if (!isAllowed) throw new FetchFault('refused', 'file:// URLs are not allowed here');
  const file = fileURLToPath(url.replace(/\?.*$/, ''));
  await access(file).catch(() => {
    throw new FetchFault('refused', 'there is no such file');
  });
  return { stream: createReadStream(file), compression: 'gzip' };
}
