// What of backups and restores the commands read, and how they find and follow one.
import { setTimeout as sleep } from 'node:timers/promises';
import type { AppOptions, Cli } from '../../command.js';
import type { Api } from '../../api/api.js';
import { CliError } from '../../api/errors.js';
import { during } from '../../terminal/progress.js';
import { findAddon, type AddonResource } from '../addons/addon-resource.js';

export interface TransferResource {
  id: string;
  num: number;
  name: string;
  from_type: 'pg_dump' | 'gof3r';
  from_name: string;
  to_name: string;
  to_url: string | null;
  state: 'pending' | 'running' | 'succeeded' | 'failed' | 'cancelled';
  created_at: string;
  started_at: string | null;
  finished_at: string | null;
  warnings: number;
  source_bytes: number;
  processed_bytes: number;
  schedule: object | null;
  proof: {
    state: 'due' | 'running' | 'verified' | 'failed';
    at: string | null;
    tables: number;
    rows: number;
    reason: string | null;
  } | null;
  logs: { created_at: string; message: string }[];
}

export type Given = AppOptions & { confirm?: string };

const LOOK_MS = 1_000;

export function transfersPath(app: string): string {
  return `/client/v11/apps/${encodeURIComponent(app)}/transfers`;
}

export function databasePath({ id }: Pick<AddonResource, 'id'>): string {
  return `/client/v11/databases/${id}`;
}

/** The one that is named, or that of DATABASE_URL. */
export function findDatabase(api: Api, app: string, name = 'DATABASE_URL'): Promise<AddonResource> {
  return findAddon(api, name, app);
}

/** Newest first. */
export async function listTransfers(api: Api, app: string): Promise<TransferResource[]> {
  return api.get<TransferResource[]>(transfersPath(app), { range: 'num ..; order=desc,max=1000' });
}

/** `b001` of this app, or `shop::b001`; without a name the newest that `fits`. Throws CliError where there is none. */
export async function findTransfer(
  api: Api,
  o: { app: string; name: string | undefined; fits: (transfer: TransferResource) => boolean; none: string },
): Promise<{ app: string; transfer: TransferResource }> {
  const [other, own] = o.name?.includes('::') ? o.name.split('::', 2) : [o.app, o.name];
  const app = other ?? o.app;
  const all = await listTransfers(api, app);
  const transfer = own === undefined ? all.find(o.fits) : all.find(({ name }) => name === own);
  if (!transfer)
    throw new CliError(own === undefined ? o.none : `${app} has no ${own}. See those it has with: paas pg:backups --app ${app}`);
  return { app, transfer };
}

export const isBackup = ({ from_type: from }: TransferResource) => from === 'pg_dump';
export const isWhole = (transfer: TransferResource) => isBackup(transfer) && transfer.state === 'succeeded';
export const NO_BACKUPS = 'There are no backups. Capture one with: paas pg:backups:capture';

/** Waits for its end, which Ctrl-C leaves alone. Throws CliError where it fails. */
export async function follow(cli: Cli, api: Api, o: { app: string; what: string; transfer: TransferResource }): Promise<TransferResource> {
  const path = `${transfersPath(o.app)}/${o.transfer.id}`;
  return during(
    cli.terminal,
    o.what,
    async () => {
      for (;;) {
        const now = await api.get<TransferResource>(path);
        if (now.state === 'succeeded') return now;
        if (now.finished_at !== null) throw new CliError(`${now.logs.at(-1)?.message ?? `${now.name} failed`}.`);
        await sleep(LOOK_MS);
      }
    },
    ({ processed_bytes: bytes, warnings }) => `done, ${sizeText(bytes)}${warnings === 0 ? '' : `, ${warnings} statements were refused`}`,
  );
}

/** `812 B`, `41.2 kB`, `1.25 GB` */
export function sizeText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log2(Math.max(1, bytes)) / 10)));
  return `${Number((bytes / 1024 ** power).toPrecision(power === 0 ? 12 : 3))} ${units[power]}`;
}
