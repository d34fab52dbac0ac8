// Certificates from an authority that speaks ACME (RFC 8555).
import { generateKeyPairSync } from 'node:crypto';
import { Agent } from 'node:https';
import { rootCertificates } from 'node:tls';
import type { ChallengeKind } from '../model/domain/acm.js';
import type { Pair } from '../model/domain/certificate.js';

export interface AcmeAuthority {
  /** The URL of its directory. */
  directory: string;
  /** Whom it writes to; giving one agrees to its terms. */
  email: string;
  /** Who vouches for its own host, in PEM, besides those that node trusts. */
  ca?: string | undefined;
  /** How it is to ask first; `http-01` where absent. */
  challenge?: ChallengeKind | undefined;
  /** The program that changes DNS (outbound/dns-hook.ts). */
  dnsHook?: string | undefined;
  /** Servers of DNS that are asked before it is; the system's where there are none. */
  resolvers?: string[] | undefined;
}

/** What it asks for: at `/.well-known/acme-challenge/<token>` of the host, by the pair that TLS shows, or as a TXT record. */
export interface Challenge {
  kind: ChallengeKind;
  /** Without `*.` where it is a wildcard's. */
  hostname: string;
  token: string;
  /** The text at the path, or of the record. */
  answer: string;
  pair: Pair | null;
}

export interface Challenges {
  publish(challenge: Challenge): Promise<void>;
  withdraw(challenge: Challenge): Promise<void>;
}

/** Between two looks at an order; the authority's own Retry-After comes first. */
const LOOK_MS = { backoffAttempts: 12, backoffMin: 500, backoffMax: 15_000 };

/** A key for an account, or for a certificate: ECDSA on P-256, in PEM. */
export function makeKey(): string {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/** Orders a certificate for one host name. Throws with the authority's own words, or those of `challenges`. */
export async function orderCertificate(
  authority: AcmeAuthority & { accountKey: string },
  { hostname, kind }: { hostname: string; kind: ChallengeKind },
  challenges: Challenges,
): Promise<Pair> {
  const acme = await import('acme-client');
  const { directory, email, ca, accountKey } = authority;
  if (ca) acme.axios.defaults.httpsAgent = new Agent({ ca: [...rootCertificates, ca] });
  acme.axios.defaults.timeout = 30_000;
  const client = new acme.Client({ directoryUrl: directory, accountKey, ...LOOK_MS });
  const [key, csr] = await acme.crypto.createCsr({ altNames: [hostname] }, makeKey());
  let published: Challenge | null = null;
  const chain = await client.auto({
    csr,
    email,
    termsOfServiceAgreed: true,
    skipChallengeVerification: true,
    challengePriority: [kind],
    async challengeCreateFn(authorization, { type, token }: { type: string; token: string }, answer) {
      if (type !== kind) throw new Error(`The authority offers ${type} only, not ${kind}.`);
      const pair = kind === 'tls-alpn-01' ? pairOf(await acme.crypto.createAlpnCertificate(authorization, answer, makeKey())) : null;
      published = { kind, hostname: authorization.identifier.value, token, answer, pair };
      await challenges.publish(published);
    },
    challengeRemoveFn: async () => (published ? challenges.withdraw(published) : undefined),
  });
  return { chain, key: key.toString() };
}

function pairOf([key, chain]: [Buffer, Buffer | string]): Pair {
  return { chain: chain.toString(), key: key.toString() };
}
