// Gets certificates from the authority for the domains of apps that have them made by themselves, and replaces them in time.
import type { Context } from '../../actions/context.js';
import { log } from '../../lib/log.js';
import { generateAppName } from '../../model/app.js';
import { afterFailure, renewalOf } from '../../model/domain/acm.js';
import { readCertificate } from '../../model/domain/certificate.js';
import { isWildcard } from '../../model/domain/hostname.js';
import { platformLine } from '../../model/logs/log-line.js';
import { makeKey, orderCertificate, type AcmeAuthority, type Challenges } from '../../outbound/acme.js';
import {
  accountKey,
  keepIssued,
  noteFailure,
  publishChallenge,
  takeDue,
  withdrawChallenge,
  type DueDomain,
} from '../../store/domain/managed.js';

export interface Certifier {
  /** Orders what is due now. One pass at a time; asked for during one, another follows. */
  look(): Promise<void>;
}

/** Orders at once. */
const AT_ONCE = 3;
/** Whoever takes a domain has come to an end by then. */
const LEASE_MS = 15 * 60_000;
/** Routers have read a challenge by then; the authority may ask for it as soon as it is told. */
const ROUTERS_MS = 250;
const RATE_LIMIT = /rate.?limit|too many/i;
const WILDCARD =
  'An authority vouches for a wildcard by DNS only, which is not offered here: add a certificate of your own with certs:add.';

export function openCertifier(ctx: Context, authority: AcmeAuthority, now: () => number = Date.now): Certifier {
  let running: Promise<void> | null = null;
  let isWanted = false;

  async function pass(): Promise<void> {
    await Promise.all(Array.from({ length: AT_ONCE }, orderWhileDue));
  }

  async function orderWhileDue(): Promise<void> {
    for (;;) {
      const domain = await takeDue(ctx.store, new Date(now()), LEASE_MS);
      if (!domain) return;
      await certify(domain);
    }
  }

  async function certify(domain: DueDomain): Promise<void> {
    const { appId, hostname } = domain;
    try {
      if (isWildcard(hostname)) throw new Error(WILDCARD);
      const key = await accountKey(ctx.store, authority.directory, makeKey);
      const pair = await orderCertificate({ ...authority, accountKey: key }, hostname, challengesOf(appId));
      const facts = readCertificate(pair, now());
      const made = { ...facts, name: generateAppName(Math.random), renewAt: renewalOf(facts) };
      if (await keepIssued(ctx.store, domain, made)) {
        say(appId, `Certificate for ${hostname} issued, good until ${facts.expiresAt.toISOString()}`);
        await ctx.bus.publish('route-changed', { appId });
      }
    } catch (error) {
      await fail(domain, (error as Error).message);
    }
  }

  async function fail(domain: DueDomain, reason: string): Promise<void> {
    const { appId, hostname, failures } = domain;
    const next = isWildcard(hostname)
      ? { ...afterFailure(Infinity, now(), false), status: 'failed' as const }
      : afterFailure(failures + 1, now(), RATE_LIMIT.test(reason));
    await noteFailure(ctx.store, domain, { ...next, reason: reason.slice(0, 1_000) });
    log('certificate-not-issued', { app: appId, host: hostname, failures: failures + 1, error: reason });
    say(appId, `Certificate for ${hostname} not issued: ${reason} (again at ${next.nextAt.toISOString()}, or with certs:auto:refresh)`);
  }

  const say = (appId: string, text: string) => ctx.lines.write(appId, platformLine(Date.now(), 'router', text));

  const challengesOf = (appId: string): Challenges => ({
    async publish(token, keyAuthorization) {
      await publishChallenge(ctx.store, { token, appId, keyAuthorization });
      await ctx.bus.publish('route-changed', { appId });
      await new Promise((resolve) => setTimeout(resolve, ROUTERS_MS));
    },
    async withdraw(token) {
      await withdrawChallenge(ctx.store, token);
      await ctx.bus.publish('route-changed', { appId });
    },
  });

  async function look(): Promise<void> {
    isWanted = true;
    running ??= (async () => {
      while (isWanted) {
        isWanted = false;
        await pass();
      }
    })().finally(() => (running = null));
    return running;
  }

  return { look };
}
