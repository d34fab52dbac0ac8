// A builder with its stores, its blobs and the real engine: what the tests of this folder push apps to.
import { execFile } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Context } from '../../../src/actions/context.js';
import { createApp } from '../../../src/actions/app/create-app.js';
import { startBuild } from '../../../src/actions/build/start-build.js';
import type { BuilderSettings } from '../../../src/builder/open-builder.js';
import { startBuilder } from '../../../src/builder/start-builder.js';
import { followOutput } from '../../../src/api/output/follow-output.js';
import { openLineWriter } from '../../../src/bus/line-writer.js';
import { openBus } from '../../../src/bus/open-bus.js';
import { testEngine } from '../../support/engine.js';
import { blobUrl } from '../../../src/model/build/blob-url.js';
import type { App } from '../../../src/model/app.js';
import type { Build } from '../../../src/model/build/build.js';
import type { Slug } from '../../../src/model/build/slug.js';
import { DEFAULT_STACK } from '../../../src/model/build/stack.js';
import type { User } from '../../../src/model/user.js';
import { SIZES } from '../../../src/model/dyno-size.js';
import { openQueue } from '../../../src/queue/open-queue.js';
import { removeDockerObjects } from '../../../src/docker/remove-docker-objects.js';
import { ownedBy } from '../../../src/model/addon/owned-vars.js';
import { writeOwnedVars } from '../../../src/store/app/config-vars.js';
import { findBuild } from '../../../src/store/build/builds.js';
import { openStore } from '../../../src/store/open-store.js';
import { findSlug } from '../../../src/store/build/slugs.js';
import { ensureUser } from '../../../src/store/people/users.js';
import { startStores } from '../../support/stores.js';
import { startBlobServer } from './blob-server.js';

const run = promisify(execFile);

/** Path → text; a path that ends in `@` is a symbolic link; a text that begins with `#!` is executable. */
export type Files = Record<string, string>;

export interface Pushed {
  build: Build;
  output: string;
  slug: Slug | null;
  ms: number;
}

export type World = Awaited<ReturnType<typeof startWorld>>;

export async function startWorld(settings: Partial<BuilderSettings> = {}) {
  const dir = mkdtempSync(join(tmpdir(), 'slipway-builder-'));
  const key = randomBytes(32);
  const stores = await startStores();
  mkdirSync(join(dir, 'blobs'));
  const blobs = await startBlobServer({ dir: join(dir, 'blobs'), key });
  const homeId = `test${randomBytes(4).toString('hex')}`;
  const engine = testEngine();
  const store = await openStore({ url: stores.databaseUrl, key });
  const bus = openBus({ url: stores.redisUrl });
  const queue = openQueue({ url: stores.redisUrl });
  const lines = openLineWriter(bus);
  const ctx: Context = { store, bus, queue, lines, sizes: SIZES };
  const user = await ensureUser(store, { email: 'jane@example.com', name: 'Jane', role: 'member' });
  const given: BuilderSettings = {
    ctx,
    engine,
    dockerHost: process.env['DOCKER_HOST'] ?? '',
    key,
    homeId,
    node: 'test-node',
    home: dir,
    runDir: join(dir, 'run'),
    redisUrl: stores.redisUrl,
    internalUrl: blobs.url,
    domain: 'localhost',
    routerPort: 8080,
    stacks: [DEFAULT_STACK],
    images: {
      [DEFAULT_STACK]: {
        run: process.env['SLIPWAY_RUN_IMAGE'] ?? 'slipway/stack:dev',
        build: process.env['SLIPWAY_BUILD_IMAGE'] ?? 'slipway/stack-build:dev',
      },
    },
    buildConcurrency: 2,
    buildTimeoutS: 300,
    buildMemoryMb: 1024,
    buildDiskMb: 2048,
    slugLimitMb: 200,
    buildCacheMb: 500,
    buildOutputMb: 8,
    buildProcesses: 2048,
    fetchAllow: ['127.0.0.1'],
    buildEnv: {},
    buildpackFileUrls: true,
    ...settings,
  };
  let builder = startBuilder(given);
  await builder.ready;

  /** Queues a build of these files as a commit. */
  async function begin(
    app: App,
    files: Files,
    o: Partial<
      Pick<
        Parameters<typeof startBuild>[1],
        'buildpacks' | 'origin' | 'source' | 'checksum' | 'submodules' | 'git' | 'commit' | 'description'
      >
    > = {},
  ): Promise<Build> {
    const source = o.source ?? (await upload(await packFiles(dir, files)));
    return startBuild(ctx, {
      app,
      user,
      origin: 'git',
      commit: '1234567890123456789012345678901234567890',
      description: 'A commit',
      ...o,
      source,
    });
  }

  /** A buildpack as a .tgz or a git repository in the file system; returns its URL. */
  async function packTarball(files: Files): Promise<string> {
    const file = await packFiles(dir, files);
    await run('gzip', [file]);
    await run('mv', [`${file}.gz`, `${file}.tgz`]);
    return `file://${file}.tgz`;
  }

  async function packRepository(files: Files): Promise<{ url: string; commit: string; git(...args: string[]): Promise<string> }> {
    const tree = mkdtempSync(join(dir, 'repo-'));
    const git = async (...args: string[]) =>
      (await run('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.com', ...args], { cwd: tree })).stdout.trim();
    await git('init', '--quiet', '--initial-branch=main');
    writeFiles(tree, files);
    await git('add', '-A');
    await git('commit', '--quiet', '-m', 'A buildpack');
    return { url: `file://${tree}`, commit: await git('rev-parse', 'HEAD'), git };
  }

  async function upload(file: string): Promise<string> {
    const blob = `sources/${randomUUID()}`;
    const urls = { base: blobs.url, key, blob, now: Date.now(), ttlS: 600 };
    await run('cp', [file, blobs.file(blob)]);
    return blobUrl({ ...urls, method: 'GET' });
  }

  /** Waits for a build's end. */
  async function ended(id: string): Promise<Pushed> {
    const begun = Date.now();
    let output = '';
    const source = { id, readEnd: async () => ({ hasEnded: false, saved: null }), whileQuiet: async () => '' };
    const following = followOutput(bus, source, { from: 0, signal: new AbortController().signal });
    for await (const piece of following) output += piece.text;
    const build = (await findBuild(store, id))!;
    const slug = build.slugId ? ((await findSlug(store, build.slugId)) ?? null) : null;
    return { build, output, slug, ms: Date.now() - begun };
  }

  return {
    ctx,
    user: user as User,
    engine,
    blobs,
    dir,
    homeId,
    settings: given,
    begin,
    upload,
    packTarball,
    packRepository,
    ended,
    setConfig: (app: App, vars: Record<string, string>) => writeOwnedVars(store, app.id, ownedBy(null, vars)),
    newApp: () => createApp(ctx, { user }),
    push: async (app: App, files: Files, o: Parameters<typeof begin>[2] = {}) => ended((await begin(app, files, o)).id),
    /** Lists what is in a slug: path → `tar -tv` line. */
    async list(slug: Pick<Slug, 'digest'>): Promise<string[]> {
      return (await run('tar', ['-tvzf', blobs.file(`slugs/${slug.digest}`)], { maxBuffer: 1 << 26 })).stdout.trim().split('\n');
    },
    async read(slug: Slug, path: string): Promise<string> {
      return (await run('tar', ['-xzOf', blobs.file(`slugs/${slug.digest}`), path], { maxBuffer: 1 << 26 })).stdout;
    },
    halt: () => builder.stop(),
    async restart(changed: Partial<BuilderSettings> = {}) {
      await builder.stop();
      builder = startBuilder({ ...given, ...changed });
      await builder.ready;
    },
    async stop() {
      await builder.stop();
      await removeDockerObjects(engine, homeId);
      await lines.flush();
      await Promise.allSettled([queue.close(), bus.close(), store.close()]);
      await blobs.stop();
      await stores.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** Writes files, and packs them as `git archive` would: one time for all, nothing above the top. */
export async function packFiles(dir: string, files: Files): Promise<string> {
  const tree = mkdtempSync(join(dir, 'tree-'));
  writeFiles(tree, files);
  const archive = `${tree}.tar`;
  await run('tar', ['-cf', archive, '--mtime=@1700000000', '-C', tree, '--sort=name', '.']);
  return archive;
}

export function writeFiles(tree: string, files: Files): void {
  for (const [path, text] of Object.entries(files)) {
    const file = join(tree, path);
    mkdirSync(dirname(file), { recursive: true });
    if (path.endsWith('@')) symlinkSync(text, file.slice(0, -1));
    else writeFileSync(file, text);
    if (text.startsWith('#!')) chmodSync(file, 0o755);
  }
}
