import { z } from 'zod';
import type { App } from '../../../model/app.js';
import type { Dyno as Known } from '../../../model/dyno.js';
import { presentAppRef } from './app.js';
import { AppRef, createdAt, id, updatedAt } from '../../schema/fields.js';
import { resource } from '../../schema/resource.js';

export const Dyno = resource(
  { name: 'dyno', about: 'A dyno is one running process of an app.', identity: ['id', 'name'] },
  {
    id: id('dyno'),
    app: AppRef,
    attach_fingerprint: z
      .string()
      .nullable()
      .optional()
      .describe('SHA-256 of the certificate at attach_url, as AB:CD:…; not part of Heroku'),
    attach_url: z.url().nullable().describe('URL by which one client may attach to it, once; told to whoever asked for it only'),
    command: z.string().describe('command it runs'),
    created_at: createdAt('dyno'),
    name: z.string().describe('its name within the app: web.1'),
    release: z.strictObject({ id: id('release'), version: z.int().describe('its version') }).describe('release it runs'),
    size: z.string().describe('its size: Basic'),
    state: z.string().describe('starting, up, idle, crashed or down'),
    type: z.string().describe('its process type: web'),
    updated_at: updatedAt('dyno'),
  },
);

export interface AttachFacts {
  url: string;
  /** paas takes this certificate for good, and no other: it needs to know no CA. */
  fingerprint: string | null;
}

/** `attach` is for the one who asked for the dyno, once. */
export function presentDyno(dyno: Known, app: Pick<App, 'id' | 'name'>, attach: AttachFacts | null = null): z.input<typeof Dyno> {
  return {
    id: dyno.id,
    app: presentAppRef(app),
    attach_url: attach?.url ?? null,
    ...(attach && { attach_fingerprint: attach.fingerprint }),
    command: dyno.command,
    created_at: dyno.createdAt.toISOString(),
    name: dyno.name,
    release: { id: dyno.releaseId, version: dyno.releaseVersion },
    size: dyno.size,
    state: dyno.state,
    type: dyno.type,
    updated_at: dyno.updatedAt.toISOString(),
  };
}
