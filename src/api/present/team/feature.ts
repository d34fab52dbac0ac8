import { z } from 'zod';
import { uuidOf } from '../../../lib/uuid-of.js';
import { createdAt, id, updatedAt } from '../../schema/fields.js';
import { resource } from '../../schema/resource.js';

const about = { name: 'team-feature', about: 'A team feature is something that a team can do.', param: 'team_feature' };

export const TeamFeature = resource(
  { ...about, identity: ['id', 'name'] },
  {
    id: id('team feature'),
    created_at: createdAt('team feature'),
    description: z.string().describe('what it does'),
    display_name: z.string().describe('what people call it'),
    doc_url: z.url().describe('where more is said of it'),
    enabled: z.boolean().describe('whether it is on'),
    feedback_email: z.string().describe('where to tell what one thinks of it; nowhere here'),
    name: z.string().describe('unique name of feature'),
    state: z.literal('general').describe('how ready it is'),
    updated_at: updatedAt('team feature'),
  },
);

const AT = new Date(0).toISOString();

/** By this one clients know that they may say what a collaborator is allowed to do. */
export const TEAM_FEATURES: readonly z.input<typeof TeamFeature>[] = [
  {
    id: uuidOf('team-feature', 'org-access-controls'),
    created_at: AT,
    description: 'Say for each app what somebody may do with it.',
    display_name: 'Access controls',
    doc_url: 'https://devcenter.heroku.com/articles/app-permissions',
    enabled: true,
    feedback_email: '',
    name: 'org-access-controls',
    state: 'general',
    updated_at: AT,
  },
];
