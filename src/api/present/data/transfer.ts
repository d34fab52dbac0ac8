// Backups and restores as Heroku's clients know them (heroku-cli-wire.md §6.9).
import { z } from 'zod';
import { describeProof, isOver, transferName, type Transfer as Known, type TransferLine } from '../../../model/backup/transfer.js';
import type { BackupSchedule as KnownSchedule } from '../../../model/backup/schedule.js';
import { createdAt, id, time } from '../../schema/fields.js';
import { resource } from '../../schema/resource.js';

const Line = z.strictObject({ created_at: time('when it was said'), message: z.string().describe('what was said') });
const Proof = z.strictObject({
  state: z.enum(['due', 'running', 'verified', 'failed']).describe('whether it was restored, into a server that is for nothing else'),
  at: time('when it was tried').nullable(),
  tables: z.int().nullable().describe('how many tables were there then'),
  rows: z.int().nullable().describe('how many rows were in them'),
  reason: z.string().nullable().describe("why it can't be restored"),
});

const about = { name: 'transfer', about: 'A transfer is a backup of a database, or a restore into one.', identity: ['id', 'num'] };
export const Transfer = resource(about, {
  id: id('transfer'),
  uuid: id('transfer'),
  num: z.int().describe('its number within the app'),
  name: z.string().describe('what people call it: b001, a002 by the clock, r003 for a restore'),
  app: z.strictObject({ id: id('app') }).describe('whose database it is'),
  addon: z.strictObject({ id: id('add-on') }).describe('the database'),
  from_type: z.enum(['pg_dump', 'gof3r']).describe('pg_dump of a backup, gof3r of a restore'),
  from_name: z.string().describe('what it is taken from'),
  to_type: z.enum(['gof3r', 'pg_restore']).describe('gof3r of a backup, pg_restore of a restore'),
  to_name: z.string().describe('what it goes to'),
  to_url: z.url().nullable().describe('what a restore names the backup by; it needs whoever may read it'),
  state: z.enum(['pending', 'running', 'succeeded', 'failed', 'cancelled']).describe('where it is'),
  created_at: createdAt('transfer'),
  started_at: time('when it began').nullable(),
  finished_at: time('when it ended').nullable(),
  canceled_at: time('when somebody asked for its end').nullable(),
  updated_at: time('when it was updated'),
  succeeded: z.boolean().nullable().describe('whether it went well; null before it has ended'),
  warnings: z.int().describe('how many statements of a restore PostgreSQL refused'),
  source_bytes: z.int().describe('size of the database, or of the backup that is restored'),
  processed_bytes: z.int().describe('size of the dump, as far as it has come'),
  schedule: z
    .strictObject({ uuid: id('transfer') })
    .nullable()
    .describe('there where the clock asked for it'),
  options: z.strictObject({}).describe('always empty here'),
  proof: Proof.nullable().describe('whether the backup can be restored, by having restored it; null where that was not tried'),
  logs: z.array(Line).describe('what was said of it; only of one that is asked for by itself'),
});

/** @param url what its backup is named by, where it has one and somebody asks for it */
export function presentTransfer(known: Known, { lines = [], url = null }: { lines?: TransferLine[]; url?: string | null } = {}) {
  const isBackup = known.kind === 'backup';
  return {
    id: known.id,
    uuid: known.id,
    num: known.num,
    name: transferName(known),
    app: { id: known.appId },
    addon: { id: known.addonId },
    from_type: isBackup ? ('pg_dump' as const) : ('gof3r' as const),
    from_name: isBackup ? known.name : 'BACKUP',
    to_type: isBackup ? ('gof3r' as const) : ('pg_restore' as const),
    to_name: isBackup ? 'BACKUP' : known.name,
    to_url: url,
    state: known.state,
    created_at: known.createdAt.toISOString(),
    started_at: known.startedAt?.toISOString() ?? null,
    finished_at: known.endedAt?.toISOString() ?? null,
    canceled_at: known.cancelAskedAt?.toISOString() ?? null,
    updated_at: known.updatedAt.toISOString(),
    succeeded: isOver(known) ? known.state === 'succeeded' : null,
    warnings: known.warnings,
    source_bytes: known.sourceBytes ?? 0,
    processed_bytes: known.processedBytes,
    schedule: known.isScheduled ? { uuid: known.id } : null,
    options: {},
    proof: presentProof(known),
    logs: lines.map(({ createdAt: at, text }) => ({ created_at: at.toISOString(), message: text })),
  } satisfies z.input<typeof Transfer>;
}

function presentProof(known: Known): z.input<typeof Proof> | null {
  if (known.proof === null) return null;
  const { proofTables: tables, proofRows: rows, proofReason: reason } = known;
  return { state: known.proof, at: known.proofAt?.toISOString() ?? null, tables, rows, reason };
}

/** What is said of it, the proof as the last of it: that is where Heroku's client shows it. */
export function linesOf(known: Known, lines: TransferLine[]): TransferLine[] {
  const proof = known.proof === 'due' || known.proof === 'running' ? describeProof(known) : null;
  return proof === null ? lines : [...lines, { text: proof, createdAt: known.updatedAt }];
}

const scheduleAbout = {
  name: 'backup-schedule',
  about: 'A backup schedule captures a database once a day.',
  identity: ['id'],
  param: 'transfer_schedule',
};
export const BackupSchedule = resource(scheduleAbout, {
  id: id('backup-schedule'),
  uuid: id('backup-schedule'),
  addon: z.strictObject({ id: id('add-on') }).describe('the database'),
  name: z.string().describe('what people call the database: DATABASE_URL'),
  hour: z.int().describe('hour of the day, 0 to 23'),
  timezone: z.string().describe('time zone of the hour'),
  next_at: time('when it is captured next'),
  created_at: createdAt('backup-schedule'),
});

export function presentBackupSchedule(known: KnownSchedule): z.input<typeof BackupSchedule> {
  const { id: uuid, name, hour, timezone, dueAt, createdAt: at } = known;
  return { id: uuid, uuid, addon: { id: known.addonId }, name, hour, timezone, next_at: dueAt.toISOString(), created_at: at.toISOString() };
}

const urlAbout = { name: 'transfer-url', about: 'A URL that a backup can be downloaded from without a token, for a while.', identity: [] };
export const TransferUrl = resource(urlAbout, {
  url: z.url().describe('where it is; whoever has it may read the backup'),
  expires_at: time('until when'),
});

const contentAbout = { name: 'transfer-content', about: 'The dump of a backup, for pg_restore.', identity: [] };
export const TransferContent = resource(contentAbout, {});
