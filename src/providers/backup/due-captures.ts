// Captures by the clock: each due time makes one transfer.
import { nextCapture, type BackupSchedule } from '../../model/backup/schedule.js';
import { log } from '../../lib/log.js';
import { takeDueCapture } from '../../store/backup/backup-schedules.js';
import { insertTransfer, transferUnderWay } from '../../store/backup/transfers.js';
import { inTransaction } from '../../store/open-store.js';
import type { BackupParts } from './transfer-work.js';

/** What fell due while nobody looked is made good once. One that another transfer of its database is in the way of is left out. */
export async function beginDueCapture({ store }: BackupParts, schedule: BackupSchedule, now: Date): Promise<void> {
  const { appId, addonId, name } = schedule;
  await inTransaction(store, async (inside) => {
    if (!(await takeDueCapture(inside, schedule, nextCapture(schedule, now)))) return;
    const other = await transferUnderWay(inside, addonId);
    if (other) return log('capture-left-out', { addon: addonId, other: other.id });
    const label = name.replace(/_URL$/, '');
    await insertTransfer(inside, { appId, addonId, kind: 'backup', isScheduled: true, name: label, userId: null });
  });
}
