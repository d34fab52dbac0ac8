// Where to read on when a log file has been read to its end. The engine renames x → x.1 → x.2 … and drops the last.

export interface LogFile {
  path: string;
  /** Inode and birth time: inodes are used again, names move. */
  id: string;
  size: number;
}

export type NextFile =
  /** It is the newest: more may be written to it. */
  | { step: 'wait' }
  /** Read `file` from its start. `lostBytes`: files between were dropped; null when nobody knows how many. */
  | { step: 'open'; file: LogFile; lostBytes: number | null };

/**
 * Decides what follows file `id`.
 * @param kept the files there are, oldest first
 * @param seen those that were there when last looked at, oldest first
 */
export function nextFile(id: string, kept: LogFile[], seen: LogFile[]): NextFile {
  const newest = kept.at(-1);
  const oldest = kept[0];
  if (!newest || !oldest || newest.id === id) return { step: 'wait' };
  const at = indexOf(kept, id);
  const following = at >= 0 ? kept[at + 1] : undefined;
  if (following) return { step: 'open', file: following, lostBytes: 0 };

  const from = indexOf(seen, id);
  let lostBytes = 0;
  for (const known of from < 0 ? [] : seen.slice(from + 1)) {
    const file = kept.find((each) => each.id === known.id);
    if (file) return { step: 'open', file, lostBytes };
    lostBytes += known.size;
  }
  return { step: 'open', file: oldest, lostBytes: null };
}

/** Whether the engine has dropped file `id`: whoever still reads it is so slow that the next one will be dropped too. */
export function isDropped(id: string, kept: LogFile[]): boolean {
  return indexOf(kept, id) < 0;
}

function indexOf(files: LogFile[], id: string): number {
  return files.findIndex((file) => file.id === id);
}
