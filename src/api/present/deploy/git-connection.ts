import { z } from 'zod';
import type { App } from '../../../model/app.js';
import { fingerprintOf } from '../../../lib/net/ssh-key.js';
import { HOST_KINDS, type GitConnection as Known } from '../../../model/connection/connection.js';
import type { User } from '../../../model/user.js';
import { createdAt, id, time, updatedAt, AppRef, UserRef } from '../../schema/fields.js';
import { resource } from '../../schema/resource.js';
import { presentUserRef } from '../account/account.js';
import { presentAppRef } from '../app/app.js';

const about = {
  name: 'git-connection',
  about: 'A git connection is the branch of a repository elsewhere that an app is deployed from. Not part of Heroku.',
  identity: ['id'],
  param: 'connection',
};

export const GitConnection = resource(about, {
  id: id('git-connection'),
  api_url: z.string().nullable().describe('URL of the REST API that is told of builds; null where none is'),
  app: AppRef,
  auto: z.boolean().describe('whether a new commit of the branch is deployed by itself'),
  branch: z.string().describe('name of the branch'),
  commit: z.string().nullable().describe('commit that the branch was at when it was looked at'),
  created_at: createdAt('git-connection'),
  deployment_failure: z.string().nullable().describe('why its host does not take deployments, and what to do'),
  deploy_key: z
    .strictObject({
      added_at: time('when its host has taken the key from here').nullable(),
      failure: z.string().nullable().describe('why its host has not taken it from here, and what to do'),
      public_key: z.string().describe('what its host is to let read the repository'),
    })
    .nullable()
    .describe('key that was made to read it by ssh; null where it is reached otherwise'),
  failure: z.string().nullable().describe('why it can not be read or deployed, and what to do; null while it can'),
  has_credentials: z.boolean().describe('whether a token, or a name and password, is kept for it'),
  host: z.enum(HOST_KINDS).describe('kind of the host'),
  host_keys: z.array(z.string()).describe('fingerprints of what its host is known by, by ssh, since first contact'),
  looked_at: time('when the branch was looked at').nullable(),
  status_failure: z.string().nullable().describe('why its host does not take what becomes of builds, and what to do'),
  updated_at: updatedAt('git-connection'),
  url: z.string().describe('URL of the repository, without credentials'),
  user: UserRef.describe('user as whom it deploys'),
  wait_for_ci: z.boolean().describe('whether it waits for the checks of the host'),
  waiting_for: z.string().nullable().describe('commit whose checks it waits for'),
  webhook: z.strictObject({
    heard_at: time('when the host told of a push last').nullable(),
    refused: z.int().describe('how many webhooks were not believed, or could not be read'),
    refused_at: time('when the last of them came').nullable(),
    refusal: z.string().nullable().describe('why that one was refused'),
    secret: z.string().optional().describe('what the host signs with; told once, when the app is connected'),
    url: z.url().describe('URL that the host is to tell of pushes'),
  }),
});

export function presentGitConnection(
  c: Known,
  app: App,
  user: Pick<User, 'id' | 'email'>,
  hook: { base: string; secret?: string },
): z.input<typeof GitConnection> {
  return {
    id: c.id,
    api_url: c.apiUrl,
    app: presentAppRef(app),
    auto: c.auto,
    branch: c.branch,
    commit: c.tip,
    created_at: c.createdAt.toISOString(),
    deployment_failure: c.deploymentFailure,
    deploy_key:
      c.deployKey === null ? null : { added_at: c.keyAddedAt?.toISOString() ?? null, failure: c.keyFailure, public_key: c.deployKey },
    failure: c.failure,
    has_credentials: c.hasLogin,
    host: c.host,
    host_keys: (c.hostKeys ?? '').split('\n').flatMap((line) => fingerprintOf(line) ?? []),
    looked_at: c.lookedAt?.toISOString() ?? null,
    status_failure: c.statusFailure,
    updated_at: c.updatedAt.toISOString(),
    url: c.url,
    user: presentUserRef(user),
    wait_for_ci: c.waitForCi,
    waiting_for: c.waitingFor,
    webhook: {
      heard_at: c.heardAt?.toISOString() ?? null,
      refused: c.refused,
      refused_at: c.refusedAt?.toISOString() ?? null,
      refusal: c.refusal,
      ...(hook.secret !== undefined && { secret: hook.secret }),
      url: `${hook.base}/git-hooks/${c.id}`,
    },
  };
}
