import { z } from 'zod';
import { uuidOf } from '../../../lib/uuid-of.js';
import { webUrl, type App as Noun } from '../../../model/app.js';
import { teamOfAddress } from '../../../model/people/team.js';
import type { User } from '../../../model/user.js';
import { presentUserRef } from '../account/account.js';
import { REGION_REF } from './region.js';
import { presentStackRef } from './stack.js';
import { absent, createdAt, Generation, id, StackRef, TeamRef, time, updatedAt, UserRef, type AppRef } from '../../schema/fields.js';
import { resource } from '../../schema/resource.js';

const about = { name: 'app', about: 'An app is the program that you deploy and run.', identity: ['id', 'name'] };

export const App = resource(about, {
  id: id('app'),
  name: z.string().describe('unique name of app'),
  acm: z.boolean().describe('whether certificates are managed automatically'),
  archived_at: absent('when app was archived'),
  build_stack: StackRef.describe('stack of its next build'),
  buildpack_provided_description: z.string().nullable().describe('what its buildpack calls it'),
  create_status: z.literal('complete').describe('whether its creation is complete'),
  created_at: createdAt('app'),
  generation: Generation,
  git_url: z.url().describe('URL to push it to with git'),
  internal_routing: absent('whether it is reachable from its space only'),
  locked: z.boolean().describe('whether members of its team must be let in to see it'),
  maintenance: z.boolean().describe('whether it answers with the maintenance page'),
  organization: absent('team that owns it'),
  owner: UserRef.describe('who owns it: a user, or the address that stands for a team'),
  region: z.strictObject({ id: id('region'), name: z.string().describe('unique name of region') }),
  released_at: time('when app was released last').nullable(),
  repo_size: z.int().nullable().describe('size of its git repository in bytes'),
  slug_size: z.int().nullable().describe('size of its slug in bytes'),
  space: absent('private space it is in'),
  stack: StackRef.describe('stack it runs on'),
  team: TeamRef.nullable().describe('team that owns it'),
  updated_at: updatedAt('app'),
  web_url: z.url().describe('URL it answers at'),
});

/** Where an app is found: `url` is the API's as its caller reaches it. */
export interface AppPlace {
  url: string;
  domain: string;
  routerPort: number;
}

const GENERATION = { id: uuidOf('generation', 'cedar'), name: 'cedar' } as const;

export function presentApp(app: Noun, owner: Pick<User, 'id' | 'email'>, place: AppPlace): z.input<typeof App> {
  const teamName = teamOfAddress(owner.email);
  return {
    id: app.id,
    name: app.name,
    acm: app.acm,
    archived_at: null,
    build_stack: presentStackRef(app.buildStack),
    buildpack_provided_description: app.buildpackProvidedDescription,
    // Not in Heroku's schema, but its CLI prints it.
    create_status: 'complete',
    created_at: app.createdAt.toISOString(),
    generation: GENERATION,
    git_url: `${place.url}/${app.name}.git`,
    internal_routing: null,
    locked: app.locked,
    maintenance: app.maintenance,
    organization: null,
    owner: presentUserRef(owner),
    region: REGION_REF,
    released_at: app.releasedAt?.toISOString() ?? null,
    repo_size: app.repoSize,
    slug_size: app.slugSize,
    space: null,
    stack: presentStackRef(app.stack),
    team: teamName === null ? null : { id: app.ownerId, name: teamName },
    updated_at: app.updatedAt.toISOString(),
    web_url: webUrl(app, place),
  };
}

/** An app as it appears inside other things. */
export function presentAppRef(app: Pick<Noun, 'id' | 'name'>): z.input<typeof AppRef> {
  return { id: app.id, name: app.name };
}
