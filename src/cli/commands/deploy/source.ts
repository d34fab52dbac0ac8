// What `paas deploy` uploads: the last commit, as git push would send it; or the files as they lie there.
import { statSync } from 'node:fs';
import { CliError } from '../../api/errors.js';
import { git, isWorkTree, type Checkout } from '../../git/git.js';
import { packCommit } from './pack-commit.js';
import { packFiles } from './pack-files.js';
import type { Packed } from './packed.js';

export interface SourceOptions {
  /** The files as they are, committed or not. */
  uncommitted: boolean;
  warn(message: string): void;
}

/** Packs `checkout.cwd`. Throws CliError when there is nothing to be deployed. */
export async function openSource(checkout: Checkout, o: SourceOptions): Promise<Packed> {
  if (!statSync(checkout.cwd, { throwIfNoEntry: false })?.isDirectory()) throw new CliError(`There is no directory ${checkout.cwd}.`);
  const isTracked = await isWorkTree(checkout);
  if (!isTracked || o.uncommitted) return packFiles(checkout, { isTracked, warn: o.warn });
  const changed = (await git(checkout, ['status', '--porcelain', '--', '.'])).stdout.split('\n').filter(Boolean).length;
  const head = await git(checkout, ['rev-parse', '--verify', '--quiet', 'HEAD^{commit}']);
  if (head.code !== 0)
    throw new CliError('Nothing is committed here yet.\nCommit it, or deploy the files as they are: paas deploy --uncommitted');
  if (changed > 0) {
    const what = changed === 1 ? 'One file has' : `${changed} files have`;
    o.warn(`${what} changes that aren't committed: they are not deployed. With them: paas deploy --uncommitted`);
  }
  return packCommit(checkout, head.stdout.trim(), o.warn);
}
