// GET info/refs: what git says about its refs, taken whole before it is sent.
import type { ServerResponse } from 'node:http';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import { Git } from 'node-git-server';
import { log } from '../lib/log.js';
import { asRequest, NO_CACHE, openReply, refuse } from './exchange.js';
import { setProtocol } from './git-environment.js';
import type { GitService } from './git-request.js';

const ANSWER_WITHIN_MS = 10_000;

export type AdvertiseRefs = (o: { res: ServerResponse; repoDir: string; service: GitService; protocol: string | null }) => Promise<void>;

/** Opens node-git-server over the directory of all repositories. It makes none by itself. */
export function openAdvertiser(pathOf: (name: string) => string): AdvertiseRefs {
  const git = new Git((name = '') => pathOf(name), { autoCreate: false });
  git.on('error', (error: Error) => log('git-error', { service: 'advertise', error: error.message }));

  return async ({ res, repoDir, service, protocol }) => {
    const headers = { ...NO_CACHE, 'content-type': `application/x-git-${service}-advertisement` };
    const reply = openReply(res, { headers, finish: async () => null });
    const late = setTimeout(
      () => refuse(res, { status: 504, message: 'git took too long to list the refs of this app; try again.' }),
      ANSWER_WITHIN_MS,
    );
    const request = asRequest(Readable.from([]), { method: 'GET', url: `/${basename(repoDir)}/info/refs?service=git-${service}` });
    // node-git-server starts git before it returns.
    setProtocol(process.env, protocol);
    git.handle(request, reply.response);
    setProtocol(process.env, null);
    await new Promise((resolve) => (res.closed ? resolve(null) : res.once('close', resolve)));
    clearTimeout(late);
  };
}
