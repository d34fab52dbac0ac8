// Images that no dyno will soon need again.
import { removeContainerImages } from '../../docker/image/container-image.js';
import { removeSlugImages } from '../../docker/image/slug-image.js';
import { log } from '../../lib/log.js';
import { recentDigests, recentImages } from '../../store/app/wanted.js';
import type { EngineParts } from './parts.js';

const KEPT_RELEASES = 3;

/** Removes them, but none that a container uses. */
export async function removeUnusedImages({ store, engine, homeId }: EngineParts): Promise<void> {
  const kept = await recentDigests(store, KEPT_RELEASES);
  const removed = await removeSlugImages(engine, { homeId, keeps: (digest) => kept.has(digest) });
  const images = await recentImages(store, KEPT_RELEASES);
  const more = await removeContainerImages(engine, { homeId, keeps: (id) => images.has(id) });
  if (removed + more > 0) log('images-removed', { images: removed + more });
}
