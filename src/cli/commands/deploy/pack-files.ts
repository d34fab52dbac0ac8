// Files as they lie in a directory, but for what .gitignore names, which git itself reads. What .slugignore names the build leaves out.
import { spawn } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { lstat, mkdtemp, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Pack } from 'tar-stream';
import { CliError } from '../../api/errors.js';
import { must, type Checkout } from '../../git/git.js';
import type { Packed } from './packed.js';

interface Options {
  /** Whether the directory belongs to a git repository. */
  isTracked: boolean;
  warn(message: string): void;
}

/** Packs the files below `checkout.cwd`. Throws CliError when there are none. */
export async function packFiles(checkout: Checkout, { isTracked, warn }: Options): Promise<Packed> {
  const paths = isTracked ? await listFiles(checkout, ['--cached']) : await listAlone(checkout);
  const repos = paths.filter((path) => path.endsWith('/'));
  if (repos.length > 0) warn(`Git repositories inside are left out: ${repos.join(', ')}`);
  const files = paths.filter((path) => !path.endsWith('/'));
  if (files.length === 0) throw new CliError(`There is nothing to deploy in ${checkout.cwd}: no file that .gitignore doesn't name.`);
  const { pack: openPack } = await import('tar-stream');
  const pack = openPack();
  const stream = pack.pipe(createGzip({ level: 6 }));
  pack.on('error', (error: Error) => stream.destroy(error));
  addAll(pack, checkout.cwd, files).then(
    () => pack.finalize(),
    (error: Error) => pack.destroy(error),
  );
  return { stream, version: null, description: null };
}

/** As a git repository that has nothing of it yet would see the directory. */
async function listAlone(checkout: Checkout): Promise<string[]> {
  const repo = await mkdtemp(join(tmpdir(), 'paas-deploy-'));
  try {
    await must(checkout, ['init', '--quiet', '--bare', repo]);
    return await listFiles({ ...checkout, env: { ...checkout.env, GIT_DIR: repo, GIT_WORK_TREE: checkout.cwd } }, []);
  } finally {
    await rm(repo, { recursive: true, force: true });
  }
}

/** Paths below the directory; one that ends with a slash is a git repository. */
async function listFiles(checkout: Checkout, which: string[]): Promise<string[]> {
  const args = ['ls-files', '-z', '--others', ...which, '--exclude-standard'];
  const child = spawn('git', args, { cwd: checkout.cwd, env: checkout.env, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<number | null>((done, fail) => child.once('error', fail).once('close', done));
  const chunks: Buffer[] = [];
  for await (const chunk of child.stdout) chunks.push(chunk as Buffer);
  if ((await ended) !== 0) throw new CliError(`git can't list the files of ${checkout.cwd}.`);
  return [...new Set(Buffer.concat(chunks).toString().split('\0'))].filter(Boolean).sort();
}

async function addAll(pack: Pack, dir: string, files: string[]): Promise<void> {
  for (const path of files) await addFile(pack, join(dir, path), `app/${path}`);
}

/** Adds a file or a link; what has gone, and what is neither, is left out. */
async function addFile(pack: Pack, file: string, name: string): Promise<void> {
  const found = await lstat(file).catch(() => null);
  if (found?.isSymbolicLink()) {
    pack.entry({ name, type: 'symlink', linkname: await readlink(file), mtime: found.mtime });
    return;
  }
  if (!found?.isFile()) return;
  const entry = pack.entry({ name, size: found.size, mode: found.mode & 0o111 ? 0o755 : 0o644, mtime: found.mtime });
  // A file that grows meanwhile is cut where it ended.
  await pipeline(createReadStream(file, { end: Math.max(0, found.size - 1) }), entry);
}
