// Gets certificates from the authority for the domains of apps that have them made by themselves, and replaces them in time.
import type { Context } from '../../actions/context.js';
import { log } from '../../lib/log.js';
import { generateAppName } from '../../model/app.js';
import { afterFailure, challengeFor, NO_DNS_MS, renewalOf } from '../../model/domain/acm.js';
import { readCertificate } from '../../model/domain/certificate.js';
import { dnsTarget } from '../../model/domain/domain.js';
import { isApex, isWildcard } from '../../model/domain/hostname.js';
import { platformLine } from '../../model/logs/log-line.js';
import { makeKey, orderCertificate, type AcmeAuthority, type Challenge, type Challenges } from '../../outbound/acme.js';
import { runDnsHook } from '../../outbound/dns-hook.js';
import { hasAddress } from '../../outbound/has-address.js';
import {
  accountKey,
  keepIssued,
  leftInDns,
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
  'An authority vouches for a wildcard by DNS only, which is not offered here (the operator sets SLIPWAY_ACME_DNS_HOOK for that): ' +
  'add a certificate of your own with certs:add.';
const NO_HOOK = 'The operator wants it by DNS, but has set no SLIPWAY_ACME_DNS_HOOK: add a certificate of your own with certs:add.';

/** `domain` is the platform's, in which the names are that domains of apps point to. */
export function openCertifier(ctx: Context, authority: AcmeAuthority, domain: string, now: () => number = Date.now): Certifier {
  let running: Promise<void> | null = null;
  let isWanted = false;

  async function pass(): Promise<void> {
    await Promise.all([...Array.from({ length: AT_ONCE }, orderWhileDue), clearDns()]);
  }

  async function orderWhileDue(): Promise<void> {
    for (;;) {
      const due = await takeDue(ctx.store, new Date(now()), LEASE_MS);
      if (!due) return;
      await certify(due);
    }
  }

  async function certify(due: DueDomain): Promise<void> {
    const { appId, hostname } = due;
    try {
      const { challenge: first = 'http-01', dnsHook, resolvers } = authority;
      const kind = challengeFor(hostname, first, dnsHook !== undefined, due.failures);
      if (kind === null) return await giveUp(due, isWildcard(hostname) ? WILDCARD : NO_HOOK);
      if (kind !== 'dns-01' && (await hasAddress(hostname, resolvers)) === false) return await waitForDns(due);
      const key = await accountKey(ctx.store, authority.directory, makeKey);
      const pair = await orderCertificate({ ...authority, accountKey: key }, { hostname, kind }, challengesOf(appId));
      const facts = readCertificate(pair, now());
      const made = { ...facts, name: generateAppName(Math.random), renewAt: renewalOf(facts) };
      if (await keepIssued(ctx.store, due, made)) {
        say(appId, `Certificate for ${hostname} issued, good until ${facts.expiresAt.toISOString()}`);
        await ctx.bus.publish('route-changed', { appId });
      }
    } catch (error) {
      await fail(due, (error as Error).message);
    }
  }

  async function fail(due: DueDomain, reason: string): Promise<void> {
    await note(due, { ...afterFailure(due.failures + 1, now(), RATE_LIMIT.test(reason)), reason });
    log('certificate-not-issued', { app: due.appId, host: due.hostname, failures: due.failures + 1, error: reason });
  }

  /** What can't be done here is looked at again once a day. */
  function giveUp(due: DueDomain, reason: string): Promise<void> {
    return note(due, { ...afterFailure(Infinity, now(), false), status: 'failed', reason });
  }

  function waitForDns(due: DueDomain): Promise<void> {
    const { hostname, appId } = due;
    const target = dnsTarget(appId, domain);
    const record = isApex(hostname) ? `an ALIAS (or ANAME) to ${target}, or an A with this server's address` : `a CNAME to ${target}`;
    const reason = `${hostname} has no address in DNS: add ${record}`;
    return note(due, { status: 'failing', nextAt: new Date(now() + NO_DNS_MS), reason, isOurs: true });
  }

  /** Says it in the app's log, unless that was said before and nobody has been asked since. */
  async function note(due: DueDomain, told: Parameters<typeof noteFailure>[2]): Promise<void> {
    const reason = told.reason.slice(0, 1_000);
    await noteFailure(ctx.store, due, { ...told, reason });
    if (told.isOurs && reason === due.reason) return;
    const when = `again at ${told.nextAt.toISOString()}, or with certs:auto:refresh`;
    say(due.appId, `Certificate for ${due.hostname} not issued: ${reason} (${when})`);
  }

  const say = (appId: string, text: string) => ctx.lines.write(appId, platformLine(Date.now(), 'router', text));

  const challengesOf = (appId: string): Challenges => ({
    async publish(challenge) {
      const { token, hostname, answer: keyAuthorization, pair } = challenge;
      const dnsName = dnsNameOf(challenge);
      await publishChallenge(ctx.store, { token, appId, keyAuthorization, hostname, pair, dnsName });
      if (dnsName !== null) return runDnsHook(authority.dnsHook!, 'add', dnsName, keyAuthorization);
      await ctx.bus.publish('route-changed', { appId });
      await new Promise((resolve) => setTimeout(resolve, ROUTERS_MS));
    },
    async withdraw(challenge) {
      const dnsName = dnsNameOf(challenge);
      if (dnsName !== null) return void (await clearEntry({ token: challenge.token, dnsName, value: challenge.answer }));
      await withdrawChallenge(ctx.store, challenge.token);
      await ctx.bus.publish('route-changed', { appId });
    },
  });

  /** What whoever ordered before has left. */
  async function clearDns(): Promise<void> {
    if (authority.dnsHook === undefined) return;
    for (const entry of await leftInDns(ctx.store, LEASE_MS)) if (!(await clearEntry(entry))) return;
  }

  /** What can't be removed is told to the operator, and tried again with later passes, for a day. */
  async function clearEntry({ token, dnsName, value }: { token: string; dnsName: string; value: string }): Promise<boolean> {
    try {
      await runDnsHook(authority.dnsHook!, 'remove', dnsName, value);
    } catch (error) {
      log('dns-entry-left', { name: dnsName, error: (error as Error).message });
      return false;
    }
    await withdrawChallenge(ctx.store, token);
    return true;
  }

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

function dnsNameOf({ kind, hostname }: Challenge): string | null {
  return kind === 'dns-01' ? `_acme-challenge.${hostname}` : null;
}
