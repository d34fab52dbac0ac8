// Pages of an app's own in place of the router's, by two config vars (heroku-platform.md §7.5). A visitor's browser fetches them, in a
// frame of the router's answer, which keeps its status: the platform itself asks nobody.
import { parseUrl } from '../../lib/net/parse-url.js';
import type { ConfigVars } from '../config-vars.js';

/** URLs, as they may stand in a page once they are escaped. They are public. */
export interface OwnPages {
  errorPageUrl: string | null;
  maintenancePageUrl: string | null;
}

const MOST_CHARS = 2_000;
const KEYS = ['ERROR_PAGE_URL', 'MAINTENANCE_PAGE_URL'] as const;

/** Those that an app's config vars name; null where there is none, or none that can be shown. */
export function ownPagesOf(vars: ConfigVars): OwnPages {
  const [errorPageUrl, maintenancePageUrl] = KEYS.map((key) => valueOf(vars, key)).map((value) => readPageUrl(value).url);
  return { errorPageUrl: errorPageUrl ?? null, maintenancePageUrl: maintenancePageUrl ?? null };
}

/** What is wrong with those that can't be shown, a sentence each; never names a value. */
export function faultsOfPages(vars: Readonly<Record<string, string | null>>): string[] {
  return KEYS.flatMap((key) => {
    const { fault } = readPageUrl(valueOf(vars, key));
    return fault ? [`${key} ${fault}: the router goes on showing its own page`] : [];
  });
}

function valueOf(vars: Readonly<Record<string, string | null>>, key: string): string {
  return (Object.hasOwn(vars, key) && vars[key]?.trim()) || '';
}

/** `//host/path` takes the scheme that the visitor came by. */
function readPageUrl(value: string): { url: string | null; fault?: string } {
  if (value === '') return { url: null };
  if (value.length > MOST_CHARS) return { url: null, fault: `has more than ${MOST_CHARS} characters` };
  const hasScheme = /^https?:\/\//i.test(value);
  if (!hasScheme && !value.startsWith('//')) return { url: null, fault: 'must be a whole URL that begins with https:// or http://' };
  const whole = hasScheme ? value : `https:${value}`;
  if (!parseUrl(whole)) return { url: null, fault: 'is no URL' };
  const url = new URL(whole);
  if (url.username || url.password) return { url: null, fault: 'must not hold a password: every visitor can read it' };
  return { url: hasScheme ? url.href : url.href.slice('https:'.length) };
}
