import { z } from 'zod';
import { mayUseBlob, type BlobMethod } from '../../../model/build/blob-url.js';
import { PlatformError } from '../../../model/errors.js';
import { openBlob, putBlob, tooLarge } from '../../../store/build/blobs.js';
import type { ApiDeps } from '../../deps.js';
import { reply } from '../../http.js';
import type { OpenContext, OpenRouter } from '../../open-router.js';
import { resource } from '../../schema/resource.js';

const about = {
  name: 'blob',
  about: 'A blob is an archive that was or is to be uploaded: a source, a slug. Its URL is signed.',
  identity: [],
};
const Blob = resource(about, { size: z.int().describe('size in bytes') });

/** Sources and slugs, for whoever holds a signed URL. */
export function mountBlobs(router: OpenRouter, deps: ApiDeps): void {
  const uploading = { of: Blob, title: 'Upload', about: 'Uploads an archive.', gives: Blob, bytes: { takes: 'application/octet-stream' } };
  router.put('/blobs/:kind/:name', uploading, async (http) => {
    const key = checkedKey(deps, http, 'PUT');
    if (Number(http.get('content-length') || 0) > deps.blobs.maxBytes) throw tooLarge(deps.blobs);
    const { size } = await putBlob(deps.blobs, key, http.req);
    reply(http, 201, { size });
  });

  const downloading = { of: Blob, title: 'Download', about: 'Downloads an archive.', bytes: { gives: 'application/octet-stream' } };
  router.get('/blobs/:kind/:name', downloading, async (http) => {
    const blob = await openBlob(deps.blobs, checkedKey(deps, http, 'GET'));
    if (!blob) throw new PlatformError('not_found', 'Nothing has been uploaded here, or it has been used and removed.');
    http.status = 200;
    http.type = 'application/octet-stream';
    http.length = blob.size;
    http.body = blob.stream;
  });
}

function checkedKey(deps: ApiDeps, http: OpenContext, method: BlobMethod): string {
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
