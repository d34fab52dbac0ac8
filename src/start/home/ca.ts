// A certificate authority of the home's own, and a server certificate signed by it.
import { X509Certificate } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openCertificateMaker } from './certificate-maker.js';

const DAY_MS = 86_400_000;
const RENEW_BEFORE_DAYS = 30;

/**
 * Makes `ca.pem` with `ca.key` and `server.pem` with `server.key` where they are missing, will expire soon, or the
 * server's doesn't hold all `names` (host names, with or without `*.`, and IP addresses).
 */
export async function ensureCertificates(dir: string, names: string[], now: number): Promise<void> {
  const files = {
    ca: join(dir, 'ca.pem'),
    caKey: join(dir, 'ca.key'),
    server: join(dir, 'server.pem'),
    serverKey: join(dir, 'server.key'),
  };
  const hasCa = isGood(files.ca, files.caKey, [], now);
  if (hasCa && isGood(files.server, files.serverKey, names, now) && isSignedBy(files.server, files.ca)) return;
  const maker = await openCertificateMaker();
  if (!hasCa) {
    const made = await maker.authority(now);
    writeSecret(files.caKey, made.key);
    writePublic(files.ca, made.certificate);
  }
  const made = await maker.server({ ca: readFileSync(files.ca, 'utf8'), caKey: readFileSync(files.caKey, 'utf8'), names, now });
  writeSecret(files.serverKey, made.key);
  writePublic(files.server, made.certificate);
}

/** Whether a certificate and its key exist, the names are all in it, and it lasts another month. */
function isGood(file: string, keyFile: string, names: string[], now: number): boolean {
  if (!existsSync(file) || !existsSync(keyFile)) return false;
  const certificate = new X509Certificate(readFileSync(file));
  const held = new Set(
    (certificate.subjectAltName ?? '').split(', ').map((entry) => entry.replace(/^(DNS|IP Address):/, '').toLowerCase()),
  );
  const lasts = Date.parse(certificate.validTo) - now > RENEW_BEFORE_DAYS * DAY_MS;
  return lasts && names.every((name) => held.has(asPrinted(name)));
}

function isSignedBy(file: string, caFile: string): boolean {
  return new X509Certificate(readFileSync(file)).verify(new X509Certificate(readFileSync(caFile)).publicKey);
}

/** As Node prints an address in a certificate. */
function asPrinted(name: string): string {
  return name === '::1' ? '0:0:0:0:0:0:0:1' : name.toLowerCase();
}

function writeSecret(file: string, text: string): void {
  writeFileSync(`${file}.new`, `${text}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

function writePublic(file: string, text: string): void {
  writeFileSync(`${file}.new`, `${text}\n`, { mode: 0o644 });
  renameSync(`${file}.new`, file);
}
