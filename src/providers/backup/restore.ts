// Restores a backup: into a database beside the other, which takes its place when all is there. Until then nothing has changed.
import { Readable } from 'node:stream';
import type { Transfer } from '../../model/backup/transfer.js';
import { readAddonConfig } from '../../store/addon/addons.js';
import { changeTransfer, findTransferById, readTransferUrl } from '../../store/backup/transfers.js';
import { namesOf } from '../names.js';
import { BEGIN_RESTORE, CLEAR_RESTORE, END_RESTORE, RESTORE, SIZE } from '../postgresql/transfer-scripts.js';
import { runScript } from '../run-script.js';
import { keepWithin, MOST_OF_PLAN } from './keep-within.js';
import { containerOf, nameInServer, namesBeside, reasonIn, runIn, runLong, TransferFault, type Work } from './transfer-work.js';

/** What is known of it then. Where it fails, its database is as it was. */
export async function restore(work: Work): Promise<Partial<Transfer>> {
  const { parts, addon, transfer, say } = work;
  const names = { ...namesOf(addon.id), ...namesBeside(transfer) };
  const run = (script: string, env: Record<string, string> = names) => runScript(runIn(parts, addon.id), 'PostgreSQL', { script, env });
  const source = await openSource(work);
  const size = async () => Number(await run(SIZE, { DATABASE: names.RESTORED }));
  const within = keepWithin(size, { limitMb: work.plan.diskMb * MOST_OF_PLAN, signal: work.signal });
  let known: Partial<Transfer> | undefined;
  try {
    await run(BEGIN_RESTORE);
    known = await fill({ ...work, signal: within.signal }, { source, database: names.RESTORED });
    await say('Taking the place of what was there');
    await parts.turns(addon.id, async () => {
      await run(END_RESTORE);
      // What was there is dropped, which fails nothing any more.
      await run(CLEAR_RESTORE).catch(() => undefined);
    });
    return known;
  } catch (error) {
    if (tookPlace(await run(CLEAR_RESTORE).catch(() => '')) && known) return known;
    throw within.signal.aborted ? within.signal.reason : error;
  } finally {
    within.stop();
    if (source instanceof Readable) source.destroy();
  }
}

/** By what CLEAR_RESTORE prints. */
export function tookPlace(printed: string): boolean {
  return printed.startsWith('t');
}

/** Until the last of its indexes is there, which is when all of it has been read, and some time. */
async function fill(work: Work, { source, database }: { source: AsyncIterable<Uint8Array>; database: string }): Promise<Partial<Transfer>> {
  const { parts, addon, transfer, passed, say, signal } = work;
  const PGPASSWORD = await passwordOf(work);
  const env = { ROLE: namesOf(addon.id).ROLE, RESTORED: database, PGPASSWORD, PGAPPNAME: nameInServer(transfer) };
  const restoring = await runLong(parts.engine, containerOf(addon), { script: RESTORE, env, hasInput: true, signal });
  restoring.stdout.resume();
  let processedBytes = 0;
  async function* counted() {
    for await (const chunk of source) {
      passed((processedBytes += chunk.length));
      yield chunk;
    }
  }
  await restoring.feed(counted());
  const { status, stderr } = await restoring.ended;
  const warnings = warningsIn(status, stderr);
  if (warnings === null) throw new TransferFault(reasonIn(stderr));
  if (warnings > 0) for (const line of errorsIn(stderr)) await say(line);
  return { processedBytes, warnings };
}

async function openSource({ parts, transfer, say, signal }: Work): Promise<AsyncIterable<Uint8Array>> {
  if (transfer.backupId === null) {
    const url = await readTransferUrl(parts.store, transfer.id);
    if (url === null) throw new TransferFault('the backup was deleted');
    await say(`Restoring ${transfer.name} from ${new URL(url).host}`);
    return parts.fetch(url, signal);
  }
  const backup = await findTransferById(parts.store, transfer.backupId);
  const content = backup && (await parts.backups.read(backup.id));
  if (!content) throw new TransferFault('the backup is gone');
  await changeTransfer(parts.store, transfer.id, { sourceBytes: backup.processedBytes });
  await say(`Restoring ${transfer.name}`);
  return content as AsyncIterable<Uint8Array>;
}

async function passwordOf({ parts, addon }: Work): Promise<string> {
  const { HEROKU_POSTGRESQL_URL: url } = await readAddonConfig(parts.store, addon.id);
  if (url === undefined) throw new TransferFault('its database has no password yet');
  return decodeURIComponent(new URL(url).password);
}

/** How much PostgreSQL refused and went on; null where it came to no end. */
export function warningsIn(status: number, stderr: string): number | null {
  if (status === 0) return 0;
  const ignored = /^pg_restore: warning: errors ignored on restore: (\d+)$/m.exec(stderr);
  return status === 1 && ignored ? Number(ignored[1]) : null;
}

const MOST_TOLD = 20;

function errorsIn(stderr: string): string[] {
  return stderr
    .split('\n')
    .filter((line) => line.startsWith('pg_restore: error: '))
    .slice(0, MOST_TOLD);
}
