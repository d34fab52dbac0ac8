import { dockerOf, type Engine } from '../engine.js';
import { isEngineTimeout } from './engine-timeout.js';

/** Waits until a container has ended, for as long as it runs; returns its exit status. Whoever can't wait that long aborts. */
export async function waitForEnd(engine: Engine, containerId: string, signal?: AbortSignal): Promise<number> {
  for (;;) {
    try {
      const { StatusCode } = (await dockerOf(engine)
        .getContainer(containerId)
        .wait(signal ? { abortSignal: signal } : {})) as { StatusCode: number };
      return StatusCode;
    } catch (error) {
      if (!isEngineTimeout(error)) throw error;
    }
  }
}
