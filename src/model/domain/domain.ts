// A domain: a host name that leads to an app. The platform gives each app one; others are added, each to one app.
import { PlatformError } from '../errors.js';
import type { AcmStatus } from './acm.js';
import { isWildcard } from './hostname.js';

export interface Domain {
  id: string;
  appId: string;
  /** In lower case, as DNS has it; `*.example.com` is what stands below example.com and is nobody's by name. */
  hostname: string;
  /** The one of the app's that it uses. */
  certificate: { id: string; name: string } | null;
  /** How its automatic certificate is coming on; null while it is to have none. */
  acmStatus: AcmStatus | null;
  acmReason: string | null;
  createdAt: Date;
  updatedAt: Date;
}

/** Of one app, beside the one that it is given. */
export const MOST_DOMAINS = 1_000;

/** What the DNS entries of an app's domains point to: it stays as it is when the app is renamed, and no app can have such a name. */
export function dnsTarget(appId: string, domain: string): string {
  return `${appId.replaceAll('-', '')}.${domain}`.toLowerCase();
}

/** Throws `invalid_params` for names that are the platform's own: those below its domain, and a wildcard that would take them. */
export function checkNotPlatforms(hostname: string, domain: string): void {
  const own = domain.toLowerCase();
  const covers = isWildcard(hostname) && own.endsWith(hostname.slice(1));
  const bare = isWildcard(hostname) ? hostname.slice(2) : hostname;
  if (!covers && bare !== own && !bare.endsWith(`.${own}`)) return;
  throw new PlatformError(
    'invalid_params',
    covers
      ? `Domain ${hostname} would take names of this platform (${own}). Add each name that the app is to answer at.`
      : `Domain ${hostname} is reserved: names of ${own} are given by the platform, <app>.${own} to each app.`,
  );
}
