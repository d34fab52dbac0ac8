import { randomUUID } from 'node:crypto';
import { blobUrl, type BlobMethod } from '../../../model/build/blob-url.js';
import type { ApiDeps } from '../../deps.js';
import { sourceKeyFor } from '../../../model/build/source-ref.js';
import { publicUrl, reply, type ApiRouter } from '../../http.js';

/** Seconds that a source may be written, and read, after it was asked for. */
const SOURCE_FOR_S = 3600;

export function mountSources(router: ApiRouter, deps: ApiDeps): void {
  router.post('/sources', (http) => {
    const blob = sourceKeyFor(http.state.user.id, randomUUID());
    const base = publicUrl(http, deps.place.internalUrl);
    const url = (method: BlobMethod) => blobUrl({ base, key: deps.store.key, method, blob, now: Date.now(), ttlS: SOURCE_FOR_S });
    reply(http, 201, { source_blob: { get_url: url('GET'), put_url: url('PUT') } });
  });
}
