// The host's own CA bundle for containers: mounted read-only, never baked into an image.
import { existsSync } from 'node:fs';

const PLACES = ['/etc/ssl/certs/ca-certificates.crt', '/etc/pki/tls/certs/ca-bundle.crt', '/etc/ssl/ca-bundle.pem', '/etc/ssl/cert.pem'];
const INSIDE = '/etc/ssl/certs/ca-certificates.crt';

/** Names under which programs look for a bundle; those that read the system's file anyway find it there. */
const NAMES = [
  'SSL_CERT_FILE',
  'NODE_EXTRA_CA_CERTS',
  'REQUESTS_CA_BUNDLE',
  'CURL_CA_BUNDLE',
  'GIT_SSL_CAINFO',
  'PIP_CERT',
  'CARGO_HTTP_CAINFO',
];

/** The host's bundle; null when there is none at the usual places. */
export function findCaBundle(): string | null {
  return PLACES.find((place) => existsSync(place)) ?? null;
}

/** `Binds` and `Env` entries for a container; none without a bundle. */
export function caOptions(bundle: string | null): { binds: string[]; env: Record<string, string> } {
  if (!bundle) return { binds: [], env: {} };
  return { binds: [`${bundle}:${INSIDE}:ro`], env: Object.fromEntries(NAMES.map((name) => [name, INSIDE])) };
}
