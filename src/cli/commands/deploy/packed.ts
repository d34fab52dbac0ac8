import type { Readable } from 'node:stream';

/** What is uploaded. */
export interface Packed {
  /** A .tar.gz with all of it below one directory. */
  stream: Readable;
  /** The commit, and its subject; null for files that are in none. */
  version: string | null;
  description: string | null;
}
