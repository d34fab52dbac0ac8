// Makes certificates: of an authority, and of a server that it vouches for.
import { webcrypto } from 'node:crypto';
import { isIP } from 'node:net';

const DAY_MS = 86_400_000;
const CA_DAYS = 3650;
const SERVER_DAYS = 397;
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

/** Loads the library (heavy, and seldom needed) and returns what makes a pair of certificate and key, in PEM. */
export async function openCertificateMaker() {
  await import('reflect-metadata');
  const x509 = await import('@peculiar/x509');
  const generate = () => webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const exported = async (key: webcrypto.CryptoKey) =>
    x509.PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY');
  const validity = (now: number, days: number) => ({ notBefore: new Date(now - DAY_MS), notAfter: new Date(now + days * DAY_MS) });
  return {
    async authority(now: number) {
      const keys = await generate();
      const certificate = await x509.X509CertificateGenerator.createSelfSigned({
        name: 'CN=Slipway private CA',
        keys,
        signingAlgorithm: ALGORITHM,
        ...validity(now, CA_DAYS),
        extensions: [
          new x509.BasicConstraintsExtension(true, 0, true),
          new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
          await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
        ],
      });
      return { certificate: certificate.toString('pem'), key: await exported(keys.privateKey) };
    },
    async server(o: { ca: string; caKey: string; names: string[]; now: number }) {
      const keys = await generate();
      const ca = new x509.X509Certificate(o.ca);
      const signingKey = await webcrypto.subtle.importKey('pkcs8', x509.PemConverter.decodeFirst(o.caKey), ALGORITHM, false, ['sign']);
      const certificate = await x509.X509CertificateGenerator.create({
        subject: 'CN=Slipway',
        issuer: ca.subject,
        publicKey: keys.publicKey,
        signingKey,
        signingAlgorithm: ALGORITHM,
        ...validity(o.now, SERVER_DAYS),
        extensions: [
          new x509.BasicConstraintsExtension(false),
          new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
          new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
          new x509.SubjectAlternativeNameExtension(o.names.map((value) => ({ type: isIP(value) ? 'ip' : 'dns', value }))),
          await x509.AuthorityKeyIdentifierExtension.create(ca),
          await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
        ],
      });
      return { certificate: certificate.toString('pem'), key: await exported(keys.privateKey) };
    },
  };
}
