import { z } from 'zod';
import { uuidOf } from '../../../lib/uuid-of.js';
import { BOOT_CHECK_PATH, type FeatureName } from '../../../model/run/app-feature.js';
import { createdAt, id, updatedAt } from '../../schema/fields.js';
import { resource } from '../../schema/resource.js';

const about = {
  name: 'app-feature',
  about: 'An app feature is something that an app can do or not; some are always on.',
  identity: ['id', 'name'],
  param: 'feature',
};

export const AppFeature = resource(about, {
  id: id('app feature'),
  created_at: createdAt('app feature'),
  description: z.string().describe('what it does'),
  display_name: z.string().describe('name for people'),
  doc_url: z.string().describe('where more is said of it'),
  enabled: z.boolean().describe('whether it is on'),
  feedback_email: z.string().describe('whom to tell what one thinks of it'),
  name: z.string().describe('unique name of app feature'),
  state: z.enum(['general', 'beta']).describe('whether it is beta or general'),
  updated_at: updatedAt('app feature'),
});

const SINCE = '2026-11-23T00:00:00.000Z';

interface Known {
  display: string;
  about: string;
  docUrl: string;
  /** Whether Heroku’s client shows it as a lab. */
  isLab?: boolean;
}

/** What Heroku lets one switch on, and every app has here. */
const ALWAYS_ON: Record<string, Known> = {
  preboot: {
    display: 'Preboot',
    about: 'New dynos take requests before the old ones stop',
    docUrl: 'https://devcenter.heroku.com/articles/preboot',
  },
};

const SWITCHED: Record<FeatureName, Known> = {
  'http-boot-check': {
    display: 'HTTP boot check',
    about: `A web dyno takes requests once it has answered GET ${BOOT_CHECK_PATH} (a config var; / without it) with a status below 500`,
    docUrl: 'https://devcenter.heroku.com/articles/dyno-startup-behavior',
  },
  'http-session-affinity': {
    display: 'Session affinity',
    about: 'All requests of a browser go to one web dyno, as long as it runs',
    docUrl: 'https://devcenter.heroku.com/articles/session-affinity',
  },
  'log-runtime-metrics': {
    display: 'Log runtime metrics',
    about: 'Every dyno’s memory, swap and load are in the log, every 20 s',
    docUrl: 'https://devcenter.heroku.com/articles/log-runtime-metrics',
    isLab: true,
  },
  'https-only': {
    display: 'HTTPS only',
    about: 'Requests over plain HTTP are redirected to HTTPS',
    docUrl: 'https://devcenter.heroku.com/articles/ssl',
  },
};

/** All there are, as they are for an app. */
export function presentFeatures(switchedOn: readonly FeatureName[]): z.input<typeof AppFeature>[] {
  return [
    ...Object.entries(ALWAYS_ON).map(([name, known]) => present(name, known, true)),
    ...Object.entries(SWITCHED).map(([name, known]) => present(name, known, (switchedOn as readonly string[]).includes(name))),
  ];
}

/** Whether its owner may switch it. */
export function isSwitched(name: string): name is FeatureName {
  return Object.hasOwn(SWITCHED, name);
}

function present(name: string, { display, about, docUrl, isLab }: Known, enabled: boolean): z.input<typeof AppFeature> {
  return {
    id: uuidOf('app-feature', name),
    created_at: SINCE,
    description: about,
    display_name: display,
    doc_url: docUrl,
    enabled,
    feedback_email: '',
    name,
    state: isLab ? 'beta' : 'general',
    updated_at: SINCE,
  };
}
