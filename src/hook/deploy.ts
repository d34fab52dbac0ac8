// A push to main or master, told as it goes: source packed, build run, release verified. True when the ref may move.
import { setTimeout as sleep } from 'node:timers/promises';
import { PlatformError } from '../model/errors.js';
import { lfsRefusal } from '../model/git/lfs.js';
import { readSubmodules } from '../model/git/submodules.js';
import type { Api } from './api.js';
import {
  archive,
  countChangedPaths,
  findLfsFile,
  hasChangedBelow,
  readPushFacts,
  readTree,
  type CommitFacts,
  type PushFacts,
} from './commit.js';
import { findRefusal } from './git-refusals.js';
import { isRecord } from '../lib/look-up.js';
import { listOf, recordOf, textOf, type Json } from './json.js';
import { keepPush } from './keep-push.js';
import type { Printer } from './printer.js';
import { isNewRef, type RefUpdate } from './push-plan.js';
import type { Push } from './push.js';
import type { Repo } from './repo.js';
import { verifyRelease } from './verify-release.js';
import { patiently, waitFor, type Bell } from './wait.js';

export interface Deploy {
  api: Api;
  bell: Bell;
  out: Printer;
  push: Push;
  repo: Repo;
  branch: string;
  update: RefUpdate;
  /** All that the push wants to move, `update` among it. */
  updates: RefUpdate[];
}

const BUILD_RETRY_MS = 500;
const RESULT_WITHIN_MS = 20 * 60_000;
const SETTLED_WITHIN_MS = 5 * 60_000;
/** The store's and ours. */
const CLOCKS_DIFFER_MS = 2_000;

/** Deploys the pushed commit. False when the push is to be refused; why has then been printed. */
export async function deploy(o: Deploy): Promise<boolean> {
  let hasSaid = false;
  const onWait = () => {
    if (!hasSaid) o.out.line(`Another build of ${o.push.appName} is in progress; waiting for it to finish...`);
    hasSaid = true;
  };
  if (!(await o.push.takeTurn(onWait))) throw new PlatformError('unavailable', 'This push has ended. Push again.');
  // What it takes to begin is asked and sent at once; a push that is refused has sent its source in vain.
  const tree = readTree(o.repo, o.update.new);
  const skipping = unconcerned(o, tree);
  const sending = skipping.then((paths) => (paths ? null : sendSource(o, tree)));
  sending.catch(() => undefined);
  const counting = tree.then(() => (isNewRef(o.update) ? null : countChangedPaths(o.repo, o.update)));
  const asking = [readPushFacts(o.repo, o.update, tree), counting, findRefusal(o.repo, o.updates)] as const;
  const [facts, changedPaths, refusal] = await Promise.all(asking);
  const commit = await checkPushed(o, facts);
  if (refusal !== null) throw new PlatformError('conflict', refusal);
  const paths = await skipping;
  if (paths) {
    o.out.line(`Everything up to date for this app: nothing below ${paths.join(', ')} changed.`);
    o.out.line('To build it all the same: paas deploy');
    return true;
  }
  if (changedPaths !== null) o.out.line(describeChange(changedPaths, o.update.old));
  o.out.print('Compressing source files... ');
  const source = (await sending)!;
  o.out.line('done.');
  await keepPush(o.repo, o.update);
  const since = Date.now();
  const ended = await build(o, { source, commit, onWait }).catch((error: unknown) => settleBuild(o, since, error));
  if (ended['status'] !== 'succeeded') {
    o.out.freshLine();
    o.out.line('Verifying deploy...');
    o.out.line();
    o.out.line(`!\tPush rejected to ${o.push.appName}.`);
    o.out.line();
    return false;
  }
  await verifyRelease(o, textOf(recordOf(ended, 'release'), 'id'));
  return true;
}

/** The paths that concern the app, where the push changes nothing below them and the last build was one of the same directory. */
async function unconcerned({ api, push, repo, update }: Deploy, tree: Promise<unknown>): Promise<string[] | null> {
  if (isNewRef(update)) return null;
  const [source] = await Promise.all([api.call('GET', `/apps/${push.appId}/source`), tree]);
  const watch = isRecord(source) && Array.isArray(source['watch']) ? source['watch'].map(String) : [];
  if (watch.length === 0 || !isRecord(source) || source['pending'] !== false) return null;
  return (await hasChangedBelow(repo, update, watch)) ? null : watch;
}

/** Refuses what came too late, and what can't be built from an archive. */
async function checkPushed({ branch, repo, update }: Deploy, { pushed, current }: PushFacts): Promise<CommitFacts> {
  if (!pushed) throw new PlatformError('invalid_params', `What was pushed to ${branch} isn't a commit.`);
  // A push that had to wait may come too late; git would say so only after the build.
  const before = isNewRef(update) ? null : update.old;
  if (current !== before)
    throw new PlatformError(
      'conflict',
      `${branch} has moved: another push was deployed while this one waited.\nFetch it (git fetch), merge or rebase, and push again.`,
    );
  const lfsFile = pushed.usesLfs ? await findLfsFile(repo, pushed.commit) : null;
  if (lfsFile) throw lfsRefusal(lfsFile);
  return pushed;
}

function describeChange(count: number, old: string): string {
  return `Updated ${count} ${count === 1 ? 'path' : 'paths'} from ${old.slice(0, 7)}`;
}

/** Uploads what was pushed, as a tar, once its tree is known to be of a size that git can pack. Returns where the builder finds it. */
async function sendSource({ api, repo, update }: Deploy, tree: Promise<unknown>): Promise<string> {
  const [answer] = await Promise.all([api.call('POST', '/sources'), tree]);
  const blob = recordOf(answer, 'source_blob');
  await api.upload(textOf(blob, 'put_url'), archive(repo, update.new));
  return textOf(blob, 'get_url');
}

async function build(o: Deploy, what: { source: string; commit: CommitFacts; onWait: () => void }): Promise<Json> {
  const started = await startBuild(o, what);
  o.out.line('Building source:');
  o.out.line();
  return followBuild(o, started);
}

/**
 * Before a push is refused because something of the platform's failed, its build is ended: what is said to be rejected
 * must not be deployed afterwards. Returns the build when it has been released already, else throws the failure again.
 */
async function settleBuild({ api, push, update }: Deploy, since: number, failure: unknown): Promise<Json> {
  const path = `/apps/${push.appId}/builds`;
  const known = await waitFor(async () => {
    const builds = await patiently(() => api.call('GET', path, { range: 'created_at ..; max=10, order=desc' }));
    if (builds === undefined) return undefined;
    const lately = listOf(builds).filter((each) => Date.parse(textOf(each, 'created_at')) >= since - CLOCKS_DIFFER_MS);
    const ours = lately.find((each) => recordOf(each, 'source_blob')['version'] === update.new);
    if (ours?.['status'] !== 'pending') return { build: ours };
    await api.call('DELETE', `${path}/${textOf(ours, 'id')}`).catch(() => undefined);
    return undefined;
  }, SETTLED_WITHIN_MS);
  if (known?.build?.['status'] === 'succeeded') return known.build;
  throw failure;
}

/** Posts the build; waits while another one, started through the API, is under way. */
async function startBuild({ api, push }: Deploy, o: { source: string; commit: CommitFacts; onWait: () => void }): Promise<Json> {
  const { commit, subject, gitmodules, links } = o.commit;
  const submodules = readSubmodules(gitmodules, links, null);
  const body = {
    source_blob: { url: o.source, version: commit, version_description: subject, ...(submodules.length > 0 && { submodules }) },
  };
  for (;;) {
    try {
      const build = await api.call('POST', `/apps/${push.appId}/builds`, { body });
      if (isRecord(build)) return build;
    } catch (error) {
      if (!(error instanceof PlatformError) || error.id !== 'conflict') throw error;
    }
    o.onWait();
    await sleep(BUILD_RETRY_MS);
  }
}

/** Prints the build's output as it comes, and returns the build as it ended. */
async function followBuild({ api, bell, out, push }: Deploy, build: Json): Promise<Json> {
  // Output that breaks off is no end of the build.
  await patiently(() => api.stream(textOf(build, 'output_stream_url'), (chunk) => out.print(withoutHeartbeats(chunk))));
  const id = textOf(build, 'id');
  const path = `/apps/${push.appId}/builds/${id}`;
  const ended = await waitFor(
    async () => {
      const now = await patiently(() => api.call('GET', path));
      return isRecord(now) && now['status'] !== 'pending' ? now : undefined;
    },
    RESULT_WITHIN_MS,
    { bell, id },
  );
  if (!ended) throw new PlatformError('unavailable', 'The build did not end. Look at it with paas builds, and push again.');
  return ended;
}

/** The stream may hold NULs that only keep the connection awake. */
function withoutHeartbeats(chunk: Buffer): Buffer {
  return chunk.includes(0) ? Buffer.from(chunk.filter((byte) => byte !== 0)) : chunk;
}
