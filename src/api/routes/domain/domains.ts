import { z } from 'zod';
import { addDomain } from '../../../actions/domain/add-domain.js';
import { useCertificate } from '../../../actions/domain/use-certificate.js';
import { removeDomain } from '../../../actions/domain/remove-domain.js';
import { asHostname } from '../../../model/domain/hostname.js';
import type { Domain as Noun } from '../../../model/domain/domain.js';
import { PlatformError } from '../../../model/errors.js';
import { findDomain, listDomains } from '../../../store/domain/domains.js';
import type { ApiRouter } from '../../api-router.js';
import type { ApiDeps } from '../../deps.js';
import { param, type ApiContext } from '../../http.js';
import { Domain, presentDomain, presentOwnDomain } from '../../present/domain/domain.js';
import { takeRange } from '../../range.js';

const endpoint = z
  .string('must be the name of a certificate, or null')
  .max(100)
  .nullable()
  .describe('name or id of the certificate that it uses');
const NewDomain = z.object({
  hostname: z.string('must be a name such as www.example.com').describe('full host name'),
  sni_endpoint: endpoint.optional(),
});
const DomainChange = z.object({ sni_endpoint: endpoint });

/** The host names of an app: the one that it is given, which nobody can take away, and those that people add. */
export function mountDomains(router: ApiRouter, deps: ApiDeps): void {
  const of = Domain;
  const own = ({ state: { app } }: ApiContext) => presentOwnDomain(app, { url: '', ...deps.place });
  const present = ({ state: { app } }: ApiContext, domain: Noun) => presentDomain(domain, app, deps.place);

  async function named(http: ApiContext): Promise<Noun> {
    const found = await findDomain(deps.store, http.state.app.id, asHostname(param(http, 'domain')));
    if (!found) throw new PlatformError('not_found', "Couldn't find that domain.");
    return found;
  }

  const listing = { of, title: 'List', about: 'Lists the host names of an app.', needs: 'view', gives: Domain } as const;
  router.list('/apps/:app/domains', { ...listing, by: ['hostname', 'id'] }, async (http, range) => {
    const added = await listDomains(deps.store, http.state.app.id);
    return takeRange([own(http), ...added.map((domain) => present(http, domain))], range);
  });

  const adding = { of, title: 'Create', about: 'Adds a host name to an app.', needs: 'operate', takes: NewDomain, gives: Domain } as const;
  router.post('/apps/:app/domains', adding, async (http, { hostname, sni_endpoint: ref }) => {
    const { app, user } = http.state;
    return present(http, await addDomain(deps, { app, user, hostname, certificate: ref ?? undefined, domain: deps.place.domain }));
  });

  const showing = { of, title: 'Info', about: 'Shows a host name of an app.', needs: 'view', gives: Domain } as const;
  router.get('/apps/:app/domains/:domain', showing, async (http) => {
    const given = own(http);
    const ref = param(http, 'domain').toLowerCase();
    return ref === given.id || ref === given.hostname ? given : present(http, await named(http));
  });

  const changing = { of, title: 'Update', about: 'Lets a host name use a certificate, or none.', needs: 'operate', gives: Domain } as const;
  router.patch('/apps/:app/domains/:domain', { ...changing, takes: DomainChange }, async (http, { sni_endpoint: ref }) => {
    const { app, user } = http.state;
    return present(http, await useCertificate(deps, app, user, await named(http), ref));
  });

  const removing = { of, title: 'Delete', about: 'Removes a host name from an app.', needs: 'operate', gives: Domain } as const;
  router.delete('/apps/:app/domains/:domain', removing, async (http) => {
    const { app, user } = http.state;
    const domain = await named(http);
    await removeDomain(deps, app, user, domain);
    return present(http, domain);
  });
}
