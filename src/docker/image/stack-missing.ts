// An image of a stack that the engine doesn't have: it is still being made, or somebody removed it. It passes by itself.
import type Docker from 'dockerode';
import { dockerOf, type Engine } from '../engine.js';

export class StackMissing extends Error {
  readonly code = 'STACK_MISSING';

  constructor(image: string, options?: { cause?: unknown }) {
    super(`The engine has no image ${image}: the stack is still being prepared, or its image was removed.`, options);
    this.name = 'StackMissing';
  }
}

/** Looks at an image of a stack. Throws StackMissing when the engine doesn't have it. */
export async function inspectStackImage(engine: Engine, reference: string): Promise<Docker.ImageInspectInfo> {
  return dockerOf(engine)
    .getImage(reference)
    .inspect()
    .catch((error: { statusCode?: number }) => {
      throw error.statusCode === 404 ? new StackMissing(reference, { cause: error }) : error;
    });
}
