import { maySee } from '../../../model/backup/transfer-url.js';
import { transferName } from '../../../model/backup/transfer.js';
import { PlatformError } from '../../../model/errors.js';
import { findApp } from '../../../store/app/apps.js';
import { findTransferById } from '../../../store/backup/transfers.js';
import type { ApiDeps } from '../../deps.js';
import type { OpenRouter } from '../../open-router.js';
import { TransferContent } from '../../present/data/transfer.js';

/** The dump of a backup, for whoever holds a signed URL. */
export function mountBackupContent(open: OpenRouter, deps: ApiDeps): void {
  const facts = { of: TransferContent, title: 'Download', about: 'Downloads a backup.', bytes: { gives: 'application/octet-stream' } };
  open.get('/transfers/:transfer/content', facts, async (http) => {
    const id = http.params['transfer'] ?? '';
    const [expires, signature] = [String(http.query['expires'] ?? ''), String(http.query['signature'] ?? '')];
    if (!maySee({ key: deps.store.key, id, now: Date.now(), expires, signature }))
      throw new PlatformError('forbidden', 'This URL has expired, or was changed. Ask for a new one with pg:backups:url.');
    const backup = await findTransferById(deps.store, id);
    const app = backup && (await findApp(deps.store, backup.appId));
    const dump = app && (await deps.backups.read(id));
    if (!backup || !app || !dump) throw new PlatformError('not_found', 'That backup was deleted.');
    http.status = 200;
    http.type = 'application/octet-stream';
    http.length = backup.processedBytes;
    http.set('content-disposition', `attachment; filename="${app.name}-${transferName(backup)}.dump"`);
    http.body = dump;
  });
}
