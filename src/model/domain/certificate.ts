// A certificate of an app: a chain in PEM and its private key, which are checked when they come and read as facts from then on.
import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { rootCertificates } from 'node:tls';
import { PlatformError } from '../errors.js';
import { isWildcard } from './hostname.js';

/** What a chain says of itself. */
export interface CertificateFacts {
  /** Host names that it is good for, as it has them. */
  names: string[];
  /** `/C=US/O=Example/CN=Example CA` */
  issuer: string;
  subject: string;
  startsAt: Date;
  expiresAt: Date;
  /** Whether one of the roots that node trusts vouches for it. */
  isTrusted: boolean;
}

export interface Certificate extends CertificateFacts {
  id: string;
  appId: string;
  /** `calm-harbor-48213` */
  name: string;
  /** Whether an authority makes it by itself. */
  isManaged: boolean;
  /** In PEM, the app's own first. */
  chain: string;
  createdAt: Date;
  updatedAt: Date;
}

/** A chain and its key, in PEM: what a certificate is made of. */
export interface Pair {
  chain: string;
  key: string;
}

const PEM = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g;
const MOST_CHARS = 100_000;
const MOST_CERTIFICATES = 10;
const LEAST_RSA_BITS = 2048;
/** Each handshake costs the router all apps share eight times as much with twice the bits. */
const MOST_RSA_BITS = 4096;
const CURVES = ['prime256v1', 'secp384r1', 'secp521r1'];

/** Reads what people send. Throws `invalid_params`, saying what is wrong with which of the two. */
export function readCertificate({ chain, key }: Pair, now: number): CertificateFacts & Pair {
  const certificates = readChain(chain);
  const privateKey = readPrivateKey(key);
  const [leaf] = certificates as [X509Certificate];
  checkKey(certificates, privateKey);
  checkOrder(certificates);
  checkDates(leaf, now);
  return {
    names: namesOf(leaf),
    issuer: oneLine(leaf.issuer),
    subject: oneLine(leaf.subject),
    startsAt: new Date(leaf.validFrom),
    expiresAt: new Date(leaf.validTo),
    isTrusted: isTrusted(certificates),
    chain: certificates.map(String).join(''),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

/** Whether a certificate of these names is good for a host: `*` stands for one label. */
export function isGoodFor(names: readonly string[], hostname: string): boolean {
  return names.includes(hostname) || (!isWildcard(hostname) && names.includes(hostname.replace(/^[^.]+/, '*')));
}

function readChain(text: string): [X509Certificate, ...X509Certificate[]] {
  const blocks = text.length > MOST_CHARS ? [] : (text.match(PEM) ?? []);
  if (blocks.length === 0) throw wrong('certificate_chain', 'holds no certificate in PEM (-----BEGIN CERTIFICATE-----).');
  if (blocks.length > MOST_CERTIFICATES) throw wrong('certificate_chain', `holds more than ${MOST_CERTIFICATES} certificates.`);
  const read = blocks.map((block, at) => {
    try {
      return new X509Certificate(block);
    } catch {
      throw wrong('certificate_chain', `its ${nth(at)} certificate can't be read.`);
    }
  });
  return read as [X509Certificate, ...X509Certificate[]];
}

function readPrivateKey(text: string): KeyObject {
  if (/ENCRYPTED/.test(text.slice(0, MOST_CHARS)))
    throw wrong('private_key', 'is locked by a passphrase: remove it (openssl pkey -in KEY).');
  const key = parseKey(text);
  if (!key) throw wrong('private_key', 'is no private key in PEM (-----BEGIN PRIVATE KEY-----).');
  const { modulusLength = 0, namedCurve = '' } = key.asymmetricKeyDetails ?? {};
  const isRsa = key.asymmetricKeyType === 'rsa';
  if (isRsa ? modulusLength < LEAST_RSA_BITS || modulusLength > MOST_RSA_BITS : !CURVES.includes(namedCurve))
    throw wrong('private_key', `must be RSA of ${LEAST_RSA_BITS} to ${MOST_RSA_BITS} bits, or ECDSA on P-256, P-384 or P-521.`);
  return key;
}

function parseKey(text: string): KeyObject | null {
  try {
    return text.length > MOST_CHARS ? null : createPrivateKey(text);
  } catch {
    return null;
  }
}

function checkKey(chain: X509Certificate[], key: KeyObject): void {
  const at = chain.findIndex((each) => each.checkPrivateKey(key));
  if (at === 0) return;
  throw at < 0
    ? wrong('private_key', 'belongs to none of the certificates.')
    : wrong('certificate_chain', `must begin with the certificate of the private key, which is its ${nth(at)}; its issuer comes next.`);
}

function checkOrder(chain: X509Certificate[]): void {
  const at = chain.findIndex((each, index) => index > 0 && !isIssuedBy(chain[index - 1]!, each));
  if (at > 0) throw wrong('certificate_chain', `its ${nth(at)} certificate is not the issuer of the one before it.`);
}

function checkDates(leaf: X509Certificate, now: number): void {
  const [start, end] = [Date.parse(leaf.validFrom), Date.parse(leaf.validTo)];
  if (end <= now) throw wrong('certificate_chain', `has expired, on ${new Date(end).toISOString()}.`);
  if (start > now) throw wrong('certificate_chain', `is not good before ${new Date(start).toISOString()}.`);
}

function namesOf(leaf: X509Certificate): string[] {
  const names = [...(leaf.subjectAltName ?? '').matchAll(/(?:^|, )DNS:([^,"]+)/g)].map(([, name]) => name!.toLowerCase());
  if (names.length === 0) throw wrong('certificate_chain', 'names no host: browsers read its subjectAltName only.');
  return [...new Set(names)];
}

function isIssuedBy(one: X509Certificate, issuer: X509Certificate): boolean {
  return one.checkIssued(issuer) && one.verify(issuer.publicKey);
}

let roots: X509Certificate[] | undefined;

function isTrusted(chain: X509Certificate[]): boolean {
  roots ??= rootCertificates.map((each) => new X509Certificate(each));
  const last = chain.at(-1)!;
  return roots.some((root) => root.fingerprint256 === last.fingerprint256 || isIssuedBy(last, root));
}

/** `C=US\nCN=x` in one line, as Heroku has it. */
function oneLine(name: string | undefined): string {
  return (name ?? '')
    .split('\n')
    .filter((part) => part !== '')
    .map((part) => `/${part}`)
    .join('');
}

function nth(at: number): string {
  return ['first', 'second', 'third'][at] ?? `${at + 1}th`;
}

function wrong(field: 'certificate_chain' | 'private_key', what: string): PlatformError {
  return new PlatformError('invalid_params', `${field}: ${what}`);
}
