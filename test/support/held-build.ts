// A build that waits until the test lets it go on, however fast or slow the machine is.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BUILD_LABEL, ofHome } from '../../src/docker/labels.js';
import { testEngine } from './engine.js';
import type { Platform } from './platform.js';

/** What a build script runs to wait; npm tells it when it comes to that. */
export const HELD = 'until [ -e /tmp/go ]; do sleep 0.1; done';

/** Lets all builds of a platform go on that wait now. */
export async function letGo(platform: Pick<Platform, 'home'>): Promise<void> {
  const engine = testEngine();
  const homeId = readFileSync(join(platform.home, 'home.id'), 'utf8').trim();
  for (const { Id } of await engine.listContainers({ filters: ofHome(homeId, BUILD_LABEL) })) {
    const exec = await engine
      .getContainer(Id)
      .exec({ Cmd: ['touch', '/tmp/go'], User: '20000' })
      .catch(ignoreGone);
    await exec?.start({ Detach: true }).catch(ignoreGone);
  }
}

/** What only measures a disk for a moment, say, has ended meanwhile. */
function ignoreGone(error: { statusCode?: number }): void {
  if (error.statusCode !== 404 && error.statusCode !== 409) throw error;
}
