// Loaded into Heroku's client before anything of its own: it looks up no host but the platform's. Some of its commands name Heroku's
// hosts outright, and would tell them our token.
import dns from 'node:dns';

const { PAAS_MAY_LOOK_UP: allowed = '', PAAS_NODE_OPTIONS: before = '' } = process.env;
const hosts = new Set(['localhost', '127.0.0.1', ...allowed.split(',').filter(Boolean)]);

// What it starts (`heroku local` the user's own app) is as free as ever.
delete process.env['PAAS_MAY_LOOK_UP'];
delete process.env['PAAS_NODE_OPTIONS'];
if (before === '') delete process.env['NODE_OPTIONS'];
else process.env['NODE_OPTIONS'] = before;

type Lookup = (hostname: string, ...rest: unknown[]) => unknown;

function refusalOf(hostname: string): Error | null {
  if (hosts.has(hostname.toLowerCase())) return null;
  // Without a code, so that the client doesn't try again.
  return new Error(`This command asks ${hostname}, a service of Heroku's own, which has nothing to say about this platform.`);
}

const lookUp = dns.lookup as unknown as Lookup;
const lookUpNow = dns.promises.lookup as unknown as Lookup;
Object.assign(dns, {
  lookup(hostname: string, ...rest: unknown[]) {
    const refusal = refusalOf(hostname);
    if (!refusal) return lookUp(hostname, ...rest);
    const answer = rest.at(-1) as (error: Error) => void;
    return setImmediate(answer, refusal);
  },
});
Object.assign(dns.promises, {
  async lookup(hostname: string, ...rest: unknown[]) {
    const refusal = refusalOf(hostname);
    if (refusal) throw refusal;
    return lookUpNow(hostname, ...rest);
  },
});
