import { z } from 'zod';
import type { App } from '../../../model/app.js';
import { isCancelled, type Build as Known } from '../../../model/build/build.js';
import type { User } from '../../../model/user.js';
import { presentUserRef } from '../account/account.js';
import { Buildpack, presentBuildpack } from './buildpack.js';
import { createdAt, id, updatedAt, UserRef } from '../../schema/fields.js';
import { resource } from '../../schema/resource.js';

const Report = z.strictObject({
  buildpack: z.string().describe('what its bin/detect called it'),
  report: z.union([z.record(z.string(), z.unknown()), z.string()]).describe('what its bin/report printed'),
});

export const Build = resource(
  { name: 'build', about: 'A build turns source into a slug, and the slug into a release.' },
  {
    id: id('build'),
    app: z.strictObject({ id: id('app') }),
    buildpacks: z.array(Buildpack).nullable().describe('buildpacks it used, in order; null where they are detected'),
    buildpack_reports: z.array(Report).optional().describe('what its buildpacks reported; not part of Heroku'),
    cancelled: z.literal(true).optional().describe('whether somebody ended it; not part of Heroku'),
    created_at: createdAt('build'),
    git_ref: z.string().optional().describe('branch, tag or commit of the repository that the URL of its source names; not part of Heroku'),
    generation: z.literal('cedar').describe('generation of the platform it runs on'),
    output_stream_url: z.url().describe('URL of its output, from the beginning, live: needs no token'),
    release: z
      .strictObject({ id: id('release') })
      .nullable()
      .describe('release it made'),
    slug: z
      .strictObject({ id: id('slug') })
      .nullable()
      .describe('slug it made'),
    source_blob: z.strictObject({
      checksum: z.string().nullable().describe('what the source is held to: SHA256: and 64 hexadecimal digits'),
      url: z.string().describe('URL of the source: a gzipped tar, or a git repository'),
      version: z.string().nullable().describe('version of the source: a commit'),
      version_description: z.string().nullable().describe('description of that version'),
    }),
    stack: z.string().describe('name of the stack it runs on'),
    status: z.enum(['failed', 'pending', 'succeeded']).describe('status of build'),
    updated_at: updatedAt('build'),
    user: UserRef.describe('user who started it'),
  },
);

export interface BuildUrls {
  outputStreamUrl: string;
  sourceUrl: string;
}

export function presentBuild(build: Known, app: Pick<App, 'id'>, user: Pick<User, 'id' | 'email'>, urls: BuildUrls): z.input<typeof Build> {
  return {
    id: build.id,
    app: { id: app.id },
    buildpacks: build.buildpacks.length ? build.buildpacks.map(presentBuildpack) : null,
    ...(build.reports.length > 0 && { buildpack_reports: build.reports }),
    // Beside `status`, which has Heroku's three words.
    ...(isCancelled(build) && { cancelled: true as const }),
    created_at: build.createdAt.toISOString(),
    ...(build.gitRef !== null && { git_ref: build.gitRef }),
    generation: 'cedar',
    output_stream_url: urls.outputStreamUrl,
    release: build.releaseId ? { id: build.releaseId } : null,
    slug: build.slugId ? { id: build.slugId } : null,
    source_blob: {
      checksum: build.checksum,
      url: urls.sourceUrl,
      version: build.commit,
      version_description: build.sourceDescription,
    },
    stack: build.stack,
    status: build.status,
    updated_at: build.updatedAt.toISOString(),
    user: presentUserRef(user),
  };
}
