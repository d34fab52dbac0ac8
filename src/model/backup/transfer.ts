// A transfer: a backup of a database, or a restore into one (heroku-cli-wire.md §6.9).

export type TransferKind = 'backup' | 'restore';
export type TransferState = 'pending' | 'running' | 'succeeded' | 'failed' | 'cancelled';
/** Whether a backup can be restored: shown by restoring it, into a server that nobody uses. */
export type Proof = 'due' | 'running' | 'verified' | 'failed';

export interface Transfer {
  id: string;
  /** The app that the database belongs to. */
  appId: string;
  addonId: string;
  /** Within the app, restores and backups together: `b001`, `r002`. */
  num: number;
  kind: TransferKind;
  /** By the clock: `a003`. */
  isScheduled: boolean;
  state: TransferState;
  /** What people call the database: `DATABASE`. */
  name: string;
  /** Who asked for it; null for the clock. */
  userId: string | null;
  /** The backup that is restored; null for one that comes from a URL. */
  backupId: string | null;
  /** Of the database as it was. */
  sourceBytes: number | null;
  /** Of the dump. */
  processedBytes: number;
  /** Of the dump as it is kept, sealed. */
  storedBytes: number | null;
  /** What PostgreSQL refused of a restore and went on. */
  warnings: number;
  /** Why it failed. */
  reason: string | null;
  cancelAskedAt: Date | null;
  startedAt: Date | null;
  endedAt: Date | null;
  proof: Proof | null;
  proofTables: number | null;
  proofRows: number | null;
  proofReason: string | null;
  proofAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
}

export interface TransferLine {
  text: string;
  createdAt: Date;
}

export function isOver({ state }: Pick<Transfer, 'state'>): boolean {
  return state !== 'pending' && state !== 'running';
}

/** As Heroku's client writes it: `b001` by hand, `a002` by the clock, `r003` for a restore. */
export function transferName({ kind, isScheduled, num }: Pick<Transfer, 'kind' | 'isScheduled' | 'num'>): string {
  const letter = kind === 'restore' ? 'r' : isScheduled ? 'a' : 'b';
  return `${letter}${String(num).padStart(3, '0')}`;
}

/** `verified 2026-11-27, 41 tables, 1.2M rows` */
export function describeProof(o: Pick<Transfer, 'proof' | 'proofAt' | 'proofTables' | 'proofRows' | 'proofReason'>): string | null {
  const day = o.proofAt?.toISOString().slice(0, 10);
  if (o.proof === 'verified') return `verified ${day}, ${count(o.proofTables ?? 0, 'table')}, ${count(o.proofRows ?? 0, 'row')}`;
  if (o.proof === 'failed') return `can't be restored, tried ${day}: ${o.proofReason}`;
  return o.proof === null ? null : 'to be verified';
}

/** `1 row`, `2 rows`, `41k rows`, `1.2M rows` */
function count(number: number, noun: string): string {
  const units = [
    [1e9, 'G'],
    [1e6, 'M'],
    [1e4, 'k', 1e3],
  ] as const;
  const unit = units.find(([least]) => number >= least);
  const shown = unit ? `${Number((number / (unit[2] ?? unit[0])).toPrecision(2))}${unit[1]}` : String(number);
  return `${shown} ${noun}${number === 1 ? '' : 's'}`;
}
