import { uuidOf } from '../../lib/uuid-of.js';
import { webUrl, type App } from '../../model/app.js';
import type { User } from '../../model/user.js';
import { presentUserRef } from './account.js';
import { REGION_REF } from './region.js';
import { presentStackRef } from './stack.js';

/** Where an app is found: `url` is the API's as its caller reaches it. */
export interface AppPlace {
  url: string;
  domain: string;
  routerPort: number;
}

const GENERATION = { id: uuidOf('generation', 'cedar'), name: 'cedar' };

export function presentApp(app: App, owner: Pick<User, 'id' | 'email'>, place: AppPlace) {
  return {
    id: app.id,
    name: app.name,
    acm: false,
    archived_at: null,
    build_stack: presentStackRef(app.buildStack),
    buildpack_provided_description: app.buildpackProvidedDescription,
    // Not in Heroku's schema, but its CLI prints it.
    create_status: 'complete',
    created_at: app.createdAt.toISOString(),
    generation: GENERATION,
    git_url: `${place.url}/${app.name}.git`,
    internal_routing: null,
    maintenance: app.maintenance,
    organization: null,
    owner: presentUserRef(owner),
    region: REGION_REF,
    released_at: app.releasedAt?.toISOString() ?? null,
    repo_size: app.repoSize,
    slug_size: app.slugSize,
    space: null,
    stack: presentStackRef(app.stack),
    team: null,
    updated_at: app.updatedAt.toISOString(),
    web_url: webUrl(app, place),
  };
}

/** An app as it appears inside other things. */
export function presentAppRef(app: Pick<App, 'id' | 'name'>) {
  return { id: app.id, name: app.name };
}
