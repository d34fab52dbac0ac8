import type { Context } from 'koa';
import { z } from 'zod';
import { addSshKey } from '../../../actions/people/add-ssh-key.js';
import { PlatformError } from '../../../model/errors.js';
import { withItems } from '../../../model/page.js';
import type { SshKey as Noun } from '../../../model/people/ssh-key.js';
import { deleteSshKey, findSshKey, pageOfSshKeys } from '../../../store/people/ssh-keys.js';
import type { ApiRouter } from '../../api-router.js';
import type { ApiDeps } from '../../deps.js';
import { param, type ApiContext } from '../../http.js';
import { presentSshKey, SshKey } from '../../present/account/ssh-key.js';
import { warn } from '../../warn.js';

const NOT_FOR_GIT = 'Git takes a token here, over HTTPS, and no SSH key: this one is kept, and nothing more.';

const NewKey = z.object({
  public_key: z
    .string('must be a public SSH key: the line of a .pub file')
    .max(8_000, 'is longer than any key')
    .describe('the line of a .pub file'),
});

/** One's public SSH keys. */
export function mountSshKeys(router: ApiRouter, deps: ApiDeps): void {
  const facts = { of: SshKey, gives: SshKey } as const;
  async function named(http: ApiContext): Promise<Noun> {
    return (await findSshKey(deps.store, http.state.user.id, param(http, 'key'))) ?? noKey();
  }

  const listing = { ...facts, title: 'List', about: 'Lists your SSH keys.', needs: 'view', by: ['created_at', 'id'] } as const;
  router.list('/account/keys', listing, async (http, range) => {
    const page = await pageOfSshKeys(deps.store, http.state.user.id, range);
    return withItems(page, page.items.map(presentSshKey));
  });

  const adding = { ...facts, title: 'Create', about: 'Keeps an SSH key with your account.', needs: 'authorize', takes: NewKey } as const;
  router.post('/account/keys', adding, async (http, wish) => {
    const added = await addSshKey(deps, http.state.user.id, wish.public_key);
    warn(http as unknown as Context, NOT_FOR_GIT);
    return presentSshKey(added);
  });

  router.get('/account/keys/:key', { ...facts, title: 'Info', about: 'Shows an SSH key of yours.', needs: 'view' }, async (http) =>
    presentSshKey(await named(http)),
  );

  const removing = { ...facts, title: 'Delete', about: 'Removes an SSH key from your account.', needs: 'authorize' } as const;
  router.delete('/account/keys/:key', removing, async (http) =>
    presentSshKey((await deleteSshKey(deps.store, (await named(http)).id)) ?? noKey()),
  );
}

function noKey(): never {
  throw new PlatformError('not_found', "Couldn't find that key.");
}
