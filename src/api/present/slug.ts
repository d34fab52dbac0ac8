import type { Slug } from '../../model/build/slug.js';
import { presentStackRef } from './stack.js';

/** Checksum and size are those of what its URL gives; before that, the checksum is the one that was told. */
export function presentSlug(slug: Slug, { archive, url }: { archive: { digest: string | null; size: number | null } | null; url: string }) {
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
