// `bin/slipway save-stack RUN BUILD`: keeps the stack's images in the home.
import { join } from 'node:path';
import { openEngine } from '../docker/engine.js';
import type { CommandInput } from './command.js';
import { saveArchive } from './stack/archive.js';

export async function saveStack({ config, args }: CommandInput): Promise<number> {
  const [runImage, buildImage] = args;
  if (!runImage || !buildImage) throw new Error('Usage: bin/slipway save-stack RUN-IMAGE BUILD-IMAGE');
  await saveArchive({ engine: openEngine(config), archiveDir: join(config.home, 'stack'), runImage, buildImage });
  return 0;
}
