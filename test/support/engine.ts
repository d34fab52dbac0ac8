// The engine that tests have, with all its calls: they look at what the platform has done with it.
import { dockerOf, openEngine } from '../../src/docker/engine.js';

export type TestEngine = ReturnType<typeof testEngine>;

/** DOCKER_HOST's, or the local one. */
export function testEngine(dockerHost = process.env['DOCKER_HOST'] ?? '') {
  return dockerOf(openEngine({ dockerHost }));
}
