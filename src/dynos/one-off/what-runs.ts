// From the row of a one-off dyno to what its container is.
import type { DynoSpec } from '../../docker/dyno/dyno-spec.js';
import type { ConfigVars } from '../../model/config-vars.js';
import type { Dyno } from '../../model/dyno.js';
import { resolveCommand, type OneOff } from '../../model/run/one-off.js';
import { findApp } from '../../store/app/apps.js';
import { findReleaseById, releaseConfigVars } from '../../store/app/releases.js';
import { findSlug } from '../../store/build/slugs.js';
import { dynoImage } from '../engine/dyno-image.js';
import { placeOf } from '../engine/place.js';
import type { OneOffParts } from './parts.js';

/** What an app's dyno is made of, whatever has been released since; null when the app has gone. Throws ChecksumError, StackMissing. */
export async function whatRuns(deps: OneOffParts, dyno: Dyno, o: Pick<OneOff, 'env'> & Partial<OneOff>): Promise<DynoSpec | null> {
  const reads = [
    findApp(deps.store, dyno.appId),
    findReleaseById(deps.store, dyno.releaseId),
    releaseConfigVars(deps.store, dyno.releaseId),
  ] as const;
  const [app, release, configVars] = await Promise.all(reads);
  const slug = release?.slugId && (await findSlug(deps.store, release.slugId));
  if (!app || !slug) return null;
  const { type, command } = resolveCommand(dyno.command, slug.processTypes);
  // All of the slug is in its image: nothing comes by stdin, which is the client's.
  const { image, own } = await dynoImage(deps, { type: type ?? dyno.type, command }, slug, null);
  return {
    ...placeOf(deps, { ...dyno, app, release, image }),
    app: { ...app, domain: deps.domain },
    dyno: { ...dyno, command, port: dyno.port ?? 0 },
    release,
    slug,
    configVars: { ...configVars, ...o.env } satisfies ConfigVars,
    own: own && { ...own, command },
    ...(o.attach && { attached: { hasTty: o.hasTty ?? false } }),
  };
}
