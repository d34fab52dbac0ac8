import { dockerOf, type Engine } from '../engine.js';

/** Whether the engine has this image. */
export async function hasImage(engine: Engine, reference: string): Promise<boolean> {
  return dockerOf(engine)
    .getImage(reference)
    .inspect()
    .then(
      () => true,
      (error: { statusCode?: number }) => {
        if (error.statusCode === 404) return false;
        throw error;
      },
    );
}
