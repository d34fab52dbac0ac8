// What the first dyno of an app's next release will be, before there is that release.
import type { DynoPlace } from '../../../docker/dyno/dyno-spec.js';
import { wantedDynos } from '../../../model/formation.js';
import { findApp } from '../../../store/app/apps.js';
import { listFormation } from '../../../store/app/formations.js';
import { listReleases } from '../../../store/app/releases.js';
import { newestSlug } from '../../../store/build/slugs.js';
import { readWants, type AppWants } from '../../../store/app/wanted.js';
import type { EngineParts } from '../parts.js';
import { imageBelow, runtimesImage, type WaitingImage } from '../dyno-image.js';
import { placeOf } from '../place.js';

/** A dyno's container that can be started, and wait. */
export interface NextDyno extends DynoPlace, WaitingImage {}

interface Known extends WaitingImage {
  app: AppWants['app'];
  name: string;
  size: string;
}

type NextParts = Omit<EngineParts, 'spareDynos'>;

/**
 * The dyno to prepare under this id: one like those that the app has or, of a new app, one on the runtimes of what was
 * deployed last. Null when nothing tells. Throws ChecksumError, StackMissing.
 */
export async function nextDyno(parts: NextParts, o: { appId: string; dynoId: string; isNew: boolean }): Promise<NextDyno | null> {
  const [[wants], [newest]] = await Promise.all([readWants(parts.store, o.appId), listReleases(parts.store, o.appId, 1)]);
  const known = wants ? await likeTheLast(parts, wants) : o.isNew ? await likeAnother(parts, o.appId) : null;
  if (!known || !newest) return null;
  return { ...placeOf(parts, { ...known, id: o.dynoId, release: { version: newest.version + 1 } }), waitsOn: known.waitsOn };
}

async function likeTheLast(parts: NextParts, { app, formation, release, slug }: AppWants): Promise<Known | null> {
  const wanted = wantedDynos(formation, release, slug.processTypes);
  const dyno = wanted.find(({ type }) => type === 'web') ?? wanted[0];
  const image = dyno && (await imageBelow(parts, slug));
  return image ? { ...dyno, ...image, app } : null;
}

/** The first deploy starts one web dyno, unless the formation was told otherwise before. */
async function likeAnother(parts: NextParts, appId: string): Promise<Known | null> {
  const [app, formation] = await Promise.all([findApp(parts.store, appId), listFormation(parts.store, appId)]);
  const slug = app && (await newestSlug(parts.store, app.buildStack));
  const { quantity, size } = formation.find(({ type }) => type === 'web') ?? { quantity: 1, size: parts.sizes.default.name };
  return slug && quantity > 0 ? { ...(await runtimesImage(parts, slug)), app, name: 'web.1', size } : null;
}
