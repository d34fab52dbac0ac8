// Backups of databases, and restores, as Heroku's data host has them (heroku-cli-wire.md §6.9).
import { parseUrl } from '../../../lib/net/parse-url.js';
import type { Context } from 'koa';
import { z } from 'zod';
import { beginTransfer } from '../../../actions/backup/begin-transfer.js';
import { cancelTransfer } from '../../../actions/backup/cancel-transfer.js';
import { deleteBackup } from '../../../actions/backup/delete-backup.js';
import { mayOn } from '../../../actions/people/may-on.js';
import { transferName, type Transfer as Known } from '../../../model/backup/transfer.js';
import { maySee, plainUrl, readTransferUrl, SIGNED_FOR_S, signedUrl } from '../../../model/backup/transfer-url.js';
import { PlatformError } from '../../../model/errors.js';
import { findApp } from '../../../store/app/apps.js';
import { findTransfer, findTransferById, listLines, listTransfers } from '../../../store/backup/transfers.js';
import type { ApiRouter } from '../../api-router.js';
import type { ApiDeps } from '../../deps.js';
import { param, publicUrl, type ApiContext } from '../../http.js';
import { linesOf, presentTransfer, Transfer, TransferUrl } from '../../present/data/transfer.js';
import { takeRange } from '../../range.js';
import { readyDatabase } from './database-of.js';

const PG = 'heroku-postgresql';
const Restoring = z.object({
  backup_url: z.string('must be the URL of a backup').max(5_000).describe('to_url of a backup, its public URL, or where else a dump is'),
  extensions: z.array(z.string('must be a text').max(100), 'must be a list of extensions').max(50).nullish().describe('not needed here'),
});

export function mountBackups(router: ApiRouter, deps: ApiDeps): void {
  const of = Transfer;
  const base = (http: ApiContext) => publicUrl(http as unknown as Context, deps.place);
  const show = (http: ApiContext, known: Known) => presentTransfer(known, { url: urlOf(base(http), known) });

  const listing = { of, title: 'List', about: 'Lists the backups of an app, and restores.', needs: 'view', gives: Transfer } as const;
  router.list('/client/v11/apps/:app/transfers', { ...listing, by: ['num', 'id', 'created_at'] }, async (http, range) =>
    takeRange(
      (await listTransfers(deps.store, http.state.app.id)).map((known) => show(http, known)),
      range,
    ),
  );

  const showing = { of, title: 'Info', about: 'Shows a backup, or a restore.', needs: 'view', gives: Transfer } as const;
  router.get('/client/v11/apps/:app/transfers/:transfer', showing, async (http) => {
    const known = await transferOf(deps, http);
    const lines = linesOf(known, await listLines(deps.store, known.id));
    return presentTransfer(known, { url: urlOf(base(http), known), lines });
  });

  const capturing = { of, title: 'Create', about: 'Captures a backup of a database.', needs: 'operate', gives: Transfer } as const;
  router.post('/client/v11/databases/:database/backups', capturing, async (http) => {
    const addon = await readyDatabase(deps, http, PG, 'operate');
    return show(http, await beginTransfer(deps, addon, http.state.user, { kind: 'backup' }));
  });

  const restoring = { of, title: 'Restore', about: 'Puts a backup in the place of what a database holds.', takes: Restoring } as const;
  router.post('/client/v11/databases/:database/restores', { ...restoring, needs: 'manage', gives: Transfer }, async (http, wish) => {
    const addon = await readyDatabase(deps, http, PG, 'manage');
    const source = await sourceOf(deps, http, { base: base(http), text: wish.backup_url });
    return show(http, await beginTransfer(deps, addon, http.state.user, { kind: 'restore', ...source }));
  });

  const ending = {
    of,
    title: 'Cancel',
    about: 'Ends a backup or a restore that is under way.',
    needs: 'operate',
    gives: Transfer,
  } as const;
  router.post('/client/v11/apps/:app/transfers/:transfer/actions/cancel', { ...ending, status: 200 }, async (http) =>
    show(http, await cancelTransfer(deps, await transferOf(deps, http), http.state.user)),
  );

  const deleting = { of, title: 'Delete', about: 'Deletes a backup.', needs: 'manage', gives: Transfer } as const;
  router.delete('/client/v11/apps/:app/transfers/:transfer', deleting, async (http) => {
    const known = await transferOf(deps, http);
    await deleteBackup(deps, known, http.state.user);
    return show(http, known);
  });

  const signing = {
    of: TransferUrl,
    title: 'Create',
    about: 'Gives a URL that a backup can be downloaded from.',
    gives: TransferUrl,
  } as const;
  router.post('/client/v11/apps/:app/transfers/:transfer/actions/public-url', { ...signing, needs: 'read-config' }, async (http) => {
    const { id } = checkWhole(await transferOf(deps, http));
    const now = Date.now();
    const url = signedUrl({ base: base(http), key: deps.store.key, id, now, ttlS: SIGNED_FOR_S });
    return { url, expires_at: new Date(now + SIGNED_FOR_S * 1000).toISOString() };
  });
}

function urlOf(base: string, { kind, state, id }: Known): string | null {
  return kind === 'backup' && state === 'succeeded' ? plainUrl(base, id) : null;
}

async function transferOf(deps: ApiDeps, http: ApiContext): Promise<Known> {
  const known = await findTransfer(deps.store, http.state.app.id, param(http, 'transfer'));
  if (!known) throw new PlatformError('not_found', "Couldn't find that backup.");
  return known;
}

/** Throws `invalid_params` for what holds no dump. */
function checkWhole(known: Known): Known {
  if (known.kind === 'backup' && known.state === 'succeeded') return known;
  const why = known.kind === 'restore' ? 'is a restore, not a backup' : `has ${known.state === 'failed' ? 'failed' : 'not been captured'}`;
  throw new PlatformError('invalid_params', `${transferName(known)} ${why}: there is nothing of it to be had.`);
}

/** What a restore is of: a backup of ours that they may read, or a dump that is elsewhere. */
async function sourceOf(
  deps: ApiDeps,
  http: ApiContext,
  { base, text }: { base: string; text: string },
): Promise<{ backupId: string } | { url: string }> {
  const named = readTransferUrl(base, text);
  if (!named) {
    const isFetchable = parseUrl(text) !== null && /^https?:$/.test(new URL(text).protocol);
    if (!isFetchable) throw new PlatformError('invalid_params', 'backup_url must be the URL of a backup, or begin with https://.');
    return { url: text };
  }
  const known = await findTransferById(deps.store, named.id);
  const app = known && (await findApp(deps.store, known.appId));
  const isTheirs = app && (await mayOn(deps.store, http.state.user, 'read-config', app));
  const isHeld = maySee({ key: deps.store.key, now: Date.now(), ...named });
  if (!known || (!isTheirs && !isHeld)) throw new PlatformError('not_found', "Couldn't find that backup.");
  return { backupId: checkWhole(known).id };
}
