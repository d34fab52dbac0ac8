// Offers the add-ons that come with the platform: registers them, answers the calls of the contract, keeps what it made running.
import { join } from 'node:path';
import type { LineWriter } from '../bus/line-writer.js';
import type { Bus } from '../bus/open-bus.js';
import type { Engine } from '../docker/engine.js';
import { PROVIDERS_SOCKET } from '../model/addon/own-services.js';
import { DEFAULT_STACK, type ImagesByStack, type ServiceSoftware } from '../model/build/stack.js';
import type { Store } from '../store/open-store.js';
import { watchCertificate } from '../lib/certificate.js';
import { openBackups } from '../store/backup/backups.js';
import type { BackupFiles } from '../store/backup/backup-files.js';
import { fetchDump } from './backup/fetch-dump.js';
import { keepBackups } from './backup/keep-backups.js';
import { keepRunning } from './keep/keep-running.js';
import { keepWithinDisk } from './keep/keep-within-disk.js';
import { listen } from './listen.js';
import { makeOffer, type Offer } from './offer.js';
import type { ServicePlan } from './plan.js';
import { keepDataPort } from './port/keep-data-port.js';
import { findTargets } from './port/targets.js';
import { postgresql } from './postgresql/postgresql.js';
import { redis } from './redis/redis.js';
import { register } from './register.js';
import { SCHEDULER, schedulerContract } from './scheduler/scheduler.js';
import { openTurns } from './turns.js';

export interface ProviderOptions {
  engine: Engine;
  store: Store;
  bus: Bus;
  lines: LineWriter;
  homeId: string;
  home: string;
  runDir: string;
  bind: string;
  /** By which they are reached from outside; null where they aren't. */
  dataPort: number | null;
  /** Names of the stacks that are offered, that of new apps first. */
  stacks: readonly string[];
  images: ImagesByStack;
  plans: Record<ServiceSoftware, readonly ServicePlan[]>;
  /** Where backups are kept; none are made without it. */
  backupFiles?: BackupFiles;
  /** Hosts that dumps may be at though they are not public. */
  fetchAllow?: readonly string[];
}

/** Returns the function that stops it; what it keeps running goes on. */
export async function startProviders(o: ProviderOptions): Promise<() => Promise<void>> {
  const parts = { ...o, stack: o.stacks[0] ?? DEFAULT_STACK, turns: openTurns() };
  const offered: { offer: Offer; password: string }[] = [];
  for (const kind of [postgresql(o.plans.postgresql), redis(o.plans.redis)]) {
    const password = await register(o.store, kind);
    if (password !== null) offered.push({ offer: makeOffer(parts, kind), password });
  }
  const schedulers = await register(o.store, SCHEDULER);
  const all = schedulers === null ? offered : [...offered, { offer: schedulerContract(o.store), password: schedulers }];
  const stopListening = await listen(join(o.runDir, PROVIDERS_SOCKET), all);
  const offers = offered.map(({ offer }) => offer);
  const stopKeeping = keepRunning(parts, offers);
  const stopLooking = keepWithinDisk(parts, offers);
  const { dataPort: port, bind: host } = o;
  const door = { host, certificate: watchCertificate(o.home), targets: findTargets(o.engine, o.homeId) };
  const closePort = port === null ? () => undefined : keepDataPort({ ...door, port });
  const postgres = offers.find(({ kind }) => kind.software === 'postgresql');
  const backups = o.backupFiles && openBackups(o.backupFiles, o.store.key);
  const stopBackups = postgres && backups && keepBackups({ ...parts, backups, fetch: fetchDump(o.fetchAllow ?? []) }, postgres);
  return async () => {
    closePort();
    stopListening();
    stopKeeping();
    stopLooking();
    await stopBackups?.();
  };
}
