import { z } from 'zod';
import { uuidOf } from '../../../lib/uuid-of.js';
import { webUrl, type App } from '../../../model/app.js';
import { dnsTarget, type Domain as Noun } from '../../../model/domain/domain.js';
import { AppRef, createdAt, id, updatedAt } from '../../schema/fields.js';
import { resource } from '../../schema/resource.js';
import { presentAppRef, type AppPlace } from '../app/app.js';

const about = { name: 'domain', about: 'A domain is a host name that an app answers at.', identity: ['id', 'hostname'] };

export const Domain = resource(about, {
  id: id('domain'),
  acm_status: z.enum(['pending', 'cert issued', 'failing', 'failed']).nullable().describe('state of its managed certificate'),
  acm_status_reason: z.string().nullable().describe('why its managed certificate is in that state'),
  app: AppRef,
  cname: z.string().nullable().describe('what its DNS entry points to'),
  created_at: createdAt('domain'),
  hostname: z.string().describe('full host name, in punycode where it has other letters'),
  kind: z.enum(['heroku', 'custom']).describe('whose it is: the platform gave it, or people added it'),
  sni_endpoint: z
    .strictObject({ id: id('sni-endpoint'), name: z.string().describe('unique name of sni-endpoint') })
    .nullable()
    .describe('certificate that it uses'),
  status: z.literal('none').describe('whether it is still being set up; never here'),
  updated_at: updatedAt('domain'),
});

/** The host name that the platform gives an app. */
export function presentOwnDomain(app: App, place: AppPlace): z.input<typeof Domain> {
  const { hostname } = new URL(webUrl(app, place));
  return {
    id: uuidOf('domain', app.id),
    acm_status: null,
    acm_status_reason: null,
    app: presentAppRef(app),
    cname: null,
    created_at: app.createdAt.toISOString(),
    hostname,
    kind: 'heroku',
    sni_endpoint: null,
    status: 'none',
    updated_at: app.updatedAt.toISOString(),
  };
}

/** A host name that was added to the app. */
export function presentDomain(domain: Noun, app: Pick<App, 'id' | 'name'>, place: Pick<AppPlace, 'domain'>): z.input<typeof Domain> {
  return {
    id: domain.id,
    acm_status: domain.acmStatus,
    acm_status_reason: domain.acmReason,
    app: presentAppRef(app),
    cname: dnsTarget(app.id, place.domain),
    created_at: domain.createdAt.toISOString(),
    hostname: domain.hostname,
    kind: 'custom',
    sni_endpoint: domain.certificate,
    status: 'none',
    updated_at: domain.updatedAt.toISOString(),
  };
}
