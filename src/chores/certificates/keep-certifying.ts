import type { Context } from '../../actions/context.js';
import type { AcmeAuthority } from '../../outbound/acme.js';
import { openCertifier } from './certify.js';

const EVERY_MS = 60_000;
/** A domain or an app's wish for certificates is told as a change of its route; many changes are one look. */
const AFTER_CHANGE_MS = 500;

type Attempt = (chore: string, work: () => Promise<unknown>) => () => void;

/** Orders certificates as they become due; returns the function that ends that. */
export function keepCertifying(ctx: Context, authority: AcmeAuthority, domain: string, attempt: Attempt): () => void {
  const { look } = openCertifier(ctx, authority, domain);
  const lookNow = attempt('certify', look);
  let soon: NodeJS.Timeout | undefined;
  let isStopped = false;
  attempt('certify', () =>
    ctx.bus.subscribe('route-changed', () => {
      if (isStopped || soon) return;
      soon = setTimeout(() => {
        soon = undefined;
        lookNow();
      }, AFTER_CHANGE_MS);
    }),
  )();
  const timer = setInterval(lookNow, EVERY_MS);
  lookNow();
  return () => {
    isStopped = true;
    clearInterval(timer);
    clearTimeout(soon);
  };
}
