// Which of an app's certificates one of its domains uses.
import type { App } from '../../model/app.js';
import { isGoodFor } from '../../model/domain/certificate.js';
import type { Domain } from '../../model/domain/domain.js';
import { PlatformError } from '../../model/errors.js';
import { apiLine } from '../../model/logs/log-line.js';
import type { User } from '../../model/user.js';
import type { Store } from '../../store/open-store.js';
import { findCertificate } from '../../store/domain/certificates.js';
import { findDomain, setCertificate } from '../../store/domain/domains.js';
import type { Context } from '../context.js';

/** Lets it use the one of that name or id, or none. Throws `not_found`, or `invalid_params` for one that isn't good for it. */
export async function useCertificate(ctx: Context, app: App, user: User, domain: Domain, ref: string | null): Promise<Domain> {
  const id = ref === null ? null : await findGood(ctx.store, domain, ref);
  await setCertificate(ctx.store, domain.id, id);
  const updated = await findDomain(ctx.store, app.id, domain.id);
  if (!updated) throw new PlatformError('not_found', "Couldn't find that domain.");
  const text = ref === null ? `Use no certificate for ${domain.hostname}` : `Use certificate ${ref} for ${domain.hostname}`;
  ctx.lines.write(app.id, apiLine(Date.now(), `${text} by user ${user.email}`));
  await ctx.bus.publish('route-changed', { appId: app.id });
  return updated;
}

/** The id of the app's certificate of that name or id. Throws where there is none, or it isn't good for the domain. */
export async function findGood(store: Store, { appId, hostname }: Pick<Domain, 'appId' | 'hostname'>, ref: string): Promise<string> {
  const found = await findCertificate(store, appId, ref);
  if (!found) throw new PlatformError('not_found', "Couldn't find that SNI endpoint.");
  if (!isGoodFor(found.names, hostname))
    throw new PlatformError(
      'invalid_params',
      `sni_endpoint: certificate ${found.name} is good for ${found.names.join(', ')}, not for ${hostname}.`,
    );
  return found.id;
}
