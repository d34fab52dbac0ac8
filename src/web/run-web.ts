// What web is once its port listens: the stores, the bus, the queue, and what answers.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { openLineWriter } from '../bus/line-writer.js';
import { openBus } from '../bus/open-bus.js';
import { startPulse } from '../bus/pulse.js';
import type { Config } from '../config.js';
import { keepTrying } from '../lib/async/keep-trying.js';
import { log } from '../lib/log.js';
import { readKey } from '../lib/seal.js';
import type { SizeTable } from '../model/dyno-size.js';
import { openQueue } from '../queue/open-queue.js';
import { openBackupDirectory } from '../store/backup/backup-files.js';
import { openStore } from '../store/open-store.js';
import type { EarlyDoor } from './early-door.js';
import { startWeb } from './start-web.js';

/** Resolves when it answers; returns the function that stops it. */
export async function runWeb(config: Config & { sizes: SizeTable }, early: EarlyDoor): Promise<() => Promise<void>> {
  const key = readKey(config.keyFile);
  const store = await keepTrying('PostgreSQL', () => openStore({ url: config.databaseUrl, key, poolSize: 10 }), { forMs: 60_000 });
  const bus = openBus({ url: config.redisUrl });
  const queue = openQueue({ url: config.redisUrl });
  const lines = openLineWriter(bus);
  const web = await startWeb({
    ...config,
    acme: config.acme && { ...config.acme, ca: config.acme.caFile && readFileSync(config.acme.caFile, 'utf8') },
    early,
    backupFiles: openBackupDirectory(config.backupsDir),
    ctx: { store, bus, queue, lines, sizes: config.sizes, quotas: config.quotas },
    hooksDir: resolve(import.meta.dirname, '../../../hooks'),
    maxBytes: config.uploadLimitMb * 1024 * 1024,
  });
  const stopPulse = await startPulse(bus, { process: 'web', node: config.node }, () => ({ url: config.internalUrl }));

  return async () => {
    await web.stop();
    await lines.flush();
    await stopPulse();
    await Promise.allSettled([queue.close(), bus.close(), store.close()]);
    log('stopped', { process: 'web' });
  };
}
