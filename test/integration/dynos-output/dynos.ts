// Containers that look like dynos and print what a test wants.
import { randomUUID } from 'node:crypto';
import { testEngine, type TestEngine } from '../../support/engine.js';
import { APP_LABEL, DYNO_LABEL, HOME_LABEL, ofHome } from '../../../src/docker/labels.js';

export interface TestDyno {
  id: string;
  appId: string;
  /** Resolves when it has ended. */
  ended(): Promise<void>;
  remove(): Promise<void>;
}

export interface TestDynos {
  engine: TestEngine;
  homeId: string;
  /** Starts `sh -c script`; json-file logs of `maxSize` × `maxFiles`. */
  run(
    script: string,
    o?: { appId?: string; name?: string; maxSize?: string; maxFiles?: number; driver?: string; tty?: boolean },
  ): Promise<TestDyno>;
  removeAll(): Promise<void>;
}

const IMAGE = process.env['SLIPWAY_RUN_IMAGE'] || 'slipway/stack:dev';

export function makeDynos(): TestDynos {
  const engine = testEngine();
  const homeId = `test-${randomUUID().slice(0, 8)}`;
  return {
    engine,
    homeId,
    async run(script, o = {}) {
      const appId = o.appId ?? randomUUID();
      const rotation = { 'max-size': o.maxSize ?? '10m', 'max-file': String(o.maxFiles ?? 4) };
      const driver = o.driver ?? 'json-file';
      const container = await engine.createContainer({
        Image: IMAGE,
        Cmd: ['sh', '-c', script],
        User: '0',
        Tty: o.tty ?? false,
        Labels: { [HOME_LABEL]: homeId, [APP_LABEL]: appId, [DYNO_LABEL]: o.name ?? 'web.1' },
        HostConfig: { NetworkMode: 'none', Init: true, LogConfig: { Type: driver, Config: driver === 'json-file' ? rotation : {} } },
      });
      await container.start();
      return {
        id: container.id,
        appId,
        async ended() {
          await container.wait();
        },
        async remove() {
          await container.remove({ force: true });
        },
      };
    },
    async removeAll() {
      const left = await engine.listContainers({ all: true, filters: ofHome(homeId) });
      await Promise.all(left.map((each) => engine.getContainer(each.Id).remove({ force: true })));
    },
  };
}
