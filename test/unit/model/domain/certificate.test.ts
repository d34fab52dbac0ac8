import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { isGoodFor, readCertificate, type Pair } from '../../../../src/model/domain/certificate.js';
import { aCertificate, type Made } from '../../../support/certificates.js';

const NOW = Date.parse('2026-11-28T12:00:00Z');
const DAY_MS = 86_400_000;

let made: Made;
let other: Made;

beforeAll(async () => {
  [made, other] = await Promise.all([aCertificate(['www.example.com', '*.example.com'], NOW), aCertificate(['example.org'], NOW)]);
});

const pem = (type: 'rsa' | 'ec' | 'ed25519', cipher?: { cipher: string; passphrase: string }) => {
  const pair =
    type === 'rsa'
      ? generateKeyPairSync('rsa', { modulusLength: 1024 })
      : type === 'ec'
        ? generateKeyPairSync('ec', { namedCurve: 'secp256k1' })
        : generateKeyPairSync('ed25519');
  return pair.privateKey.export({ type: 'pkcs8', format: 'pem', ...cipher }).toString();
};

/** Of 8192 bits, which take seconds to find: it is one by its form only. */
function longKey(): string {
  const [whole, half] = [1024, 512].map((bytes) => Buffer.alloc(bytes, 0xff).toString('base64url'));
  const jwk = { kty: 'RSA', e: 'AQAB', n: whole, d: whole, p: half, q: half, dp: half, dq: half, qi: half };
  return createPrivateKey({ format: 'jwk', key: jwk }).export({ type: 'pkcs8', format: 'pem' }).toString();
}

describe('a certificate', () => {
  it('tells names, dates and who made it; chain and key are kept as they are needed', () => {
    const read = readCertificate({ chain: `some words\n${made.chain.replaceAll('\n', '\r\n')}`, key: made.key }, NOW);
    expect(read).toMatchObject({
      names: ['www.example.com', '*.example.com'],
      subject: '/CN=Slipway',
      issuer: '/CN=Slipway private CA',
      startsAt: new Date(NOW - DAY_MS),
      expiresAt: new Date(NOW + 397 * DAY_MS),
      isTrusted: false,
    });
    expect(read.chain.match(/BEGIN CERTIFICATE/g)).toHaveLength(2);
    expect(readCertificate({ chain: read.chain, key: read.key }, NOW)).toEqual(read);
    expect(readCertificate({ chain: made.server, key: made.key }, NOW).names).toEqual(read.names);
  });

  it.each<[string, () => Pair, number, string]>([
    ['no chain', () => ({ chain: 'x', key: made.key }), NOW, 'certificate_chain: holds no certificate in PEM'],
    ['a key in its place', () => ({ chain: made.key, key: made.key }), NOW, 'certificate_chain: holds no certificate in PEM'],
    ['too much', () => ({ chain: made.chain + ' '.repeat(100_000), key: made.key }), NOW, 'certificate_chain: holds no certificate'],
    ['too many', () => ({ chain: made.server.repeat(11), key: made.key }), NOW, 'certificate_chain: holds more than 10'],
    [
      'a broken one',
      () => ({ chain: made.server + made.ca.replace(/M..../, 'AAAAA'), key: made.key }),
      NOW,
      "certificate_chain: its second certificate can't be read.",
    ],
    ['no key', () => ({ chain: made.chain, key: 'x' }), NOW, 'private_key: is no private key in PEM'],
    [
      'a locked key',
      () => ({ chain: made.chain, key: pem('ec', { cipher: 'aes-256-cbc', passphrase: 'x' }) }),
      NOW,
      'private_key: is locked',
    ],
    ['a weak key', () => ({ chain: made.chain, key: pem('rsa') }), NOW, 'private_key: must be RSA of 2048 to 4096 bits'],
    [
      'a key too long to sign with often',
      () => ({ chain: made.chain, key: longKey() }),
      NOW,
      'private_key: must be RSA of 2048 to 4096 bits',
    ],
    ['a curve that browsers lack', () => ({ chain: made.chain, key: pem('ec') }), NOW, 'private_key: must be RSA'],
    ['a key of another kind', () => ({ chain: made.chain, key: pem('ed25519') }), NOW, 'private_key: must be RSA'],
    ["another's key", () => ({ chain: made.chain, key: other.key }), NOW, 'private_key: belongs to none of the certificates.'],
    [
      'the wrong order',
      () => ({ chain: made.ca + made.server, key: made.key }),
      NOW,
      'certificate_chain: must begin with the certificate of the private key, which is its second',
    ],
    [
      "another's authority",
      () => ({ chain: made.server + other.ca, key: made.key }),
      NOW,
      'certificate_chain: its second certificate is not the issuer of the one before it.',
    ],
    ['an old one', () => ({ chain: made.chain, key: made.key }), NOW + 398 * DAY_MS, 'certificate_chain: has expired, on 2027-12-30'],
    ['an early one', () => ({ chain: made.chain, key: made.key }), NOW - 2 * DAY_MS, 'certificate_chain: is not good before 2026-11-27'],
    ['one for no host', () => ({ chain: made.ca, key: pem('rsa') }), NOW, 'private_key: '],
  ])('%s is refused', (_what, pair, now, message) => {
    expect(() => readCertificate(pair(), now)).toThrow(message);
  });

  it.each([
    ['www.example.com', true],
    ['example.com', true],
    ['a.wild.example', true],
    ['*.wild.example', true],
    ['a.b.wild.example', false],
    ['wild.example', false],
    ['*.example.com', false],
  ])('is good for %s: %s', (hostname, isGood) => {
    expect(isGoodFor(['example.com', 'www.example.com', '*.wild.example'], hostname)).toBe(isGood);
  });
});
