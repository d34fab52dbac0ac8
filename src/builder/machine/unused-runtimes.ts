// Which runtimes nobody has used for long. When each was used last is written down beside the builder: the volume can't tell.
import { mkdir, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface RuntimeUses {
  /** A build has used it: `node-24.21.0`. */
  note(key: string): Promise<void>;
  /** When it was used last; one that was never heard of counts as used now, from now on. */
  lastUse(key: string): Promise<number>;
  /** Forgets what was used so long ago that it is there no more. */
  tidy(): Promise<void>;
}

const KEEP_MS = 30 * 24 * 3_600_000;

/** Opens the notes of a directory, with the clock to go by. */
export function openRuntimeUses(dir: string, now: () => number): RuntimeUses {
  async function note(key: string): Promise<void> {
    const at = now() / 1000;
    await mkdir(dir, { recursive: true });
    await writeFile(join(dir, key), '');
    await utimes(join(dir, key), at, at);
  }
  return {
    note,
    async lastUse(key) {
      const known = await stat(join(dir, key)).catch(() => null);
      if (known) return known.mtimeMs;
      await note(key);
      return now();
    },
    async tidy() {
      for (const key of await readdir(dir).catch(() => [])) {
        const known = await stat(join(dir, key)).catch(() => null);
        if (known && now() - known.mtimeMs > KEEP_MS) await rm(join(dir, key), { force: true });
      }
    },
  };
}

/** Of those that are there, `node 24.21.0 <installed, s>` a line, the ones that no build has used for 30 days. */
export async function unusedRuntimes(uses: RuntimeUses, listing: string, now: number): Promise<[language: string, version: string][]> {
  const last = new Map<string, number>();
  for (const line of listing.split('\n').filter((text) => text !== '')) {
    const [language = '', version = '', installed = ''] = line.split(' ');
    const key = `${language} ${version}`;
    last.set(key, Math.max(last.get(key) ?? 0, Number(installed) * 1000, await uses.lastUse(`${language}-${version}`)));
  }
  return [...last].filter(([, at]) => now - at > KEEP_MS).map(([key]) => key.split(' ') as [string, string]);
}
