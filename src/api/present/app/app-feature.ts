import { z } from 'zod';
import { uuidOf } from '../../../lib/uuid-of.js';
import { createdAt, id, updatedAt } from '../../schema/fields.js';
import { resource } from '../../schema/resource.js';

const about = {
  name: 'app-feature',
  about: 'An app feature is something that an app can do or not; those there are here are always on.',
  identity: ['id', 'name'],
  param: 'feature',
};

export const AppFeature = resource(about, {
  id: id('app feature'),
  created_at: createdAt('app feature'),
  description: z.string().describe('what it does'),
  display_name: z.string().describe('name for people'),
  doc_url: z.string().describe('where more is said of it'),
  enabled: z.literal(true).describe('whether it is on'),
  feedback_email: z.string().describe('whom to tell what one thinks of it'),
  name: z.string().describe('unique name of app feature'),
  state: z.literal('general').describe('whether it is beta or general'),
  updated_at: updatedAt('app feature'),
});

const SINCE = '2026-11-23T00:00:00.000Z';

/** What Heroku lets one switch on, and every app has here. */
export const APP_FEATURES: z.input<typeof AppFeature>[] = [
  {
    id: uuidOf('app-feature', 'preboot'),
    created_at: SINCE,
    description: 'New dynos take requests before the old ones stop',
    display_name: 'Preboot',
    doc_url: 'https://devcenter.heroku.com/articles/preboot',
    enabled: true,
    feedback_email: '',
    name: 'preboot',
    state: 'general',
    updated_at: SINCE,
  },
];
