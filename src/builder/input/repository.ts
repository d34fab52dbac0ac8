// The source of a build that a repository elsewhere holds: its commit is fetched, read and packed, as git push would bring it.
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { tellStatus } from '../../actions/connection/tell-status.js';
import { sshLoginOf } from '../../actions/connection/ssh-login.js';
import { cutText } from '../../lib/cut-text.js';
import type { CommitTold } from '../../model/build/build.js';
import { PlatformError } from '../../model/errors.js';
import { subjectOf } from '../../model/git/commit-subject.js';
import { lfsRefusal } from '../../model/git/lfs.js';
import { asThatOf, withLogin } from '../../model/git/remote-url.js';
import { openTreeReader, type TreeFacts } from '../../model/git/tree-listing.js';
import { fetchCommit, isCommit, lookUp } from '../../outbound/git-commit.js';
import { withGit, type Git } from '../../outbound/git.js';
import { initRepo } from '../../outbound/init-repo.js';
import { readBuildLogin } from '../../store/build/build-logins.js';
import { noteCommit } from '../../store/build/builds.js';
import type { Builder } from '../deps.js';
import { inTransaction } from '../../store/open-store.js';
import { info, step } from '../texts.js';
import type { BuildWork } from '../work.js';
import { submodulesOf } from './submodules.js';

export interface FetchedRepository {
  work: BuildWork;
  discard(): Promise<void>;
}

const FORMAT = ['%H', '%an', '%ae', '%cI', '%B'].join('%x00');
const MOST_MESSAGE_CHARS = 64 * 1024;
const MOST_NAME_CHARS = 500;

/** Fetches the commit that the build's ref names. Throws PlatformError, in one line, when it can't be had or built. */
export async function fetchRepository(b: Builder, work: BuildWork): Promise<FetchedRepository> {
  const { build: row, output, signal } = work;
  const login = await readBuildLogin(b.ctx.store, row.id);
  const ssh = await sshLoginOf(b.ctx, row.connectionId);
  const dir = await mkdtemp(join(b.tempDir, 'repository-'));
  const discard = () => rm(dir, { recursive: true, force: true });
  output.say(step(`Fetching ${row.gitRef} of ${row.source}`));
  const url = withLogin(row.source, login);
  try {
    const fetched = await withGit({ ...b.sources, ssh }, url, signal, (git) =>
      fetchInto(git, { dir, url, source: row.source, ref: isCommit(row.commit) ? row.commit : row.gitRef }),
    );
    const { told, submodules, archive } = fetched;
    output.say(info(`${told.id.slice(0, 8)} ${told.subject}`));
    const commit = { commit: told.id, sourceDescription: told.subject, told };
    await inTransaction(b.ctx.store, async (store) => {
      await noteCommit(store, row.id, commit);
      await tellStatus(store, row);
    });
    if (row.connectionId !== null) await b.ctx.bus.publish('outbox-written', {});
    work.mark('fetch');
    const build = { ...row, commit: told.id, sourceDescription: told.subject, commitTold: told, submodules };
    return { work: { ...work, build, archive, open: asThatOf({ url: row.source, login }), ssh }, discard };
  } catch (error) {
    await discard();
    if (!(error instanceof PlatformError)) throw error;
    throw new PlatformError(error.id, `${row.source} can't be built: ${error.message.replace(/\.$/, '')}.`, { cause: error });
  }
}

interface Wanted {
  dir: string;
  /** With what opens it, and without. */
  url: string;
  source: string;
  ref: string | null;
}

async function fetchInto(git: Git, { dir, url, source, ref: named }: Wanted) {
  const ref = named === 'HEAD' ? null : named;
  const repo = join(dir, 'repository.git');
  await initRepo(git, repo);
  const commit = isCommit(ref) ? ref : await lookUp(git, url, ref);
  const id = await fetchCommit((args) => git(args, repo), { url, commit, name: commit ?? ref ?? 'HEAD' });
  const reader = openTreeReader();
  await git(['ls-tree', '-r', '-t', '-l', '-z', id], repo, reader.read);
  const tree = reader.facts();
  const lfsFile = await findLfsFile(git, repo, { id, tree });
  if (lfsFile) throw lfsRefusal(lfsFile);
  const archive = join(dir, 'source.tar');
  await git(['archive', '--format=tar', '-o', archive, id], repo);
  return {
    told: await readTold(git, repo, id),
    submodules: await submodulesOf(git, repo, { path: '', url: source, commit: id }, tree),
    archive,
  };
}

async function readTold(git: Git, repo: string, id: string): Promise<CommitTold> {
  const said = await git(['-c', 'i18n.logOutputEncoding=UTF-8', 'show', '-s', '--no-show-signature', `--format=${FORMAT}`, id], repo);
  const [, name = '', email = '', committedAt = '', message = ''] = said.split('\0');
  const kept = cutText(message.trimEnd(), MOST_MESSAGE_CHARS);
  const author = { name: cutText(name, MOST_NAME_CHARS), email: cutText(email, MOST_NAME_CHARS) };
  return { id, author, committedAt: timeOf(committedAt), subject: subjectOf(kept), message: kept };
}

/** Commits may claim times that no calendar has. */
function timeOf(text: string): string {
  const time = new Date(text);
  return Number.isNaN(time.getTime()) ? new Date(0).toISOString() : time.toISOString();
}

/** A file that the commit has a pointer of only; null where no attributes send files to Git LFS. */
async function findLfsFile(git: Git, repo: string, { id, tree }: { id: string; tree: TreeFacts }): Promise<string | null> {
  if (tree.attributes.length === 0) return null;
  const grep = (args: string[]) => git(['grep', '-l', '--max-count=1', ...args], repo).catch(() => '');
  const uses = await grep(['-E', '-e', '^[^#]*filter=lfs', id, '--', ':(glob)**/.gitattributes']);
  if (uses === '') return null;
  const found = await grep(['-F', '-e', 'version https://git-lfs.github.com/spec/v1', id]);
  return (
    found
      .split('\n')
      .find((line) => line !== '' && !line.endsWith('.gitattributes'))
      ?.slice(id.length + 1) ?? null
  );
}
