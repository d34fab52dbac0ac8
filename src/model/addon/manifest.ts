// What a provider says of its service, as Heroku's partners write it (devcenter.heroku.com/articles/add-on-manifest), with plans.
import { parseUrl } from '../../lib/net/parse-url.js';
import { isRecord } from '../../lib/look-up.js';
import { PlatformError } from '../errors.js';

export interface Manifest {
  /** `acme`: the service's name, and the user name of its HTTP Basic auth. */
  id: string;
  humanName: string;
  /** `ACME` */
  prefix: string;
  configVars: string[];
  isShared: boolean;
  isManyPerApp: boolean;
  /** Whether it may have a log drain; absent in manifests that were added before it was asked. */
  readsLog?: boolean;
  /** Whether it writes to the app's log. */
  writesLog?: boolean;
  production: Endpoints | null;
  test: Endpoints | null;
  plans: ManifestPlan[];
}

interface Endpoints {
  baseUrl: string;
  ssoUrl: string | null;
}

export interface ManifestPlan {
  /** `basic` */
  name: string;
  humanName: string;
  cents: number;
  isDefault: boolean;
}

/** What only the provider and we know. */
export interface ProviderSecrets {
  password: string;
  ssoSalt: string;
  clientSecret: string;
}

export type Environment = 'production' | 'test';

const ID = /^[a-z][a-z0-9-]{1,38}[a-z0-9]$/;
const PLAN = /^[a-z0-9][a-z0-9-]{0,48}$/;
const VAR = /^[A-Z][A-Z0-9_]{0,99}$/;
const MOST_PLANS = 100;

/** Reads a manifest. Throws `invalid_params` with every mistake, one a line. */
export function parseManifest(given: unknown): { manifest: Manifest; secrets: Omit<ProviderSecrets, 'clientSecret'> } {
  const mistakes: string[] = [];
  const must = (isSo: boolean, mistake: string) => isSo || void mistakes.push(mistake);
  const root = objectOf(given);
  const api = objectOf(root['api']);
  const id = text(root['id']);
  must(ID.test(id), 'id: must be 3 to 40 lowercase letters, digits and dashes, and begin with a letter');
  must(text(api['password']).length >= 8, 'api.password: must be a text of 8 characters at least');
  must(text(api['sso_salt']).length >= 8, 'api.sso_salt: must be a text of 8 characters at least');
  must(['3', 3].includes(api['version'] as string), 'api.version: must be "3"');
  const configVars = texts(api['config_vars']);
  must(configVars !== null && configVars.length > 0, 'api.config_vars: must be a list of names, one at least');
  const prefix = text(api['config_vars_prefix']) || id.toUpperCase().replaceAll('-', '_');
  must(VAR.test(prefix), 'api.config_vars_prefix: must be uppercase letters, digits and _');
  for (const name of configVars ?? []) {
    must(VAR.test(name), `api.config_vars: ${JSON.stringify(name)} must be uppercase letters, digits and _`);
    must(name === prefix || name.startsWith(`${prefix}_`), `api.config_vars: ${JSON.stringify(name)} must begin with ${prefix}_`);
  }
  const requires = texts(api['requires'] ?? []);
  must(requires !== null, 'api.requires: must be a list of names');
  const production = endpointsOf(api['production'], { where: 'api.production', needsTls: true }, must);
  const test = endpointsOf(api['test'], { where: 'api.test', needsTls: false }, must);
  must(production !== null || test !== null, 'api.production or api.test: one of them must be there, with its base_url');
  const plans = plansOf(root['plans'], must);
  if (mistakes.length > 0) throw new PlatformError('invalid_params', `The manifest has mistakes:\n${mistakes.join('\n')}`);
  return {
    manifest: {
      id,
      humanName: text(root['name']) || id,
      prefix,
      configVars: configVars ?? [],
      isShared: requires?.includes('attachable') ?? false,
      isManyPerApp: requires?.includes('many_per_app') ?? false,
      readsLog: requires?.includes('syslog_drain') ?? false,
      writesLog: requires?.includes('log_input') ?? false,
      production,
      test,
      plans,
    },
    secrets: { password: text(api['password']), ssoSalt: text(api['sso_salt']) },
  };
}

/** Where the provider is to be called. Throws `invalid_params` where the manifest has no such part. */
export function endpointsFor(manifest: Manifest, environment: Environment): Endpoints {
  const found = manifest[environment];
  if (!found) throw new PlatformError('invalid_params', `The manifest of ${manifest.id} has no part api.${environment}.`);
  return found;
}

type Must = (isSo: boolean, mistake: string) => unknown;

function endpointsOf(given: unknown, { where, needsTls }: { where: string; needsTls: boolean }, must: Must): Endpoints | null {
  if (given === undefined || given === null) return null;
  // Old manifests name the base URL only.
  const part = typeof given === 'string' ? { base_url: given } : objectOf(given);
  const base = text(part['base_url']);
  must(isUrl(base, needsTls), `${where}.base_url: must be a URL that begins with ${needsTls ? 'https://' : 'https:// or http://'}`);
  must(/\/heroku\/resources\/?$/.test(base), `${where}.base_url: must end with /heroku/resources`);
  const sso = text(part['sso_url']);
  must(
    sso === '' || isUrl(sso, needsTls),
    `${where}.sso_url: must be a URL that begins with ${needsTls ? 'https://' : 'https:// or http://'}`,
  );
  return { baseUrl: base.replace(/\/$/, ''), ssoUrl: sso || null };
}

function plansOf(given: unknown, must: Must): ManifestPlan[] {
  if (given === undefined) return [{ name: 'test', humanName: 'Test', cents: 0, isDefault: true }];
  const list = Array.isArray(given) ? given.map(objectOf) : [];
  must(list.length > 0 && list.length <= MOST_PLANS, `plans: must be a list of 1 to ${MOST_PLANS} plans`);
  const plans = list.map((plan, at) => {
    const name = text(plan['name']);
    must(PLAN.test(name), `plans.${at}.name: must be lowercase letters, digits and dashes`);
    const cents = objectOf(plan['price'] ?? { cents: 0 })['cents'];
    must(Number.isSafeInteger(cents) && Number(cents) >= 0, `plans.${at}.price.cents: must be a whole number`);
    return { name, humanName: text(plan['human_name']) || name, cents: Number(cents), isDefault: plan['default'] === true };
  });
  must(new Set(plans.map(({ name }) => name)).size === plans.length, 'plans: no two may have the same name');
  must(plans.filter(({ isDefault }) => isDefault).length <= 1, 'plans: one of them is the default, not more');
  const first = plans[0];
  if (first && !plans.some(({ isDefault }) => isDefault)) first.isDefault = true;
  return plans;
}

function objectOf(given: unknown): Record<string, unknown> {
  return isRecord(given) ? given : {};
}

function text(given: unknown): string {
  return typeof given === 'string' ? given : '';
}

function texts(given: unknown): string[] | null {
  return Array.isArray(given) && given.every((each) => typeof each === 'string') ? given : null;
}

function isUrl(given: string, needsTls: boolean): boolean {
  return parseUrl(given) !== null && (needsTls ? ['https:'] : ['https:', 'http:']).includes(new URL(given).protocol);
}
