import { z } from 'zod';
import type { App } from '../../../model/app.js';
import type { Release as Known } from '../../../model/release.js';
import type { User } from '../../../model/user.js';
import { presentUserRef } from '../account/account.js';
import { presentAppRef } from '../app/app.js';
import { AppRef, createdAt, id, updatedAt, UserRef } from '../../schema/fields.js';
import { resource } from '../../schema/resource.js';

const about = {
  name: 'release',
  about: 'A release is a slug with config vars, numbered and never changed.',
  identity: ['id', 'version'],
};

export const Release = resource(about, {
  id: id('release'),
  version: z.int().describe('its number: 1, 2, and so on without gaps'),
  addon_plan_names: z.array(z.string()).describe('plans of the add-ons it has'),
  app: AppRef,
  artifacts: z.array(z.strictObject({ type: z.literal('slug'), id: id('artifact') })).describe('what it runs'),
  created_at: createdAt('release'),
  current: z.boolean().describe('whether it is the one that runs'),
  description: z.string().describe('what changed'),
  eligible_for_rollback: z.boolean().describe('whether one can roll back to it'),
  output_stream_url: z.url().nullable().describe('URL of the output of its release command: needs no token'),
  slug: z.strictObject({ id: id('slug') }).nullable(),
  status: z.enum(['expired', 'failed', 'pending', 'succeeded']).describe('status of release'),
  updated_at: updatedAt('release'),
  user: UserRef.describe('user who made it'),
});

interface Around {
  app: Pick<App, 'id' | 'name'>;
  user: Pick<User, 'id' | 'email'>;
  /** Whether this is the one that runs. */
  isCurrent: boolean;
  outputStreamUrl: string;
}

export function presentRelease(release: Known, { app, user, isCurrent, outputStreamUrl }: Around): z.input<typeof Release> {
  return {
    id: release.id,
    version: release.version,
    addon_plan_names: release.attachments.map(({ plan }) => plan),
    app: presentAppRef(app),
    artifacts: release.slugId ? [{ type: 'slug', id: release.slugId }] : [],
    created_at: release.createdAt.toISOString(),
    current: isCurrent,
    description: release.description,
    eligible_for_rollback: release.status === 'succeeded' && release.slugId !== null,
    output_stream_url: release.hasOutput ? outputStreamUrl : null,
    slug: release.slugId ? { id: release.slugId } : null,
    status: release.status,
    updated_at: release.updatedAt.toISOString(),
    user: presentUserRef(user),
  };
}
