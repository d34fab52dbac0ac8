import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { blobUrl, type BlobMethod } from '../../../model/build/blob-url.js';
import type { ApiDeps } from '../../deps.js';
import { sourceKeyFor } from '../../../model/build/source-ref.js';
import type { ApiRouter } from '../../api-router.js';
import { publicUrl } from '../../http.js';
import { resource } from '../../schema/resource.js';

/** Seconds that a source may be written, and read, after it was asked for. */
const SOURCE_FOR_S = 3600;

const Source = resource(
  { name: 'source', about: 'A source is a place to upload the code of an app to.', identity: [] },
  {
    source_blob: z.strictObject({
      get_url: z.url().describe('URL to build from, for an hour'),
      put_url: z.url().describe('URL to PUT a gzipped tar to, for an hour: needs no token'),
    }),
  },
);

export function mountSources(router: ApiRouter, deps: ApiDeps): void {
  const facts = { of: Source, title: 'Create', about: 'Gives a place to upload source code to.', gives: Source } as const;
  router.post('/sources', { ...facts, needs: 'deploy' }, (http) => {
    const blob = sourceKeyFor(http.state.user.id, randomUUID());
    const base = publicUrl(http, deps.place);
    const url = (method: BlobMethod) => blobUrl({ base, key: deps.store.key, method, blob, now: Date.now(), ttlS: SOURCE_FOR_S });
    return { source_blob: { get_url: url('GET'), put_url: url('PUT') } };
  });
}
