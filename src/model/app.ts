// An app: the program a user deploys; it owns everything below it.
import { PlatformError } from './errors.js';

export interface App {
  id: string;
  name: string;
  ownerId: string;
  stack: string;
  buildStack: string;
  maintenance: boolean;
  /** Whether certificates are made for its domains. */
  acm: boolean;
  /** Whether of its team only admins, and whoever has been let in, may see it. */
  locked: boolean;
  buildpackProvidedDescription: string | null;
  repoSize: number | null;
  slugSize: number | null;
  releasedAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
}

const NAME = /^[a-z][a-z0-9-]{1,28}[a-z0-9]$/;
const RESERVED = new Set(['api', 'git', 'www', 'admin', 'dashboard', 'registry', 'localhost']);
const ADJECTIVES = [
  'amber',
  'brave',
  'calm',
  'dapper',
  'early',
  'fierce',
  'gentle',
  'hidden',
  'icy',
  'jolly',
  'keen',
  'lively',
  'mellow',
  'noble',
  'polar',
  'quiet',
  'rapid',
  'salty',
  'tidal',
  'vivid',
  'warm',
  'young',
];
const NOUNS = [
  'anchor',
  'bay',
  'beacon',
  'brook',
  'canyon',
  'cliff',
  'coast',
  'cove',
  'delta',
  'dock',
  'ferry',
  'fjord',
  'harbor',
  'island',
  'lagoon',
  'mast',
  'oar',
  'pier',
  'reef',
  'sail',
  'shore',
  'tide',
  'wharf',
];

/** Throws `invalid_params` unless the name fits Heroku's rule (devcenter.heroku.com/articles/platform-api-reference#app). */
export function checkAppName(name: string): void {
  if (!NAME.test(name)) {
    throw new PlatformError(
      'invalid_params',
      `Name ${JSON.stringify(name)} must start with a letter, end with a letter or digit and can only contain ` +
        `lowercase letters, digits, and dashes (3 to 30 characters).`,
    );
  }
  if (RESERVED.has(name)) throw new PlatformError('invalid_params', `Name ${name} is reserved; choose another.`);
}

/** A name such as `calm-harbor-48213`. `random` gives numbers in [0, 1). */
export function generateAppName(random: () => number): string {
  const pick = (words: string[]) => words[Math.floor(random() * words.length)];
  return `${pick(ADJECTIVES)}-${pick(NOUNS)}-${10000 + Math.floor(random() * 90000)}`;
}

/** The app's public base URL, e.g. `http://demo.localhost:8080/`. */
export function webUrl(app: { name: string }, place: { domain: string; routerPort: number }): string {
  const port = place.routerPort === 80 ? '' : `:${place.routerPort}`;
  return `http://${app.name}.${place.domain}${port}/`;
}
