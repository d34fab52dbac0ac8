import { isComplete, totalSize, type Slug } from '../../model/slug.js';
import { presentStackRef } from './stack.js';

export function presentSlug(slug: Slug, blob: { method: 'get' | 'put'; url: string }) {
  return {
    id: slug.id,
    blob,
    buildpack_provided_description: slug.buildpackProvidedDescription,
    checksum: slug.digest ? `SHA256:${slug.digest}` : null,
    commit: slug.commit,
    commit_description: slug.commitDescription,
    created_at: slug.createdAt.toISOString(),
    deleted_at: null,
    process_types: slug.processTypes,
    size: isComplete(slug) ? totalSize(slug) : null,
    stack: presentStackRef(slug.stack),
    updated_at: slug.updatedAt.toISOString(),
  };
}
