import { z } from 'zod';
import { parseBuildpack } from '../../../model/build/buildpack.js';
import { listBuildpacks, setBuildpacks } from '../../../store/build/buildpack-installations.js';
import type { ApiDeps } from '../../deps.js';
import { parseBody, reply, type ApiRouter } from '../../http.js';
import { presentBuildpackInstallations } from '../../present/buildpack.js';

const Updates = z.object({ updates: z.array(z.object({ buildpack: z.string('must be the name or URL of a buildpack') })).max(20) });

export function mountBuildpacks(router: ApiRouter, deps: ApiDeps): void {
  router.get('/apps/:app/buildpack-installations', async (http) => {
    reply(http, 200, presentBuildpackInstallations(await listBuildpacks(deps.store, http.state.app.id)));
  });

  router.put('/apps/:app/buildpack-installations', async (http) => {
    const { updates } = await parseBody(http, Updates);
    const urls = updates.map(({ buildpack }) => buildpack.trim());
    urls.forEach(parseBuildpack);
    await setBuildpacks(deps.store, http.state.app.id, urls);
    reply(http, 200, presentBuildpackInstallations(urls));
  });
}
