// A log drain: a URL that receives an app's log, line by line (devcenter.heroku.com/articles/log-drains).
import { parseUrl } from '../../lib/net/parse-url.js';
import { PlatformError } from '../errors.js';

export interface LogDrain {
  id: string;
  appId: string;
  /** The add-on that it belongs to; null of one that people added. */
  addonId: string | null;
  /** `d.<uuid>`: how a receiver knows it, for as long as it is there. */
  token: string;
  /** As it was given, with whatever password it holds. */
  url: string;
  createdAt: Date;
  updatedAt: Date;
}

/** That people may add to one app. */
export const MOST_DRAINS = 5;

const PORTS = { 'syslog:': 514, 'syslog+tls:': 6514, 'http:': 80, 'https:': 443 } as const;
type Scheme = keyof typeof PORTS;

export interface DrainTarget {
  kind: 'http' | 'syslog';
  isTls: boolean;
  /** In lower case and punycode; an address as it is usually written, one of IPv6 in brackets. */
  host: string;
  port: number;
}

/** Reads a URL. Throws `invalid_params` for one that no log can be sent to. */
export function readDrainUrl(text: string): DrainTarget {
  const url = parseUrl(text);
  if (!url || !isScheme(url.protocol) || /[\s\p{Cc}]/u.test(text))
    throw refusal(
      'must be a URL that begins with https://, http://, syslog+tls:// or syslog://, such as syslog+tls://logs.example.com:6514',
    );
  // Only of some schemes is a host read as one.
  const asHttp = text.replace(/^[^:]+/, 'http');
  const host = parseUrl(asHttp) ? new URL(asHttp).hostname : '';
  if (host === '' || url.port === '0') throw refusal('must name a host, and its port if it is another than the usual');
  const isSyslog = url.protocol.startsWith('syslog');
  if (isSyslog && (url.username !== '' || url.password !== '' || !['', '/'].includes(url.pathname) || url.search !== '' || url.hash !== ''))
    throw refusal('of syslog is a host and a port, and nothing else: syslog+tls://logs.example.com:6514');
  return {
    kind: isSyslog ? 'syslog' : 'http',
    isTls: url.protocol === 'https:' || url.protocol === 'syslog+tls:',
    host,
    port: Number(url.port || PORTS[url.protocol]),
  };
}

/** What may be said of a URL where no secret may be: no name or password, no path or query that could hold a token. */
export function originOf(text: string): string {
  const url = new URL(text);
  return `${url.protocol}//${url.host}`;
}

function isScheme(protocol: string): protocol is Scheme {
  return Object.hasOwn(PORTS, protocol);
}

function refusal(what: string): PlatformError {
  return new PlatformError('invalid_params', `url: ${what}`);
}
