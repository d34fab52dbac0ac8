// A home with a dyno manager over real PostgreSQL, Redis and Docker; the manager can be stopped and started again.
import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Context } from '../../../src/actions/context.js';
import { createApp } from '../../../src/actions/app/create-app.js';
import { createRelease } from '../../../src/actions/release/create-release.js';
import { openLineWriter } from '../../../src/bus/line-writer.js';
import { readBatches } from '../../../src/bus/log-lines.js';
import { openBus } from '../../../src/bus/open-bus.js';
import { openEngine } from '../../../src/docker/engine.js';
import { testEngine } from '../../support/engine.js';
import { ofHome } from '../../../src/docker/labels.js';
import type { Driver } from '../../../src/dynos/driver.js';
import { openEngineDriver, type EngineDriver, type EngineDriverOptions } from '../../../src/dynos/engine/open-engine-driver.js';
import { openRoom } from '../../../src/dynos/life/room.js';
import { openOneOffs } from '../../../src/dynos/one-off/one-offs.js';
import { LIMITS, type Limits } from '../../../src/dynos/one-off/run.js';
import type { OneOffs } from '../../../src/dynos/one-offs.js';
import { startDynos, type Dynos } from '../../../src/dynos/start-dynos.js';
import { startOutput, type Output } from '../../../src/dynos/output/start-output.js';
import { systemClock, type Clock } from '../../../src/lib/async/clock.js';
import { watchCertificate } from '../../../src/lib/certificate.js';
import type { App } from '../../../src/model/app.js';
import type { Release } from '../../../src/model/release.js';
import type { SlugLayer } from '../../../src/model/build/slug.js';
import { DEFAULT_STACK } from '../../../src/model/build/stack.js';
import type { User } from '../../../src/model/user.js';
import { SIZES, type SizeTable } from '../../../src/model/dyno-size.js';
import { openQueue } from '../../../src/queue/open-queue.js';
import { removeDockerObjects } from '../../../src/docker/remove-docker-objects.js';
import { listDynos } from '../../../src/store/app/dynos.js';
import { ensureCertificates } from '../../../src/start/home/ca.js';
import { openStore } from '../../../src/store/open-store.js';
import { insertSlug } from '../../../src/store/build/slugs.js';
import { ensureUser } from '../../../src/store/people/users.js';
import { startStores, type TestStores } from '../../support/stores.js';
import { buildImage, runImage } from '../docker/images.js';
import { makeSlug, type Made, type MadeSlug } from '../docker/make-slug.js';
import { openEngineRelay, type EngineRelay } from './engine-relay.js';
import { openRelay, type Relay } from './relay.js';

export type Home = Awaited<ReturnType<typeof openHome>>;

interface HomeOptions {
  bootTimeoutMs?: number;
  idleAfterMs?: number;
  buildOutputMb?: number;
  dynoMemoryMb?: number;
  /** How long somebody at a terminal waits for room. */
  patienceMs?: number;
  sizes?: SizeTable;
  spareNetworks?: number;
  spareDynos?: number;
  relayed?: boolean;
  /** An engine of the test's own, instead of the one all share. */
  dockerHost?: string;
  clients?: Partial<Limits>;
  cycleAfterMs?: number;
  memory?: { driver: Driver; clock: Clock };
}

/**
 * Opens a home whose manager runs. `bootTimeoutMs` is what R10 waits. With `clients`, clients may come to one-off dynos. With
 * `relayed`, the manager reaches Docker, PostgreSQL and Redis through relays that a test may cut; what the test itself looks with is
 * never cut. With `memory`, dynos run in that driver, by its clock, and no engine has to be there.
 */
export async function openHome(o: HomeOptions = {}) {
  const sizes = o.sizes ?? SIZES;
  const homeId = `t${randomBytes(4).toString('hex')}`;
  const stores = await startStores();
  const dockerHost = o.dockerHost ?? process.env['DOCKER_HOST'] ?? '';
  const engine = testEngine(dockerHost);
  const store = await openStore({ url: stores.databaseUrl, key: randomBytes(32) });
  const bus = openBus({ url: stores.redisUrl });
  const queue = openQueue({ url: stores.redisUrl });
  const ctx: Context = { store, bus, queue, lines: openLineWriter(bus), sizes };
  const user: User = await ensureUser(store, { email: 'jane@example.com', name: null, role: 'member' });
  const blobs = new Map<string, Buffer>();
  const server = createServer((request, response) => {
    const found = blobs.get(new URL(request.url ?? '', 'http://x').pathname);
    response.statusCode = found ? 200 : 404;
    response.end(found);
  }).listen(0, '127.0.0.1');
  const internalUrl = await new Promise<string>((resolve) =>
    server.once('listening', () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)),
  );
  const relays = o.relayed ? await openRelays(stores) : null;
  const managed = relays
    ? await openThrough(relays, stores, store.key)
    : { engine, store, bus, lines: ctx.lines, redisUrl: stores.redisUrl };
  const certificateDir = o.clients ? await certificates() : '/nowhere';
  let port = 0;
  let dynos: Dynos | null = null;
  let output: Output | null = null;
  let oneOffs: OneOffs | null = null;
  let driver: Driver;

  function startManager(sizes = o.sizes ?? SIZES): void {
    const settings = {
      homeId,
      node: 'test',
      domain: 'localhost',
      stacks: [DEFAULT_STACK],
      images: { [DEFAULT_STACK]: { run: runImage, build: buildImage } },
      internalUrl,
      sizes,
      bootTimeoutMs: o.bootTimeoutMs ?? 20_000,
      idleAfterMs: o.idleAfterMs ?? 1_800_000,
      cycleAfterMs: o.cycleAfterMs ?? 86_400_000,
      buildOutputMb: o.buildOutputMb ?? 8,
      spareNetworks: o.spareNetworks ?? 1,
      spareDynosMost: o.spareDynos ?? 0,
      dockerHost,
    };
    const clock = o.memory?.clock ?? systemClock;
    const own = o.memory ? null : engineDriver(settings);
    driver = o.memory?.driver ?? own!;
    const patience = o.patienceMs === undefined ? {} : { patienceMs: o.patienceMs };
    const room = openRoom({ ...managed, ...patience, clock, sizes, node: 'test', dynoMemoryMb: o.dynoMemoryMb ?? Infinity });
    oneOffs = own && openOneOffs({ ...own.parts, ...managed, ...settings, driver: own, clock, room }, door());
    dynos = startDynos({ ...managed, ...settings, driver, clock, room, oneOffs });
  }

  function door() {
    return { port, host: '127.0.0.1', certificate: watchCertificate(certificateDir), limits: { ...LIMITS, ...o.clients } };
  }

  function engineDriver(settings: Omit<EngineDriverOptions, 'store' | 'engine' | 'drainOutput'>): EngineDriver {
    output = startOutput({ ...managed, homeId });
    return openEngineDriver({ ...managed, drainOutput: output.drainOutput, ...settings });
  }

  async function stopManager(): Promise<void> {
    await dynos?.stop();
    await output?.stop();
    dynos = null;
  }

  const containers = () => engine.listContainers({ all: true, filters: ofHome(homeId) });
  startManager();
  return {
    homeId,
    engine,
    relays: relays ?? NO_RELAYS,
    ctx,
    user,
    blobs,
    startManager,
    stopManager,
    containers,
    /** What runs the dynos now. */
    driver: () => driver,
    trouble: () => dynos?.trouble(),
    /** Where clients come; the same for every manager of this home. */
    rendezvousPort: async () => (port = (await oneOffs?.port()) ?? 0),
    newApp: () => createApp(ctx, { user }),
    rows: (app: App) => listDynos(store, { appId: app.id }),
    /** Stores a slug, or a layer of one. */
    async store(files: Record<string, string | Buffer>, o: Made = {}): Promise<MadeSlug> {
      const made = await makeSlug(files, o);
      blobs.set(`/blobs/slugs/${made.digest}`, made.archive);
      return made;
    },
    /** Stores a slug and releases it. */
    async deploy(app: App, files: Record<string, string | Buffer>, processTypes: Record<string, string>): Promise<Release> {
      return this.release(app, await this.store(files), processTypes);
    },
    async release(
      app: App,
      { digest, diffId, size }: MadeSlug,
      processTypes: Record<string, string>,
      base: SlugLayer[] = [],
    ): Promise<Release> {
      const facts = { stack: app.stack, commit: 'c'.repeat(40), commitDescription: null, buildpackProvidedDescription: null };
      const slug = await insertSlug(store, { appId: app.id, digest, diffId, size, base, processTypes, ...facts });
      return createRelease(ctx, { appId: app.id, user, slugId: slug.id, description: 'Deploy cccccccc' });
    },
    /** `web.1 up v3`, one of each row, by name. */
    async states(app: App): Promise<string[]> {
      return (await listDynos(store, { appId: app.id })).map((dyno) => `${dyno.name} ${dyno.state} v${dyno.releaseVersion}`);
    },
    /** URLs of web dynos that are up. */
    async urls(app: App): Promise<string[]> {
      const rows = await listDynos(store, { appId: app.id });
      return rows.filter((row) => row.type === 'web' && row.state === 'up').map((row) => `http://${row.host}:${row.port}`);
    },
    /** The app's log, one `source[ps]: text` per line. */
    async log(app: App): Promise<string[]> {
      await Promise.all([ctx.lines.flush(), managed.lines.flush()]);
      const batches = await readBatches(bus, app.id);
      const lines = batches
        .map((batch) => batch.text)
        .join('')
        .split('\n')
        .slice(0, -1);
      return lines.map((line) => line.slice(line.indexOf(' ') + 1));
    },
    async close(): Promise<void> {
      await stopManager();
      if (!o.memory) await removeDockerObjects(engine, homeId);
      await Promise.allSettled([queue.close(), bus.close(), store.close(), managed.bus.close(), relays && managed.store.close()]);
      await Promise.all(Object.values(relays ?? {}).map((relay) => relay.close()));
      server.close();
      await stores.stop();
    },
  };
}

async function certificates(): Promise<string> {
  const dir = mkdtempSync(join(tmpdir(), 'slipway-certificates-'));
  await ensureCertificates(dir, ['localhost', '127.0.0.1'], Date.now());
  return dir;
}

export interface Relays {
  docker: EngineRelay;
  postgres: Relay;
  redis: Relay;
}

const NO_RELAYS = new Proxy({} as Relays, {
  get() {
    throw new Error('This home was opened without relays.');
  },
});

async function openRelays(stores: TestStores): Promise<Relays> {
  const postgres = join(new URL(stores.databaseUrl).searchParams.get('host') ?? '', '.s.PGSQL.5432');
  return { docker: await openEngineRelay(), postgres: await openRelay(postgres), redis: await openRelay(stores.redisUrl) };
}

async function openThrough(relays: Relays, stores: TestStores, key: Buffer) {
  const databaseUrl = new URL(stores.databaseUrl);
  databaseUrl.searchParams.set('host', relays.postgres.dir);
  const bus = openBus({ url: relays.redis.path });
  return {
    engine: openEngine(relays.docker),
    store: await openStore({ url: databaseUrl.href, key }),
    bus,
    lines: openLineWriter(bus),
    redisUrl: relays.redis.path,
  };
}
