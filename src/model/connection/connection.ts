// An app's connection to a branch of a repository at a git host: what it is deployed from, by hand or whenever it moves.
import type { GitLogin } from '../git/remote-url.js';

/** Hosts whose words differ; `other` is plain git. Forgejo speaks as Gitea does. */
export const HOST_KINDS = ['github', 'gitlab', 'gitea', 'bitbucket', 'other'] as const;
export type HostKind = (typeof HOST_KINDS)[number];

export interface GitConnection {
  id: string;
  appId: string;
  /** Who connected it: what it deploys is deployed as theirs, while they may. */
  userId: string;
  /** Without what opens it. */
  url: string;
  branch: string;
  host: HostKind;
  /** Where its REST API is; null where it has none that we speak. */
  apiUrl: string | null;
  /** Whether a new commit is built by itself. */
  auto: boolean;
  /** Whether it is built once the host's own checks have passed only. */
  waitForCi: boolean;
  /** The commit whose checks are waited for, and since when; null for none. */
  waitingFor: string | null;
  waitingSince: Date | null;
  hasLogin: boolean;
  /** The public half of the key that opens it by ssh; null for one that is reached otherwise. */
  deployKey: string | null;
  /** When its host has taken that key from us, and why it didn't. */
  keyAddedAt: Date | null;
  keyFailure: string | null;
  /** What its host is known by, as a known_hosts file: what it showed at first contact. */
  hostKeys: string | null;
  /** The branch's commit as it was seen last, and begun to be built where that is due. */
  tip: string | null;
  /** Why it can't be read or built, in a line that says what to do; null while it can. */
  failure: string | null;
  /** Why it doesn't take what becomes of builds; null while it does. */
  statusFailure: string | null;
  /** The same of deployments. */
  deploymentFailure: string | null;
  /** How many of its webhooks were refused, when the last was, and why. */
  refused: number;
  refusedAt: Date | null;
  refusal: string | null;
  /** How often in a row it couldn't be read, and how often there was nothing new. */
  failures: number;
  quietLooks: number;
  /** Since when somebody says that there is something new. */
  askedAt: Date | null;
  /** When its host told of something last. */
  heardAt: Date | null;
  lookedAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
}

const KNOWN_HOSTS: Readonly<Record<string, HostKind>> = {
  'github.com': 'github',
  'gitlab.com': 'gitlab',
  'bitbucket.org': 'bitbucket',
  'codeberg.org': 'gitea',
  'gitea.com': 'gitea',
};

/** What kind of host a repository is at, by its name. */
export function hostKindOf(url: string): HostKind {
  const { hostname } = new URL(url);
  return Object.hasOwn(KNOWN_HOSTS, hostname) ? KNOWN_HOSTS[hostname]! : 'other';
}

/** Where the REST API of a host is, as that kind has it. */
export function apiUrlOf(host: HostKind, url: string): string | null {
  const { protocol, host: place, hostname } = new URL(url);
  const origin = protocol === 'ssh:' ? `https://${hostname}` : `${protocol}//${place}`;
  if (host === 'github') return hostname === 'github.com' ? 'https://api.github.com' : `${origin}/api/v3`;
  if (host === 'gitlab') return `${origin}/api/v4`;
  return host === 'gitea' ? `${origin}/api/v1` : null;
}

/** A token as hosts take it from git: a password, whose name tells Bitbucket only that it is one. */
export function loginOfToken(host: HostKind, token: string): GitLogin {
  return { name: host === 'bitbucket' ? 'x-token-auth' : 'x-access-token', password: token };
}
