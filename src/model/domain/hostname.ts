// Host names as DNS and certificates have them, from what people type.
import { domainToASCII } from 'node:url';
import { PlatformError } from '../errors.js';

const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
/** What `domainToASCII` would read as something else: a port, a path, an escape. */
const NO_HOST = /[\s\p{Cc}%:/?#@[\]\\|<>^*"'`{}]/u;
const MOST_CHARS = 253;

/** A name in lower case, in punycode where it needs it, without a dot at its end. Throws `invalid_params` for what can't be one. */
export function readHostname(text: string): string {
  const typed = text.replace(/\.$/, '');
  const [star, rest] = typed.startsWith('*.') ? ['*.', typed.slice(2)] : ['', typed];
  const name = rest.length > MOST_CHARS || NO_HOST.test(rest) ? '' : domainToASCII(rest);
  const hostname = `${star}${name}`;
  if (!isHostname(name) || hostname.length > MOST_CHARS) throw invalid(text);
  return hostname;
}

/** The same where it can be one, else the text as it came: to look something up by. */
export function asHostname(text: string): string {
  try {
    return readHostname(text);
  } catch {
    return text;
  }
}

export function isWildcard(hostname: string): boolean {
  return hostname.startsWith('*.');
}

/** Whether DNS lets it have no CNAME: what is registered has other entries beside. Two labels are taken for that. */
export function isApex(hostname: string): boolean {
  return !isWildcard(hostname) && hostname.split('.').length === 2;
}

/** The wildcards that stand for a name, the nearest first: `*.b.example.com`, `*.example.com`. Never `*.com`. */
export function wildcardsOf(hostname: string): string[] {
  const labels = hostname.split('.');
  return labels.slice(1, -1).map((_, at) => `*.${labels.slice(at + 1).join('.')}`);
}

function isHostname(name: string): boolean {
  const labels = name.split('.');
  return labels.length > 1 && labels.every((label) => LABEL.test(label)) && !/^\d+$/.test(labels.at(-1)!);
}

function invalid(text: string): PlatformError {
  const shown = JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
  return new PlatformError(
    'invalid_params',
    `Domain ${shown} is invalid: hostname must be a name such as www.example.com or *.example.com.`,
  );
}
