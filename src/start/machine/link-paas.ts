// `paas` on the PATH: a link to ours, where there is a place for it that nobody else uses. Whoever made it removes it.
import { existsSync, mkdirSync, readFileSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

interface Installation {
  /** Slipway's own directory. */
  root: string;
  /** The data directory: it remembers that the link is ours. */
  home: string;
}

/**
 * Links it for all users as root, else for oneself, unless PATH has no such directory. What is there already stays, whosever it
 * is, but for a link that leads nowhere.
 */
export function linkPaas(o: Installation, link: string | null = chooseLink(process.env)): void {
  if (link === null) return;
  try {
    mkdirSync(dirname(link), { recursive: true });
    if (targetOf(link) !== undefined && !existsSync(link)) rmSync(link);
    symlinkSync(join(o.root, 'bin/paas'), link);
    writeFileSync(recordOf(o.home), `${link}\n`);
  } catch {
    // Somebody's file, a directory that isn't ours to write to: the whole path serves as well.
  }
}

/** Removes the link this home made, unless it has become another's. */
export function unlinkPaas(o: Installation): void {
  const record = recordOf(o.home);
  if (!existsSync(record)) return;
  const link = readFileSync(record, 'utf8').trim();
  if (targetOf(link) === join(o.root, 'bin/paas')) rmSync(link, { force: true });
  rmSync(record, { force: true });
}

/** Where a link would be found. */
export function chooseLink(env: NodeJS.ProcessEnv, isRoot = process.getuid?.() === 0): string | null {
  const dir = isRoot ? '/usr/local/bin' : join(env['HOME'] || homedir(), '.local/bin');
  return (env['PATH'] ?? '').split(':').includes(dir) ? join(dir, 'paas') : null;
}

function recordOf(home: string): string {
  return join(home, 'paas.link');
}

function targetOf(link: string): string | undefined {
  try {
    return readlinkSync(link);
  } catch {
    return undefined;
  }
}
