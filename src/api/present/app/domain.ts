import { z } from 'zod';
import { uuidOf } from '../../../lib/uuid-of.js';
import { webUrl, type App } from '../../../model/app.js';
import { absent, AppRef, createdAt, id, updatedAt } from '../../schema/fields.js';
import { resource } from '../../schema/resource.js';
import { presentAppRef, type AppPlace } from './app.js';

const about = { name: 'domain', about: 'A domain is a host name that an app answers at.', identity: ['id', 'hostname'] };

export const Domain = resource(about, {
  id: id('domain'),
  acm_status: absent('state of its managed certificate'),
  acm_status_reason: absent('why its managed certificate is in that state'),
  app: AppRef,
  cname: absent('what its DNS entry points to'),
  created_at: createdAt('domain'),
  hostname: z.string().describe('full host name'),
  kind: z.literal('heroku').describe('whose it is: the platform gave it'),
  sni_endpoint: absent('certificate that it uses'),
  status: z.literal('none').describe('whether it is still being set up'),
  updated_at: updatedAt('domain'),
});

/** The host name that the platform gives an app. */
export function presentDomain(app: App, place: AppPlace): z.input<typeof Domain> {
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
