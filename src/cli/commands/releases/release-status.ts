import type { ReleaseResource } from '../../api/resources.js';

/** What `paas releases` says beside a release that isn't simply good; '' when it is. */
export function statusText(release: Pick<ReleaseResource, 'status' | 'output_stream_url'>): string {
  const what = release.output_stream_url === null ? 'release' : 'release command';
  switch (release.status) {
    case 'pending':
      return release.output_stream_url === null ? 'release pending' : 'release command executing';
    case 'failed':
      return `${what} failed`;
    case 'expired':
      return 'release expired';
    case 'succeeded':
      return '';
  }
}
