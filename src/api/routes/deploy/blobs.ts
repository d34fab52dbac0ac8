import type { Context } from 'koa';
import { mayUseBlob, type BlobMethod } from '../../../model/build/blob-url.js';
import { PlatformError } from '../../../model/errors.js';
import { openBlob, putBlob, tooLarge } from '../../../store/build/blobs.js';
import type { ApiDeps } from '../../deps.js';
import { reply, type PublicRouter } from '../../http.js';

/** Sources and slugs, for whoever holds a signed URL. */
export function mountBlobs(router: PublicRouter, deps: ApiDeps): void {
  router.put('/blobs/:kind/:name', async (http) => {
    const key = checkedKey(deps, http, 'PUT');
    if (Number(http.get('content-length') || 0) > deps.blobs.maxBytes) throw tooLarge(deps.blobs);
    const { size } = await putBlob(deps.blobs, key, http.req);
    reply(http, 201, { size });
  });

  router.get('/blobs/:kind/:name', async (http) => {
    const blob = await openBlob(deps.blobs, checkedKey(deps, http, 'GET'));
    if (!blob) throw new PlatformError('not_found', 'Nothing has been uploaded here, or it has been used and removed.');
    http.status = 200;
    http.type = 'application/octet-stream';
    http.length = blob.size;
    http.body = blob.stream;
  });
}

function checkedKey(deps: ApiDeps, http: Context & { params: Record<string, string> }, method: BlobMethod): string {
  const blob = `${http.params['kind']}/${http.params['name']}`;
  const [expires, signature] = [String(http.query['expires'] ?? ''), String(http.query['signature'] ?? '')];
  if (!mayUseBlob({ key: deps.store.key, method, blob, now: Date.now(), expires, signature })) {
    throw new PlatformError(
      'forbidden',
      `This URL may not be used to ${method === 'PUT' ? 'upload' : 'download'}: it has expired, or was changed. Ask for a new one.`,
    );
  }
  return blob;
}
