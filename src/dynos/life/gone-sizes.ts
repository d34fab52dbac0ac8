// Dynos whose size is gone from the operator's table run on, as the default's: their people and the operator are told, once a start.
import { log } from '../../lib/log.js';
import { apiLine } from '../../model/logs/log-line.js';
import { listSizes } from '../../store/app/formations.js';
import type { Deps } from '../deps.js';

/** Throws when the store can't be asked. */
export async function tellGoneSizes(deps: Pick<Deps, 'store' | 'lines' | 'sizes' | 'clock'>): Promise<void> {
  const { sizes } = deps;
  for (const { appId, type, size } of await listSizes(deps.store)) {
    if (sizes.find(size)) continue;
    const text = `There is no dyno size ${size} any more: ${type} has ${sizes.default.name}. Choose another with paas ps:type ${type}=SIZE`;
    deps.lines.write(appId, apiLine(deps.clock.now(), text));
    log('size-gone', { app: appId, type, size, instead: sizes.default.name });
  }
}
