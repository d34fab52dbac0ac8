// A host name comes to an app; routers are told at once.
import type { App } from '../../model/app.js';
import { checkNotPlatforms, MOST_DOMAINS, type Domain } from '../../model/domain/domain.js';
import { readHostname } from '../../model/domain/hostname.js';
import { PlatformError } from '../../model/errors.js';
import { apiLine } from '../../model/logs/log-line.js';
import type { User } from '../../model/user.js';
import { lockApp } from '../../store/app/apps.js';
import { countDomains, findDomain, holdDomains, insertDomain, setCertificate, takenBy } from '../../store/domain/domains.js';
import { assignCertificates } from '../../store/domain/certificates.js';
import { inTransaction } from '../../store/open-store.js';
import type { Context } from '../context.js';
import { findGood } from './use-certificate.js';

interface NewDomain {
  app: App;
  user: User;
  /** As it was typed. */
  hostname: string;
  /** The certificate that it is to use, by name or id; without one it takes one that is good for it, where the app has one. */
  certificate?: string | undefined;
  /** The platform's own. */
  domain: string;
}

/** Adds it. Throws `invalid_params` for a name that is none, the platform's, taken, or one too many. */
export async function addDomain(ctx: Context, o: NewDomain): Promise<Domain> {
  const { app } = o;
  const hostname = readHostname(o.hostname);
  checkNotPlatforms(hostname, o.domain);
  const added = await inTransaction(ctx.store, async (store) => {
    if (!(await lockApp(store, app.id))) throw new PlatformError('not_found', "Couldn't find that app.");
    await holdDomains(store);
    const taker = await takenBy(store, hostname, app.ownerId);
    if (taker === app.id) throw new PlatformError('invalid_params', `Domain ${hostname} is already added to this app.`);
    if (taker) throw new PlatformError('invalid_params', `${hostname} is currently in use by another app.`);
    if ((await countDomains(store, app.id)) >= MOST_DOMAINS)
      throw new PlatformError('invalid_params', `An app has ${MOST_DOMAINS} domains at most. Remove some that it doesn't need any more.`);
    const id = await insertDomain(store, { appId: app.id, hostname });
    if (o.certificate) await setCertificate(store, id, await findGood(store, { appId: app.id, hostname }, o.certificate));
    else await assignCertificates(store, app.id);
    return (await findDomain(store, app.id, id))!;
  });
  ctx.lines.write(app.id, apiLine(Date.now(), `Add domain ${hostname} by user ${o.user.email}`));
  await ctx.bus.publish('route-changed', { appId: app.id });
  return added;
}
