// A commit's files as `git ls-tree -r -t -l -z` lists them, read as they come. A few hundred bytes that were pushed may
// stand for millions of paths: the reader keeps little, and stops at a limit.
import { PlatformError } from '../errors.js';
import type { Link } from './submodules.js';

export interface TreeFacts {
  /** Where it links to commits of other repositories. */
  links: Link[];
  /** Its .gitattributes files, at the top and below; a thousand are the most. */
  attributes: string[];
}

export interface TreeLimits {
  /** Files and folders. */
  paths: number;
  /** Of all files, as a checkout would hold them. */
  bytes: number;
}

/** What may be built: larger sources are refused before they are packed. */
export const TREE_LIMITS: TreeLimits = { paths: 500_000, bytes: 1024 ** 3 };

const ENTRY = /^\d{6} (\w+) ([0-9a-f]{40,64}) +(\d+|-)\t([^]+)$/;
const MOST_ATTRIBUTES = 1_000;
const MAX_ATTRIBUTES_BYTES = 100_000;

export interface TreeReader {
  /** Takes the next bytes. Throws `too_large` beyond a limit. */
  read(chunk: Buffer): void;
  facts(): TreeFacts;
}

export function openTreeReader(limits: TreeLimits = TREE_LIMITS): TreeReader {
  const facts: TreeFacts = { links: [], attributes: [] };
  let rest: Buffer = Buffer.alloc(0);
  let [paths, bytes] = [0, 0];

  function take(entry: string): void {
    const [, type, commit = '', size = '', path = ''] = ENTRY.exec(entry) ?? [];
    paths += 1;
    bytes += Number(size === '-' ? 0 : size);
    if (paths > limits.paths) throw tooLarge(`The commit holds more than ${limits.paths.toLocaleString('en')} files and folders`);
    if (bytes > limits.bytes) throw tooLarge(`The commit's files are larger than ${Math.round(limits.bytes / 1024 ** 2)} MB together`);
    if (type === 'commit') facts.links.push({ path, commit });
    const isAttributes = type === 'blob' && /^(.*\/)?\.gitattributes$/.test(path) && Number(size) <= MAX_ATTRIBUTES_BYTES;
    if (isAttributes && facts.attributes.length < MOST_ATTRIBUTES) facts.attributes.push(path);
  }

  return {
    read(chunk) {
      const all = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      const end = all.lastIndexOf(0);
      rest = all.subarray(end + 1);
      if (end >= 0) all.subarray(0, end).toString('utf8').split('\0').forEach(take);
    },
    facts: () => facts,
  };
}

function tooLarge(what: string): PlatformError {
  return new PlatformError('too_large', `${what}; the platform builds none so large.`);
}
