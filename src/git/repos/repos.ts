// Where apps' repositories lie: `<reposDir>/<app id>.git`, made on first use, so that a renamed app keeps its own.
import { randomBytes } from 'node:crypto';
import { execFile } from 'node:child_process';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { REPO_ATTRIBUTES, repoConfig } from './repo-recipe.js';

export interface Repos {
  /** The path of an app's repository, whether it is there or not. */
  pathOf(appId: string): string;
  /** Makes the repository unless it is there, brings its settings up to date, and returns its path. */
  ensure(appId: string): Promise<string>;
  remove(appId: string): Promise<void>;
}

const run = promisify(execFile);

export function openRepos(o: { reposDir: string; hooksDir: string; maxPackBytes: number }): Repos {
  const config = repoConfig(o);
  const inFlight = new Map<string, Promise<string>>();
  const pathOf = (appId: string) => join(o.reposDir, `${appId}.git`);

  function ensure(appId: string): Promise<string> {
    const underWay = inFlight.get(appId);
    if (underWay) return underWay;
    const work = settle(pathOf(appId)).finally(() => inFlight.delete(appId));
    inFlight.set(appId, work);
    return work;
  }

  async function settle(path: string): Promise<string> {
    const present = await readFile(join(path, 'config'), 'utf8').catch(() => null);
    if (present === config) return path;
    if (present === null) await create(path, config);
    else await writeSettings(path, config);
    return path;
  }

  return {
    pathOf,
    ensure,
    async remove(appId) {
      await discard(pathOf(appId));
    },
  };
}

/** Made aside and renamed into place: a repository is never seen half made, and of two makers one wins. */
async function create(path: string, config: string): Promise<void> {
  const draft = `${path}.new-${randomBytes(6).toString('hex')}`;
  await mkdir(draft, { recursive: true });
  try {
    await run('git', ['init', '--quiet', '--bare', '--template=', '--initial-branch=main', draft], { timeout: 30_000 });
    await writeSettings(draft, config);
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    if (!isTaken(error)) throw error;
  }
}

/** The config comes last: it is what says that the recipe has been followed. */
async function writeSettings(path: string, config: string): Promise<void> {
  await mkdir(join(path, 'info'), { recursive: true });
  await replaceFile(join(path, 'info', 'attributes'), REPO_ATTRIBUTES);
  await replaceFile(join(path, 'config'), config);
}

async function replaceFile(file: string, text: string): Promise<void> {
  const draft = `${file}.new-${randomBytes(6).toString('hex')}`;
  await writeFile(draft, text);
  await rename(draft, file);
}

/** Removes a repository; renamed first, so that nobody finds half of it. */
export async function discard(path: string): Promise<void> {
  const doomed = `${path}.gone-${randomBytes(6).toString('hex')}`;
  await rename(path, doomed).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
  await rm(doomed, { recursive: true, force: true });
}

function isTaken(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'ENOTEMPTY' || code === 'EEXIST';
}
