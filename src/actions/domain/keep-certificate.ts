// Certificates come, are replaced and go; routers are told at once.
import { generateAppName, type App } from '../../model/app.js';
import { readCertificate, type Certificate, type Pair } from '../../model/domain/certificate.js';
import { PlatformError } from '../../model/errors.js';
import { apiLine } from '../../model/logs/log-line.js';
import type { User } from '../../model/user.js';
import { lockApp } from '../../store/app/apps.js';
import {
  assignCertificates,
  deleteCertificate,
  insertCertificate,
  listCertificates,
  replaceCertificate,
} from '../../store/domain/certificates.js';
import { inTransaction } from '../../store/open-store.js';
import type { Context } from '../context.js';

const MOST_CERTIFICATES = 1_000;

/** Adds one; the app's domains that it is good for and that have none use it. Throws `invalid_params`, saying what is wrong with it. */
export async function addCertificate(ctx: Context, app: App, user: User, pair: Pair): Promise<Certificate> {
  const read = readCertificate(pair, Date.now());
  const added = await inTransaction(ctx.store, async (store) => {
    if (!(await lockApp(store, app.id))) throw new PlatformError('not_found', "Couldn't find that app.");
    if ((await listCertificates(store, app.id)).length >= MOST_CERTIFICATES)
      throw new PlatformError('invalid_params', `An app has ${MOST_CERTIFICATES} certificates at most. Remove some first.`);
    let made: Certificate | undefined;
    while (!made) made = await insertCertificate(store, { appId: app.id, name: generateAppName(Math.random) }, read);
    await assignCertificates(store, app.id);
    return made;
  });
  await tell(ctx, app, `Add certificate ${added.name} by user ${user.email}`);
  return added;
}

/** Puts another in its place. Throws `invalid_params`, `not_found`. */
export async function updateCertificate(ctx: Context, app: App, user: User, o: { id: string } & Pair): Promise<Certificate> {
  const read = readCertificate(o, Date.now());
  const updated = await inTransaction(ctx.store, async (store) => {
    if (!(await lockApp(store, app.id))) throw new PlatformError('not_found', "Couldn't find that app.");
    const replaced = await replaceCertificate(store, { id: o.id, isManaged: false }, read);
    await assignCertificates(store, app.id);
    return replaced;
  });
  if (!updated) throw gone();
  await tell(ctx, app, `Update certificate ${updated.name} by user ${user.email}`);
  return updated;
}

/** Removes one; its domains use another of the app's that is good for them, where there is one. Throws `not_found`. */
export async function removeCertificate(ctx: Context, app: App, user: User, { id, name }: Certificate): Promise<void> {
  const wasThere = await inTransaction(ctx.store, async (store) => {
    if (!(await lockApp(store, app.id))) return false;
    const isGone = await deleteCertificate(store, id);
    await assignCertificates(store, app.id);
    return isGone;
  });
  if (!wasThere) throw gone();
  await tell(ctx, app, `Remove certificate ${name} by user ${user.email}`);
}

function gone(): PlatformError {
  return new PlatformError('not_found', "Couldn't find that SNI endpoint.");
}

async function tell(ctx: Context, app: App, text: string): Promise<void> {
  ctx.lines.write(app.id, apiLine(Date.now(), text));
  await ctx.bus.publish('route-changed', { appId: app.id });
}
