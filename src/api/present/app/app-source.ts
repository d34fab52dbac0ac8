import { z } from 'zod';
import type { AppSource as Known } from '../../../model/build/source-dir.js';
import { resource } from '../../schema/resource.js';

const about = {
  name: 'app-source',
  about: 'An app source is the part of a repository that an app is; not part of Heroku.',
  identity: [],
};

export const AppSource = resource(about, {
  dir: z.string().nullable().describe('directory that its builds take for all there is; null is the whole repository'),
  pending: z.boolean().describe('whether the last build that succeeded had another: the next push builds, whatever it changes'),
  watch: z.array(z.string()).describe('paths of which something must have changed for a push to build; without any every push builds'),
});

export function presentAppSource({ dir, watch }: Known, isPending: boolean): z.input<typeof AppSource> {
  return { dir, pending: isPending, watch };
}
