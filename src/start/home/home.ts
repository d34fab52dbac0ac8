// The data directory: made at the first start, with its id, its key and its admin's token.
import { randomBytes, randomUUID } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Home {
  dir: string;
  /** 8 hex characters; everything of ours in Docker carries it. */
  id: string;
}

const PRIVATE_DIRECTORIES = ['blobs', 'repos', 'run'];

/** Opens the home, and creates what of it is missing. Throws when the directory can't be used. */
export function openHome(dir: string): Home {
  try {
    mkdirSync(dir, { recursive: true });
    // As root PostgreSQL runs as another account and must pass through; what is in the home is private by itself.
    chmodSync(dir, process.getuid?.() === 0 ? 0o711 : 0o700);
    for (const name of PRIVATE_DIRECTORIES) mkdirSync(join(dir, name), { recursive: true, mode: 0o700 });
    readOrCreate(join(dir, 'secret.key'), () => randomBytes(32).toString('hex'));
    readOrCreate(join(dir, 'admin.token'), () => `HRKU-${randomUUID()}`);
    return { dir, id: readOrCreate(join(dir, 'home.id'), () => randomBytes(4).toString('hex')) };
  } catch (cause) {
    throw new Error(`SLIPWAY_HOME=${dir} can't be used (${(cause as Error).message}): set SLIPWAY_HOME to a directory you may write to.`, {
      cause,
    });
  }
}

/** The home of a directory, or undefined when nothing was ever started there. */
export function findHome(dir: string): Home | undefined {
  const file = join(dir, 'home.id');
  return existsSync(file) ? { dir, id: readFileSync(file, 'utf8').trim() } : undefined;
}

function readOrCreate(file: string, make: () => string): string {
  if (!existsSync(file) || readFileSync(file, 'utf8').trim() === '') writeFileSync(file, `${make()}\n`, { mode: 0o600 });
  return readFileSync(file, 'utf8').trim();
}
