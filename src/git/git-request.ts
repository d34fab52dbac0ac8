// What a request below `/<app>.git/` asks for. Four paths exist; everything else there is refused.

export type GitService = 'upload-pack' | 'receive-pack';

export type GitRequest =
  | { kind: 'advertise'; app: string; service: GitService }
  | { kind: 'serve'; app: string; service: GitService }
  | { kind: 'head'; app: string };

export interface Refusal {
  status: 400 | 404 | 405;
  message: string;
  allow?: string;
}

interface Incoming {
  method: string;
  /** As it came, percent signs and all: no app's name needs one. */
  path: string;
  service: unknown;
  contentType: string;
}

const PATH = /^\/([a-z0-9-]{1,36})\.git\/(info\/refs|HEAD|git-upload-pack|git-receive-pack)$/;
const SERVICES = new Map<unknown, GitService>([
  ['git-upload-pack', 'upload-pack'],
  ['git-receive-pack', 'receive-pack'],
]);
const NOT_GIT = 'This address is a git remote. Use it with git: git clone, git fetch, git push.';

/** Whether the door answers for this path at all. */
export function isGitPath(path: string): boolean {
  return /^\/[^/]*\.git(\/|$)/.test(path);
}

/** Reads a request that `isGitPath` let through. */
export function parseGitRequest(incoming: Incoming): GitRequest | Refusal {
  const match = PATH.exec(incoming.path);
  if (!match) return { status: 404, message: NOT_GIT };
  const app = match[1]!;
  const what = match[2]!;
  const service = SERVICES.get(what);
  if (service) return parsePost(incoming, app, service);
  if (incoming.method !== 'GET' && incoming.method !== 'HEAD') return refuseMethod('GET');
  if (what === 'HEAD') return { kind: 'head', app };
  const asked = SERVICES.get(incoming.service);
  if (!asked)
    return {
      status: 400,
      message: 'Only git over smart HTTP is spoken here: a request for info/refs must name ?service=git-upload-pack or git-receive-pack.',
    };
  return { kind: 'advertise', app, service: asked };
}

function parsePost(incoming: Incoming, app: string, service: GitService): GitRequest | Refusal {
  if (incoming.method !== 'POST') return refuseMethod('POST');
  const wanted = `application/x-git-${service}-request`;
  if (incoming.contentType !== wanted) return { status: 400, message: `This isn't a request of git: the content type must be ${wanted}.` };
  return { kind: 'serve', app, service };
}

function refuseMethod(allow: string): Refusal {
  return { status: 405, message: `Only ${allow} is possible here.`, allow };
}
