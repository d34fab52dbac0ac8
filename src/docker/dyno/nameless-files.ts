// Files that have no name any more, but are open: they fill a disk, and nobody who walks through it sees them.
import { readdir, stat } from 'node:fs/promises';

/** Of one with very many so many are looked at. */
const MOST_FILES = 20_000;
const BLOCK = 512;

/** What such files of these processes take, in MB; 0 where we may not see them. Files in memory don't count, which are memory. */
export async function namelessMb(pids: readonly string[], proc = '/proc'): Promise<number> {
  const sizes = new Map<string, number>();
  let looked = 0;
  for (const pid of pids) {
    const root = await stat(`${proc}/${pid}/root/`).catch(() => null);
    const open = root ? await readdir(`${proc}/${pid}/fd`).catch(() => []) : [];
    for (const file of open) {
      if ((looked += 1) > MOST_FILES) return mbOf(sizes);
      const found = await stat(`${proc}/${pid}/fd/${file}`).catch(() => null);
      if (found?.isFile() && found.nlink === 0 && found.dev === root?.dev) sizes.set(`${found.dev} ${found.ino}`, found.blocks * BLOCK);
    }
  }
  return mbOf(sizes);
}

function mbOf(sizes: Map<string, number>): number {
  return Math.floor([...sizes.values()].reduce((sum, bytes) => sum + bytes, 0) / 1024 / 1024);
}
