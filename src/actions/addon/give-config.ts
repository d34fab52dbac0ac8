// A provider has values for an add-on: every app that has it gets them, under its own names, with a release.
import { attachedVars } from '../../model/addon/naming.js';
import type { Addon, Attachment } from '../../model/addon/addon.js';
import { DEFAULT_CREDENTIAL, namespaceOf } from '../../model/addon/credential.js';
import type { Manifest } from '../../model/addon/manifest.js';
import type { ConfigVars } from '../../model/config-vars.js';
import type { Release } from '../../model/release.js';
import { writeAddonConfig } from '../../store/addon/addons.js';
import { writeCredential } from '../../store/addon/credentials.js';
import type { Store } from '../../store/open-store.js';
import { bringVars, releaseEach } from './attached-apps.js';

interface Given {
  addon: Addon;
  attachments: Attachment[];
  manifest: Manifest;
  config: ConfigVars;
  /** Whose values they are; the add-on's own where none is named. */
  credential?: string;
  /** `completed` says that it is provisioned with them. */
  why: 'completed' | 'changed';
}

/** To be called within `withAddon`. Throws `invalid_params` where an app can't take them. */
export async function giveConfig(store: Store, { addon, attachments: all, manifest, config, credential, why }: Given): Promise<Release[]> {
  const namespace = namespaceOf(credential ?? DEFAULT_CREDENTIAL);
  if (namespace === null) await writeAddonConfig(store, addon.id, config);
  else if (!(await writeCredential(store, { addonId: addon.id, name: credential ?? '', config }))) return [];
  const attachments = all.filter((each) => each.namespace === namespace);
  const changed: Attachment[] = [];
  for (const each of attachments) if (await bringVars(store, each, { prefix: manifest.prefix, config })) changed.push(each);
  const toRelease = why === 'completed' ? attachments : changed;
  return releaseEach(
    store,
    toRelease.map(({ appId }) => appId),
    {
      userId: addon.userId,
      describe(appId) {
        const own = toRelease.filter((each) => each.appId === appId);
        const names = own.flatMap(({ name }) => Object.keys(attachedVars({ prefix: manifest.prefix, name }, config)));
        return why === 'completed'
          ? `@ref:${addon.name} completed provisioning${names.length > 0 ? `, setting ${names.join(', ')}` : ''}.`
          : `Update ${own.map(({ name }) => name).join(', ')} by ${manifest.id}`;
      },
    },
  );
}
