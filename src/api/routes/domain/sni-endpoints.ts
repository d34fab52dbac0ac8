import { z } from 'zod';
import { addCertificate, removeCertificate, updateCertificate } from '../../../actions/domain/keep-certificate.js';
import type { Certificate } from '../../../model/domain/certificate.js';
import { PlatformError } from '../../../model/errors.js';
import { findCertificate, listCertificates } from '../../../store/domain/certificates.js';
import { listDomains } from '../../../store/domain/domains.js';
import type { ApiRouter } from '../../api-router.js';
import type { ApiDeps } from '../../deps.js';
import { param, type ApiContext } from '../../http.js';
import { presentSniEndpoint, SniEndpoint } from '../../present/domain/sni-endpoint.js';
import { takeRange } from '../../range.js';

const Pair = z.object({
  certificate_chain: z.string('must be certificates in PEM').describe('in PEM, that of the app first'),
  private_key: z.string('must be a private key in PEM').describe('in PEM'),
});

/** The certificates of an app. */
export function mountSniEndpoints(router: ApiRouter, deps: ApiDeps): void {
  const of = SniEndpoint;

  async function present(http: ApiContext, certificates: Certificate[]) {
    const { app } = http.state;
    const domains = await listDomains(deps.store, app.id);
    const usedBy = ({ id }: Certificate) => domains.filter(({ certificate }) => certificate?.id === id).map((domain) => domain.id);
    return certificates.map((each) => presentSniEndpoint(each, app, usedBy(each)));
  }

  async function presentOne(http: ApiContext, certificate: Certificate) {
    const [one] = await present(http, [certificate]);
    return one!;
  }

  async function named(http: ApiContext): Promise<Certificate> {
    const found = await findCertificate(deps.store, http.state.app.id, param(http, 'endpoint'));
    if (!found) throw new PlatformError('not_found', "Couldn't find that SNI endpoint.");
    return found;
  }

  const listing = { of, title: 'List', about: 'Lists the certificates of an app.', needs: 'view', gives: SniEndpoint } as const;
  router.list('/apps/:app/sni-endpoints', { ...listing, by: ['name', 'id'] }, async (http, range) =>
    takeRange(await present(http, await listCertificates(deps.store, http.state.app.id)), range),
  );

  const adding = { of, title: 'Create', about: 'Adds a certificate.', needs: 'operate', takes: Pair, gives: SniEndpoint } as const;
  router.post('/apps/:app/sni-endpoints', adding, async (http, { certificate_chain: chain, private_key: key }) => {
    const { app, user } = http.state;
    return presentOne(http, await addCertificate(deps, app, user, { chain, key }));
  });

  const showing = { of, title: 'Info', about: 'Shows a certificate.', needs: 'view', gives: SniEndpoint } as const;
  router.get('/apps/:app/sni-endpoints/:endpoint', showing, async (http) => presentOne(http, await named(http)));

  const updating = { ...adding, title: 'Update', about: 'Puts another certificate in its place.' } as const;
  router.patch('/apps/:app/sni-endpoints/:endpoint', updating, async (http, { certificate_chain: chain, private_key: key }) => {
    const { app, user } = http.state;
    const { id } = await named(http);
    return presentOne(http, await updateCertificate(deps, app, user, { id, chain, key }));
  });

  const removing = { of, title: 'Delete', about: 'Removes a certificate.', needs: 'operate', gives: SniEndpoint } as const;
  router.delete('/apps/:app/sni-endpoints/:endpoint', removing, async (http) => {
    const { app, user } = http.state;
    const certificate = await named(http);
    const gone = await presentOne(http, certificate);
    await removeCertificate(deps, app, user, certificate);
    return gone;
  });
}
