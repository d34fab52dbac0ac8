import { dockerOf, type Engine } from './engine.js';
import { ofHome } from './labels.js';

export type Left = Record<'containers' | 'volumes' | 'images', number>;

/** How much of a home an engine holds. Of networks it isn't asked: one that is stuck doesn't tell. */
export async function countLeft(engine: Engine, homeId: string): Promise<Left> {
  const filters = ofHome(homeId);
  const [containers, { Volumes }, images] = await Promise.all([
    dockerOf(engine).listContainers({ all: true, filters }),
    dockerOf(engine).listVolumes({ filters }),
    dockerOf(engine).listImages({ all: true, filters }),
  ]);
  return { containers: containers.length, volumes: Volumes?.length ?? 0, images: images.length };
}
