// The platform tells itself of the services that it brings, as an admin does of others: by a manifest.
import { randomBytes } from 'node:crypto';
import { log } from '../lib/log.js';
import { parseManifest } from '../model/addon/manifest.js';
import { OWN_PROVIDERS, ownPageUrl } from '../model/addon/own-services.js';
import { findService, readSecrets, saveService } from '../store/addon/services.js';
import type { Store } from '../store/open-store.js';
import type { ServicePlan } from './plan.js';

/** What the platform is told of one of its own services. */
export interface Registered {
  service: string;
  title: string;
  prefix: string;
  configVars: string[];
  plans: readonly Pick<ServicePlan, 'name' | 'title' | 'cents' | 'isDefault'>[];
  /** Whether an app has one at most, of its own. */
  isOnePerApp?: boolean;
  /** Whether the platform shows a page for it. */
  hasPage?: boolean;
}

/** Adds the service, or brings its plans up to date; returns its password. Null where an admin has added another of that name. */
export async function register(store: Store, kind: Registered): Promise<string | null> {
  const known = await findService(store, kind.service);
  if (known && known.manifest.test?.baseUrl !== baseUrlOf(kind)) {
    log('service-not-offered', { service: kind.service, reason: 'an admin has added a service of that name' });
    return null;
  }
  const secrets = known ? await readSecrets(store, known.id) : { password: secret(), ssoSalt: secret(), clientSecret: secret() };
  const { manifest } = parseManifest(manifestOf(kind, secrets));
  await saveService(store, { manifest, environment: 'test', secrets });
  return secrets.password;
}

function manifestOf(kind: Registered, { password, ssoSalt }: { password: string; ssoSalt: string }): object {
  return {
    id: kind.service,
    name: kind.title,
    api: {
      config_vars: kind.configVars,
      config_vars_prefix: kind.prefix,
      password,
      sso_salt: ssoSalt,
      requires: kind.isOnePerApp ? [] : ['attachable', 'many_per_app'],
      version: '3',
      test: { base_url: baseUrlOf(kind), ...(kind.hasPage && { sso_url: ownPageUrl(kind.service) }) },
    },
    plans: kind.plans.map(({ name, title, cents, isDefault }) => ({ name, human_name: title, price: { cents }, default: isDefault })),
  };
}

function baseUrlOf({ service }: Registered): string {
  return `http://${OWN_PROVIDERS}/${service}/heroku/resources`;
}

function secret(): string {
  return randomBytes(32).toString('hex');
}
