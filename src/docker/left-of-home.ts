import { dockerOf, type Engine } from './engine.js';
import { ADDON_LABEL, ofHome } from './labels.js';

export type Left = Record<'containers' | 'volumes' | 'images', number>;

/** How much of a home an engine holds that can go: data of add-ons stays. Of networks it isn't asked: one that is stuck doesn't tell. */
export async function countLeft(engine: Engine, homeId: string): Promise<Left> {
  const filters = ofHome(homeId);
  const [containers, { Volumes }, images] = await Promise.all([
    dockerOf(engine).listContainers({ all: true, filters }),
    dockerOf(engine).listVolumes({ filters }),
    dockerOf(engine).listImages({ all: true, filters }),
  ]);
  const volumes = Volumes?.filter(({ Labels }) => !Labels?.[ADDON_LABEL]) ?? [];
  return { containers: containers.length, volumes: volumes.length, images: images.length };
}
