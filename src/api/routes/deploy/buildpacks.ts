import { z } from 'zod';
import { parseBuildpack } from '../../../model/build/buildpack.js';
import { listBuildpacks, setBuildpacks } from '../../../store/build/buildpack-installations.js';
import type { ApiRouter } from '../../api-router.js';
import type { ApiDeps } from '../../deps.js';
import { BuildpackInstallation, presentBuildpackInstallations } from '../../present/deploy/buildpack.js';

const Updates = z.object({
  updates: z.array(z.object({ buildpack: z.string('must be the name or URL of a buildpack').max(4_096) })).max(20),
});

export function mountBuildpacks(router: ApiRouter, deps: ApiDeps): void {
  const facts = { of: BuildpackInstallation, gives: z.array(BuildpackInstallation) } as const;
  const listing = { ...facts, title: 'List', about: 'Lists the buildpacks that are set on an app, in order.', needs: 'read-code' } as const;
  router.get('/apps/:app/buildpack-installations', listing, async (http) =>
    presentBuildpackInstallations(await listBuildpacks(deps.store, http.state.app.id)),
  );

  const setting = { ...facts, title: 'Update', about: 'Sets the buildpacks of an app; none means to find them.', needs: 'deploy' } as const;
  router.put('/apps/:app/buildpack-installations', { ...setting, takes: Updates }, async (http, { updates }) => {
    const urls = updates.map(({ buildpack }) => buildpack.trim());
    urls.forEach(parseBuildpack);
    await setBuildpacks(deps.store, http.state.app.id, urls);
    return presentBuildpackInstallations(urls);
  });
}
