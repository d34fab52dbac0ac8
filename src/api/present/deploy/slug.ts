import { z } from 'zod';
import type { Slug as Known } from '../../../model/build/slug.js';
import { presentStackRef } from '../app/stack.js';
import { absent, createdAt, id, StackRef, updatedAt } from '../../schema/fields.js';
import { resource } from '../../schema/resource.js';

export const Slug = resource(
  { name: 'slug', about: 'A slug is what a build makes: the program, ready to run.' },
  {
    id: id('slug'),
    blob: z.strictObject({
      method: z.enum(['get', 'put']).describe('put until its archive has been uploaded'),
      url: z.url().describe('URL of its archive, for an hour: needs no token'),
    }),
    buildpack_provided_description: z.string().nullable().describe('what its buildpack calls it'),
    checksum: z.string().nullable().describe('of its archive: SHA256: and 64 hexadecimal digits'),
    commit: z.string().nullable().describe('commit it was made from'),
    commit_description: z.string().nullable().describe('description of that commit'),
    created_at: createdAt('slug'),
    deleted_at: absent('when its archive was removed'),
    process_types: z.record(z.string(), z.string()).describe('the command of each process type'),
    size: z.int().nullable().describe('size of its archive in bytes'),
    stack: StackRef.describe('stack it runs on'),
    updated_at: updatedAt('slug'),
  },
);

/** Checksum and size are those of what its URL gives; before that, the checksum is the one that was told. */
export function presentSlug(
  slug: Known,
  { archive, url }: { archive: { digest: string | null; size: number | null } | null; url: string },
): z.input<typeof Slug> {
  const digest = archive?.digest ?? slug.checksum;
  return {
    id: slug.id,
    blob: { method: archive ? 'get' : 'put', url },
    buildpack_provided_description: slug.buildpackProvidedDescription,
    checksum: digest ? `SHA256:${digest}` : null,
    commit: slug.commit,
    commit_description: slug.commitDescription,
    created_at: slug.createdAt.toISOString(),
    deleted_at: null,
    process_types: slug.processTypes,
    size: archive?.size ?? null,
    stack: presentStackRef(slug.stack),
    updated_at: slug.updatedAt.toISOString(),
  };
}
