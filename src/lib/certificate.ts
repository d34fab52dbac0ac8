// The home's certificate: server.pem and server.key, read again when they change.
import { X509Certificate } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createSecureContext } from 'node:tls';
import { log } from './log.js';

export interface Certificate {
  cert: Buffer;
  key: Buffer;
}

/** Returns the function that gives the certificate as it is now, the same object until it changes; null when there is none. */
export function watchCertificate(home: string): () => Certificate | null {
  const [certFile, keyFile] = [join(home, 'server.pem'), join(home, 'server.key')];
  let known: Certificate | null = null;
  let readAt = '';
  return () => {
    const at = `${modified(certFile)} ${modified(keyFile)}`;
    if (at !== readAt) {
      readAt = at;
      known = read(certFile, keyFile);
    }
    return known;
  };
}

/** Checks that the two belong together: while one of them is being replaced they don't. */
function read(certFile: string, keyFile: string): Certificate | null {
  try {
    const pair = { cert: readFileSync(certFile), key: readFileSync(keyFile) };
    createSecureContext(pair);
    return pair;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
      log('certificate-unusable', { file: certFile, error: (error as Error).message });
    return null;
  }
}

function modified(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** By which a client that got it from the API knows the certificate: sha256, as node's TLS tells it. */
export function fingerprintOf(certificate: Certificate | null): string | null {
  return certificate && new X509Certificate(certificate.cert).fingerprint256;
}
