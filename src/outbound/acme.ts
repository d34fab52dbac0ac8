// Certificates from an authority that speaks ACME (RFC 8555).
import { generateKeyPairSync } from 'node:crypto';
import { Agent } from 'node:https';
import { rootCertificates } from 'node:tls';
import type { Pair } from '../model/domain/certificate.js';

export interface AcmeAuthority {
  /** The URL of its directory. */
  directory: string;
  /** Whom it writes to; giving one agrees to its terms. */
  email: string;
  /** Who vouches for its own host, in PEM, besides those that node trusts. */
  ca?: string | undefined;
}

/** What the authority asks for at `/.well-known/acme-challenge/<token>` of the host. */
export interface Challenges {
  publish(token: string, keyAuthorization: string): Promise<void>;
  withdraw(token: string): Promise<void>;
}

/** Between two looks at an order; the authority's own Retry-After comes first. */
const LOOK_MS = { backoffAttempts: 12, backoffMin: 500, backoffMax: 15_000 };

/** A key for an account, or for a certificate: ECDSA on P-256, in PEM. */
export function makeKey(): string {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/** Orders a certificate for one host name. Throws with the authority's own words. */
export async function orderCertificate(
  authority: AcmeAuthority & { accountKey: string },
  hostname: string,
  challenges: Challenges,
): Promise<Pair> {
  const acme = await import('acme-client');
  const { directory, email, ca, accountKey } = authority;
  if (ca) acme.axios.defaults.httpsAgent = new Agent({ ca: [...rootCertificates, ca] });
  acme.axios.defaults.timeout = 30_000;
  const client = new acme.Client({ directoryUrl: directory, accountKey, ...LOOK_MS });
  const [key, csr] = await acme.crypto.createCsr({ altNames: [hostname] }, makeKey());
  const chain = await client.auto({
    csr,
    email,
    termsOfServiceAgreed: true,
    skipChallengeVerification: true,
    challengePriority: ['http-01'],
    async challengeCreateFn(_authorization, { type, token }, keyAuthorization) {
      if (type !== 'http-01') throw new Error(`The authority offers ${type} only, not http-01.`);
      await challenges.publish(token, keyAuthorization);
    },
    challengeRemoveFn: (_authorization, { token }) => challenges.withdraw(token),
  });
  return { chain, key: key.toString() };
}
