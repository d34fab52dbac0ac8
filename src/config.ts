// Every setting is an environment variable, checked once at start, all problems told in one message.
// Imported by main.ts files only; everything below them is given values.
import { isIP } from 'node:net';
import { homedir, hostname, totalmem } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { parseUrl } from './lib/net/parse-url.js';
import { CHALLENGES } from './model/domain/acm.js';
import { parseNetwork } from './model/domain/network.js';
import { CONTAINER_STACK } from './model/build/container.js';
import { STACKS, type ImagesByStack } from './model/build/stack.js';

const port = wholeNumber(0, 65_535);
const portOrOff = z
  .string()
  .refine((text) => text === 'off' || port.safeParse(text).success, 'must be a whole number from 0 to 65535, or off')
  .transform((text) => (text === 'off' ? null : Number(text)));
const count = wholeNumber(1, 1_000_000_000);
const quota = wholeNumber(0, 1_000_000_000).default(0);
const stackNames: readonly string[] = STACKS.map((stack) => stack.name);
const stacks = z
  .string()
  .transform((text) => [...new Set(text.split(',').map((name) => name.trim()))])
  .pipe(
    z
      .array(z.enum(stackNames, `must be some of ${stackNames.join(', ')}, with commas between them`))
      .refine(([first]) => first !== CONTAINER_STACK, `must begin with a stack other than ${CONTAINER_STACK}`),
  );
const services = z.object({ postgresql: z.string(), redis: z.string() }).partial();
const imagesOfOne = z.object({ run: z.string(), build: z.string(), services: services.optional() });
const images = z.record(z.string(), imagesOfOne, 'must be the images of each stack, as JSON');

const schema = z
  .object({
    SLIPWAY_HOME: z.string().startsWith('/', 'must be an absolute path').default(defaultHome()),
    SLIPWAY_HOME_ID: z.string().min(1).default('unset'),
    SLIPWAY_NODE: z.string().min(1).default(hostname()),
    SLIPWAY_BIND: z.string().min(1).default('127.0.0.1'),
    SLIPWAY_DOMAIN: z.string().min(1).default('localhost'),
    SLIPWAY_API_PORT: port.default(8000),
    SLIPWAY_ROUTER_PORT: port.default(8080),
    SLIPWAY_ROUTER_TLS_PORT: port.default(8443),
    SLIPWAY_TRUSTED_PROXIES: z
      .string()
      .transform((text) => text.split(',').flatMap((entry) => entry.trim() || []))
      .refine(
        (networks) => networks.every((network) => parseNetwork(network)),
        'must be addresses or networks, such as 10.0.0.0/8, with commas between them',
      )
      .default([]),
    SLIPWAY_PROXY_PROTOCOL: z.enum(['yes', 'no'], 'must be yes or no').default('no'),
    SLIPWAY_ROUTER_FDS: z
      .string()
      .regex(/^\d+(,\d+)?$/, 'must be one or two descriptors')
      .optional(),
    SLIPWAY_RENDEZVOUS_PORT: port.default(8001),
    SLIPWAY_DATA_PORT: portOrOff.default(8432),
    SLIPWAY_INTERNAL_URL: z.url('must be a URL').default('http://127.0.0.1:8000'),
    SLIPWAY_PUBLIC_URL: z
      .url({ protocol: /^https?$/, error: 'must be a URL that begins with https:// or http://' })
      .refine((url) => !parseUrl(url) || new URL(url).pathname === '/', 'must be a host without a path')
      .transform((url) => new URL(url).origin)
      .optional(),
    SLIPWAY_BACKUPS: z.string().startsWith('/', 'must be an absolute path').optional(),
    SLIPWAY_BUILD_CONCURRENCY: count.default(2),
    SLIPWAY_BUILD_TIMEOUT: count.default(900),
    SLIPWAY_BUILD_MEMORY: count.default(2048),
    SLIPWAY_BUILD_DISK: count.default(4096),
    SLIPWAY_BUILD_PROCESSES: count.default(2048),
    SLIPWAY_BUILD_CACHE: count.default(2048),
    SLIPWAY_BUILD_OUTPUT: count.default(8),
    SLIPWAY_FETCH_ALLOW: z.string().default(''),
    SLIPWAY_SLUG_LIMIT: count.default(500),
    SLIPWAY_UPLOAD_LIMIT: count.default(2048),
    SLIPWAY_REDIS_MEMORY: wholeNumber(16, 1_000_000_000).default(redisMemoryMb(totalmem())),
    SLIPWAY_QUOTA_APPS: quota,
    SLIPWAY_QUOTA_DYNOS: quota,
    SLIPWAY_QUOTA_BUILDS: quota,
    SLIPWAY_QUOTA_SLUGS_MB: quota,
    SLIPWAY_ADMIN_EMAIL: z
      .string()
      .regex(/^\S+@\S+$/, 'must be an e-mail address')
      .optional(),
    SLIPWAY_ACME_EMAIL: z
      .string()
      .regex(/^\S+@\S+$/, 'must be an e-mail address')
      .optional(),
    SLIPWAY_ACME_DIRECTORY: z.url('must be a URL').default('https://acme-v02.api.letsencrypt.org/directory'),
    SLIPWAY_ACME_CA: z.string().startsWith('/', 'must be an absolute path').optional(),
    SLIPWAY_ACME_CHALLENGE: z.enum(CHALLENGES, `must be ${CHALLENGES.join(', ')}`).default('http-01'),
    SLIPWAY_ACME_DNS_HOOK: z.string().startsWith('/', 'must be an absolute path').optional(),
    SLIPWAY_ACME_RESOLVERS: z
      .string()
      .transform((text) => text.split(',').flatMap((entry) => entry.trim() || []))
      .refine((servers) => servers.every(isServer), 'must be addresses, such as 1.1.1.1 or [::1]:5353, with commas between them')
      .default([]),
    SLIPWAY_BOOT_TIMEOUT: count.default(60),
    SLIPWAY_DYNO_MEMORY: count.default(dynoMemoryMb(totalmem())),
    SLIPWAY_IDLE_AFTER: count.default(1_800),
    SLIPWAY_DEFAULT_SIZE: z.string().optional(),
    SLIPWAY_CYCLE_AFTER: wholeNumber(0, 1_000_000).default(86_400),
    SLIPWAY_SPARE_NETWORKS: wholeNumber(0, 100).default(2),
    SLIPWAY_SPARE_DYNOS: wholeNumber(0, 100).default(2),
    SLIPWAY_INSTALL: z.enum(['yes', 'no'], 'must be yes or no').default('yes'),
    SLIPWAY_STACK_IMAGE: z.string().default(''),
    SLIPWAY_STACKS: stacks.default(['slipway-12', 'slipway-13', 'container']),
    SLIPWAY_IMAGES: z.string().transform(parseJson).pipe(images).default({}),
    DATABASE_URL: z.string().default(''),
    REDIS_URL: z.string().default(''),
    DOCKER_HOST: z.string().default(''),
  })
  .refine((e) => e.SLIPWAY_PROXY_PROTOCOL === 'no' || e.SLIPWAY_TRUSTED_PROXIES.length > 0, {
    path: ['SLIPWAY_PROXY_PROTOCOL'],
    message: 'needs SLIPWAY_TRUSTED_PROXIES: nobody else is believed',
  })
  .refine((e) => e.SLIPWAY_ACME_CHALLENGE !== 'dns-01' || e.SLIPWAY_ACME_DNS_HOOK !== undefined, {
    path: ['SLIPWAY_ACME_CHALLENGE'],
    message: 'needs SLIPWAY_ACME_DNS_HOOK, the program that changes DNS',
  });

export type Config = ReturnType<typeof readConfig>;

/** Reads and checks the environment. Throws one Error that lists every problem with its remedy. */
export function readConfig(env: Record<string, string | undefined> = process.env) {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = schema.safeParse(given);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `  ${String(issue.path[0])}: ${issue.message}`);
    throw new Error(`These settings can't be used; correct or unset them:\n${[...new Set(problems)].join('\n')}`);
  }
  const e = parsed.data;
  return {
    home: e.SLIPWAY_HOME,
    /** Whether that is where `paas login --admin` looks by itself. */
    isDefaultHome: e.SLIPWAY_HOME === defaultHome(),
    homeId: e.SLIPWAY_HOME_ID,
    node: e.SLIPWAY_NODE,
    bind: e.SLIPWAY_BIND,
    domain: e.SLIPWAY_DOMAIN,
    apiPort: e.SLIPWAY_API_PORT,
    routerPort: e.SLIPWAY_ROUTER_PORT,
    routerTlsPort: e.SLIPWAY_ROUTER_TLS_PORT,
    /** Sockets that listen already, handed over by the router before: the plain one, and the one for TLS. */
    routerFds: (e.SLIPWAY_ROUTER_FDS?.split(',') ?? []).map(Number),
    /** Networks of the proxies in front of the router, and whether they speak the PROXY protocol. */
    trustedProxies: e.SLIPWAY_TRUSTED_PROXIES,
    proxyProtocol: e.SLIPWAY_PROXY_PROTOCOL === 'yes',
    rendezvousPort: e.SLIPWAY_RENDEZVOUS_PORT,
    /** By which add-ons of ours are reached from outside; null where they aren't. */
    dataPort: e.SLIPWAY_DATA_PORT,
    internalUrl: e.SLIPWAY_INTERNAL_URL,
    /** By which people, clients and providers of add-ons reach the API, where a proxy in front makes it another than they ask for. */
    publicUrl: e.SLIPWAY_PUBLIC_URL ?? null,
    buildConcurrency: e.SLIPWAY_BUILD_CONCURRENCY,
    buildTimeoutS: e.SLIPWAY_BUILD_TIMEOUT,
    buildMemoryMb: e.SLIPWAY_BUILD_MEMORY,
    buildDiskMb: e.SLIPWAY_BUILD_DISK,
    buildProcesses: e.SLIPWAY_BUILD_PROCESSES,
    buildCacheMb: e.SLIPWAY_BUILD_CACHE,
    buildOutputMb: e.SLIPWAY_BUILD_OUTPUT,
    fetchAllow: e.SLIPWAY_FETCH_ALLOW.split(',')
      .map((entry) => entry.trim())
      .filter((entry) => entry !== ''),
    slugLimitMb: e.SLIPWAY_SLUG_LIMIT,
    uploadLimitMb: e.SLIPWAY_UPLOAD_LIMIT,
    /** The ceiling of the embedded Redis. */
    redisMemoryMb: e.SLIPWAY_REDIS_MEMORY,
    /** What one user may have; 0 is no limit. */
    quotas: { apps: e.SLIPWAY_QUOTA_APPS, dynos: e.SLIPWAY_QUOTA_DYNOS, builds: e.SLIPWAY_QUOTA_BUILDS, slugsMb: e.SLIPWAY_QUOTA_SLUGS_MB },
    adminEmail: e.SLIPWAY_ADMIN_EMAIL ?? `admin@${e.SLIPWAY_DOMAIN}`,
    /** The authority that certificates are ordered from; null where none is. */
    acme: e.SLIPWAY_ACME_EMAIL
      ? {
          directory: e.SLIPWAY_ACME_DIRECTORY,
          email: e.SLIPWAY_ACME_EMAIL,
          caFile: e.SLIPWAY_ACME_CA,
          challenge: e.SLIPWAY_ACME_CHALLENGE,
          dnsHook: e.SLIPWAY_ACME_DNS_HOOK,
          resolvers: e.SLIPWAY_ACME_RESOLVERS,
        }
      : null,
    bootTimeoutS: e.SLIPWAY_BOOT_TIMEOUT,
    /** What the dynos of this machine may have together, by their sizes. */
    dynoMemoryMb: e.SLIPWAY_DYNO_MEMORY,
    idleAfterMs: e.SLIPWAY_IDLE_AFTER * 1000,
    /** That of new apps' dynos, by name; readSizes knows whether there is one. */
    defaultSize: e.SLIPWAY_DEFAULT_SIZE,
    /** How long a dyno runs before another takes its place; 0 lets them run on. */
    cycleAfterS: e.SLIPWAY_CYCLE_AFTER,
    spareNetworks: e.SLIPWAY_SPARE_NETWORKS,
    spareDynosMost: e.SLIPWAY_SPARE_DYNOS,
    mayInstall: e.SLIPWAY_INSTALL === 'yes',
    stackImage: e.SLIPWAY_STACK_IMAGE,
    /** Names of the stacks that are offered; the first is that of new apps. */
    stacks: e.SLIPWAY_STACKS,
    images: e.SLIPWAY_IMAGES satisfies ImagesByStack as ImagesByStack,
    databaseUrl: e.DATABASE_URL,
    redisUrl: e.REDIS_URL,
    dockerHost: e.DOCKER_HOST,
    keyFile: join(e.SLIPWAY_HOME, 'secret.key'),
    adminTokenFile: join(e.SLIPWAY_HOME, 'admin.token'),
    reposDir: join(e.SLIPWAY_HOME, 'repos'),
    /** Each home has a folder of its own in a place that is given. */
    backupsDir: e.SLIPWAY_BACKUPS ? join(e.SLIPWAY_BACKUPS, e.SLIPWAY_HOME_ID) : join(e.SLIPWAY_HOME, 'backups'),
    blobsDir: join(e.SLIPWAY_HOME, 'blobs'),
    runDir: join(e.SLIPWAY_HOME, 'run'),
  };
}

/** A server of DNS: an address, with a port or without. */
function isServer(text: string): boolean {
  const host = /^\[(.+)\](?::\d{1,5})?$/.exec(text)?.[1] ?? /^([^:]+):\d{1,5}$/.exec(text)?.[1] ?? text;
  return isIP(host) !== 0;
}

/** A setting that counts: digits and nothing else, with its bounds told where it is none. */
function wholeNumber(least: number, most: number) {
  return z.string().transform((text, context) => {
    const number = /^\d{1,12}$/.test(text) ? Number(text) : NaN;
    if (number >= least && number <= most) return number;
    const bounds = most === 1_000_000_000 ? `of ${least} or more` : `from ${least} to ${most}`;
    context.addIssue({ code: 'custom', message: `must be a whole number ${bounds}, not ${JSON.stringify(text)}` });
    return z.NEVER;
  });
}

/** Undefined, which is refused by name, where it is no JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A sixteenth of the machine's memory, as far as that is sensible: an app's log takes a few MB, 15 at most. */
function redisMemoryMb(bytes: number): number {
  return Math.min(1024, Math.max(128, Math.floor(bytes / 16 / 1024 / 1024)));
}

/** The machine's memory but for a reserve: an eighth, 512 MB at least. */
function dynoMemoryMb(bytes: number): number {
  const mb = Math.floor(bytes / 1024 / 1024);
  return Math.max(512, mb - Math.max(512, Math.floor(mb / 8)));
}

function defaultHome(): string {
  return process.getuid?.() === 0 ? '/var/lib/slipway' : join(homedir(), '.local/share/slipway');
}
