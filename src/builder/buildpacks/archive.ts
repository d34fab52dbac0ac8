// A buildpack's archive, taken apart and put together again: whatever does not belong into one is refused.
import { posix } from 'node:path';
import type { Readable } from 'node:stream';
import tar from 'tar-stream';
import { hasStrayContent } from '../../model/build/archive-entry.js';
import { PlatformError } from '../../model/errors.js';

export interface PackFile {
  name: string;
  type: 'file' | 'directory' | 'symlink';
  executable: boolean;
  linkname: string;
  body: Buffer;
}

const MAX_BYTES = 64 * 1024 * 1024;
const MAX_ENTRIES = 20_000;

/** Reads a tar. Throws `invalid_params` with one line when it is broken, too large, or would write outside its directory. */
export async function readPack(stream: Readable): Promise<PackFile[]> {
  const extract = stream.pipe(tar.extract());
  stream.on('error', (error) => extract.destroy(error));
  const files: PackFile[] = [];
  let bytes = 0;
  try {
    for await (const entry of extract) {
      const { header } = entry;
      if (hasStrayContent(header)) throw refused(`${JSON.stringify(header.name)} is a ${header.type} with content`);
      const parts: Buffer[] = [];
      for await (const part of entry) {
        bytes += (part as Buffer).length;
        if (bytes > MAX_BYTES) throw refused(`it is larger than ${MAX_BYTES / 1024 / 1024} MB`);
        parts.push(part as Buffer);
      }
      const file = asFile(header, Buffer.concat(parts));
      if (file) files.push(file);
      if (files.length > MAX_ENTRIES) throw refused(`it has more than ${MAX_ENTRIES} files`);
    }
  } catch (error) {
    if (error instanceof PlatformError) throw error;
    throw refused(`its archive is broken (${(error as Error).message})`, error);
  }
  return withoutTop(files);
}

function asFile(header: tar.Header, body: Buffer): PackFile | null {
  const name = posix.normalize(header.name).replace(/^\.\//, '').replace(/\/$/, '');
  if ((header.type as string) === 'pax-global-header' || name === '.' || name === '') return null;
  if (header.name.startsWith('/') || name === '..' || name.startsWith('../'))
    throw refused(`${JSON.stringify(header.name)} lies outside of it`);
  const shared = { name, executable: ((header.mode ?? 0) & 0o111) !== 0, linkname: '', body };
  if (header.type === 'directory') return { ...shared, type: 'directory' };
  if (header.type === 'file' || header.type === 'contiguous-file' || !header.type) return { ...shared, type: 'file' };
  if (header.type !== 'symlink') throw refused(`${JSON.stringify(name)} is a ${header.type}`);
  const linkname = header.linkname ?? '';
  const target = posix.join(posix.dirname(name), linkname);
  if (linkname.startsWith('/') || target === '..' || target.startsWith('../'))
    throw refused(`the link ${JSON.stringify(name)} leads out of it`);
  return { ...shared, type: 'symlink', linkname };
}

/** Archives of a whole repository have all in one folder: it is left away. */
function withoutTop(files: PackFile[]): PackFile[] {
  const tops = new Set(files.map((file) => file.name.split('/')[0]));
  if (tops.size !== 1 || files.some((file) => file.name === 'bin/detect')) return files;
  return files.filter((file) => file.name.includes('/')).map((file) => ({ ...file, name: file.name.slice(file.name.indexOf('/') + 1) }));
}

/** Throws `invalid_params` unless these are the files of a buildpack. */
export function checkPack(files: PackFile[]): void {
  const links = new Set(files.filter((file) => file.type === 'symlink').map((file) => file.name));
  for (const { name } of files) {
    const parts = name.split('/');
    if (parts.some((_, index) => index > 0 && links.has(parts.slice(0, index).join('/'))))
      throw refused(`${JSON.stringify(name)} lies behind a link`);
  }
  for (const script of ['bin/detect', 'bin/compile']) {
    const file = files.find((each) => each.name === script);
    if (!file || file.type === 'directory') throw new PlatformError('invalid_params', `it is not a buildpack: it has no ${script}`);
  }
}

/** Packs several buildpacks into one tar, each in a folder named by its number. Scripts in `bin` are executable whatever they were. */
export async function packAll(packs: PackFile[][]): Promise<Buffer> {
  if (packs.length === 0) return Buffer.alloc(0);
  const pack = tar.pack();
  for (const [index, files] of packs.entries()) {
    for (const file of files) {
      const mode = file.type === 'directory' || file.executable || file.name.startsWith('bin/') ? 0o755 : 0o644;
      const header = { name: `${index}/${file.name}`, type: file.type, mode, ...(file.type === 'symlink' && { linkname: file.linkname }) };
      if (file.type === 'file') pack.entry(header, file.body);
      else pack.entry(header);
    }
  }
  pack.finalize();
  const parts: Buffer[] = [];
  for await (const part of pack) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

function refused(why: string, cause?: unknown): PlatformError {
  return new PlatformError('invalid_params', `it is refused: ${why}`, { cause });
}
