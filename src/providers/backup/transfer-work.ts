// What whoever carries a transfer out is given.
import type { LineWriter } from '../../bus/line-writer.js';
import type { Engine } from '../../docker/engine.js';
import { serviceName } from '../../docker/service/service-spec.js';
import { streamInService, type StreamedCommand, type Streaming } from '../../docker/service/stream-in-service.js';
import { runInService } from '../../docker/service/service-container.js';
import type { Addon } from '../../model/addon/addon.js';
import type { Transfer } from '../../model/backup/transfer.js';
import type { Backups } from '../../store/backup/backups.js';
import type { Store } from '../../store/open-store.js';
import type { RunInside } from '../kind.js';
import type { Offer, OfferParts } from '../offer.js';
import type { ServicePlan } from '../plan.js';
import type { Turns } from '../turns.js';

export interface BackupParts extends Pick<OfferParts, 'engine' | 'stack' | 'images'> {
  store: Store;
  lines: LineWriter;
  homeId: string;
  turns: Turns;
  backups: Backups;
  /** What a URL that somebody gave leads to, as it comes. */
  fetch: (url: string, signal: AbortSignal) => Promise<AsyncIterable<Uint8Array>>;
}

export interface Work {
  parts: BackupParts;
  offer: Offer;
  addon: Addon;
  plan: ServicePlan;
  transfer: Transfer;
  signal: AbortSignal;
  /** So many bytes of the dump have passed. */
  passed: (bytes: number) => void;
  /** Tells whoever looks at the transfer. */
  say: (text: string) => Promise<unknown>;
}

/** Its failure is told to people in these words. */
export class TransferFault extends Error {
  override name = 'TransferFault';
}

/** Somebody asked for it to end. */
export class Cancelled extends Error {
  override name = 'Cancelled';
}

/** As which it is known in the server: what it does there can be ended by that. */
export function nameInServer({ id }: Pick<Transfer, 'id'>): string {
  return `slipway-${id}`;
}

/** Databases beside the add-on's own, while it is restored. */
export function namesBeside({ id }: Pick<Transfer, 'id'>): { RESTORED: string; REPLACED: string } {
  const name = id.replaceAll('-', '').slice(0, 14);
  return { RESTORED: `restored_${name}`, REPLACED: `replaced_${name}` };
}

export function runIn({ engine }: Pick<BackupParts, 'engine'>, addonId: string): RunInside {
  return (command, env) => runInService(engine, addonId, { command, ...(env && { env }) });
}

/** Longer than the longest is expected to take; it is killed then. */
const LIMIT_S = 12 * 3_600;

/** Runs a script in a container of ours, for as long as it takes, with what streams in or out. */
export function runLong(
  engine: Engine,
  container: string,
  { script, ...o }: Omit<StreamedCommand, 'command'> & { script: string },
): Promise<Streaming> {
  return streamInService(engine, container, { ...o, command: ['timeout', '-s', 'KILL', String(LIMIT_S), 'bash', '-c', script] });
}

export function containerOf({ id }: Pick<Addon, 'id'>): string {
  return serviceName(id);
}

/** What the programs said, as far as it says why. */
export function reasonIn(stderr: string): string {
  const lines = stderr.split('\n').map((line) => line.trim());
  const said = lines.filter((line) => /^(pg_dump|pg_restore|psql): /.test(line) || /(ERROR|FATAL):/.test(line));
  return (said.find((line) => /error|fatal/i.test(line)) ?? said.at(-1) ?? lines.findLast((line) => line !== '') ?? 'it ended').slice(
    0,
    500,
  );
}
