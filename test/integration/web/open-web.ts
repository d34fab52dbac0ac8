// A whole web process's insides on a random port, in front of real stores; no builder, dynos or router runs.
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Context } from '../../../src/actions/context.js';
import { openLineWriter } from '../../../src/bus/line-writer.js';
import { openBus } from '../../../src/bus/open-bus.js';
import { SIZES } from '../../../src/model/dyno-size.js';
import { openQueue } from '../../../src/queue/open-queue.js';
import { openStore, type OpenStore } from '../../../src/store/open-store.js';
import { startWeb, type Web, type WebOptions } from '../../../src/web/start-web.js';
import { startStores, type TestStores } from '../../support/stores.js';

export interface OpenWeb {
  url: string;
  home: string;
  ctx: Context & { store: OpenStore };
  web: Web;
  stores: TestStores;
  adminToken: string;
  /** Stops this web and starts another on the same home and stores, as after a restart. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export const ADMIN_EMAIL = 'admin@example.com';

export async function openWeb(more: Partial<WebOptions> = {}, given?: TestStores): Promise<OpenWeb> {
  const home = mkdtempSync(join(tmpdir(), 'slipway-web-'));
  const stores = given ?? (await startStores());
  const store = await openStore({ url: stores.databaseUrl, key: randomBytes(32) });
  const bus = openBus({ url: stores.redisUrl });
  const queue = openQueue({ url: stores.redisUrl });
  const ctx = { store, bus, queue, lines: openLineWriter(bus), sizes: SIZES };
  const adminToken = `HRKU-${randomBytes(16).toString('hex')}`;
  writeFileSync(join(home, 'admin.token'), `${adminToken}\n`);
  for (const dir of ['repos', 'blobs', 'hooks']) mkdirSync(join(home, dir));
  const options: WebOptions = {
    ctx,
    home,
    node: 'test',
    bind: '127.0.0.1',
    apiPort: 0,
    domain: 'localhost',
    stacks: ['slipway-12', 'slipway-13'],
    routerPort: 8080,
    rendezvousPort: 8001,
    internalUrl: null,
    adminEmail: ADMIN_EMAIL,
    adminTokenFile: join(home, 'admin.token'),
    blobsDir: join(home, 'blobs'),
    reposDir: join(home, 'repos'),
    runDir: join(home, 'run'),
    hooksDir: join(home, 'hooks'),
    maxBytes: 8 * 1024 * 1024,
    ...more,
  };
  const self: OpenWeb = {
    home,
    ctx,
    stores,
    adminToken,
    web: await startWeb(options),
    get url() {
      return `http://127.0.0.1:${self.web.port}`;
    },
    async restart() {
      await self.web.stop();
      self.web = await startWeb(options);
    },
    async stop() {
      await self.web.stop();
      await queue.close();
      await Promise.all([bus.close(), store.close()]);
      await stores.stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
  return self;
}
