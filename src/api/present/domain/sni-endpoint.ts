import { z } from 'zod';
import { uuidOf } from '../../../lib/uuid-of.js';
import type { App } from '../../../model/app.js';
import type { Certificate } from '../../../model/domain/certificate.js';
import { AppRef, createdAt, id, time, updatedAt } from '../../schema/fields.js';
import { resource } from '../../schema/resource.js';
import { presentAppRef } from '../app/app.js';

const about = {
  name: 'sni-endpoint',
  about: 'An SNI endpoint is a certificate of an app, for those of its domains that use it.',
  identity: ['id', 'name'],
  param: 'endpoint',
};

export const SniEndpoint = resource(about, {
  id: id('sni-endpoint'),
  app: AppRef,
  certificate_chain: z.string().describe('the chain in PEM, that of the app first; its key is never shown'),
  created_at: createdAt('sni-endpoint'),
  display_name: z.null().describe('name for people; always null here'),
  domains: z.array(z.uuid()).describe('ids of the domains that use it'),
  name: z.string().describe('unique name of sni-endpoint'),
  ssl_cert: z.strictObject({
    acm: z.boolean().describe('whether it is managed automatically'),
    'ca_signed?': z.boolean().describe('whether a public authority vouches for it'),
    cert_domains: z.array(z.string()).describe('host names that it is good for'),
    expires_at: time('when it ends'),
    id: id('certificate'),
    issuer: z.string().describe('who made it'),
    'self_signed?': z.boolean().describe('whether it vouches for itself'),
    starts_at: time('when it begins'),
    subject: z.string().describe('whom it is for'),
  }),
  updated_at: updatedAt('sni-endpoint'),
});

export function presentSniEndpoint(
  certificate: Certificate,
  app: Pick<App, 'id' | 'name'>,
  domains: readonly string[],
): z.input<typeof SniEndpoint> {
  return {
    id: certificate.id,
    app: presentAppRef(app),
    certificate_chain: certificate.chain,
    created_at: certificate.createdAt.toISOString(),
    display_name: null,
    domains: [...domains],
    name: certificate.name,
    ssl_cert: {
      acm: certificate.isManaged,
      'ca_signed?': certificate.isTrusted,
      cert_domains: certificate.names,
      expires_at: certificate.expiresAt.toISOString(),
      id: uuidOf('certificate', certificate.id),
      issuer: certificate.issuer,
      'self_signed?': certificate.issuer === certificate.subject,
      starts_at: certificate.startsAt.toISOString(),
      subject: certificate.subject,
    },
    updated_at: certificate.updatedAt.toISOString(),
  };
}
