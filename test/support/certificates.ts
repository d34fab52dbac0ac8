// Chains for tests: an authority of their own, and what it vouches for.
import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { SubjectAlternativeNameExtension, X509CertificateGenerator } from '@peculiar/x509';
import { openCertificateMaker } from '../../src/start/home/certificate-maker.js';

export interface Made {
  /** The server's and the authority's. */
  chain: string;
  server: string;
  ca: string;
  key: string;
}

/** A certificate for these names, good from a day before `now` on for 397 days. */
export async function aCertificate(names: string[], now = Date.now()): Promise<Made> {
  const maker = await openCertificateMaker();
  const authority = await maker.authority(now);
  const { certificate, key } = await maker.server({ ca: authority.certificate, caKey: authority.key, names, now });
  return { chain: `${certificate}\n${authority.certificate}\n`, server: certificate, ca: authority.certificate, key };
}

/** One that vouches for itself, with an RSA key. */
export async function anRsaCertificate(name: string): Promise<Pick<Made, 'chain' | 'key'>> {
  const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', publicExponent: new Uint8Array([1, 0, 1]), modulusLength: 2048 };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const own = await X509CertificateGenerator.createSelfSigned({
    name: `CN=${name}`,
    keys,
    signingAlgorithm: algorithm,
    notBefore: new Date(Date.now() - 86_400_000),
    notAfter: new Date(Date.now() + 90 * 86_400_000),
    extensions: [new SubjectAlternativeNameExtension([{ type: 'dns', value: name }])],
  });
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64');
  return { chain: own.toString('pem'), key: `-----BEGIN PRIVATE KEY-----\n${pkcs8}\n-----END PRIVATE KEY-----\n` };
}
