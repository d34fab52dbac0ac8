import { Readable } from 'node:stream';
import { z } from 'zod';
import { failLostBuilds } from '../../../actions/build/fail-lost-builds.js';
import { readOutput } from '../../../bus/output.js';
import { readPulses } from '../../../bus/pulse.js';
import { PlatformError } from '../../../model/errors.js';
import { findBuild, readBuildOutput } from '../../../store/build/builds.js';
import { findReleaseById } from '../../../store/app/releases.js';
import { readReleaseOutput } from '../../../store/app/release-outputs.js';
import type { ApiDeps } from '../../deps.js';
import { followOutput, type OutputSource } from '../../output/follow-output.js';
import type { OpenRouter } from '../../open-router.js';
import { noun } from '../../schema/resource.js';
import { asEvents, asText, firstByte, wantsEvents } from '../../output/output-formats.js';
import { queueNews } from '../../output/queue-news.js';
import { readStreamPath, type StreamKind } from '../../output/signed-path.js';

const about = {
  name: 'output-stream',
  about: 'An output stream is what a build or a release command prints. Its URL is signed.',
  identity: [],
};
const OutputStream = noun(about, z.string());

/** Output of builds and of release commands: no token, since nobody can guess the URL. */
export function mountStreams(router: OpenRouter, deps: ApiDeps): void {
  const reading = {
    of: OutputStream,
    title: 'Read',
    about: 'Reads output from its beginning, live, until it ends.',
    bytes: { gives: 'text/plain' },
  };
  router.get('/streams/:kind/:id', reading, async (http) => {
    const { kind = '', id = '' } = http.params;
    const caller = isStreamKind(kind) ? readStreamPath({ key: deps.store.key, kind, id, now: Date.now() }, http.query) : null;
    const source = caller && isStreamKind(kind) ? await sourceOf(deps, kind, id) : null;
    if (!source || !caller) throw notFound();
    const gone = new AbortController();
    const stream = {
      caller,
      appId: source.appId,
      verb: kind === 'builds' ? ('read-code' as const) : ('view' as const),
      end: () => gone.abort(),
    };
    http.res.once('close', deps.streams.add(stream)).once('close', stream.end);
    if (!(await deps.streams.mayGoOn(stream))) throw notFound();
    if (deps.bus.redis.status !== 'ready')
      throw new PlatformError('unavailable', 'The platform cannot reach Redis right now. Try again in a moment.');
    const pieces = followOutput(deps.bus, source, { from: firstByte(http), signal: gone.signal });
    http.status = 200;
    http.set('Cache-Control', 'no-store');
    http.type = wantsEvents(http) ? 'text/event-stream' : 'text/plain';
    http.body = Readable.from(wantsEvents(http) ? asEvents(pieces) : asText(pieces), { objectMode: false });
    http.flushHeaders();
  });
}

function notFound(): PlatformError {
  return new PlatformError('not_found', "Couldn't find that stream, or its URL has expired.");
}

function isStreamKind(text: string): text is StreamKind {
  return text === 'builds' || text === 'releases';
}

type Source = OutputSource & { appId: string };

function sourceOf(deps: ApiDeps, kind: StreamKind, id: string): Promise<Source | null> {
  return kind === 'builds' ? buildSource(deps, id) : releaseSource(deps, id);
}

async function buildSource(deps: ApiDeps, id: string): Promise<Source | null> {
  const found = await findBuild(deps.store, id);
  if (!found) return null;
  const tellNews = queueNews({
    waiting: () => deps.queue.waiting('build'),
    pulses: () => readPulses(deps.bus, Date.now()),
  });
  return {
    id,
    appId: found.appId,
    async readEnd() {
      const build = await findBuild(deps.store, id);
      const hasEnded = build?.status !== 'pending';
      return { hasEnded, saved: hasEnded ? ((await readBuildOutput(deps.store, id)) ?? null) : null };
    },
    async whileQuiet() {
      await failLostBuilds(deps);
      const build = await findBuild(deps.store, id);
      return build && build.startedAt === null && build.status === 'pending' ? tellNews(id) : '';
    },
  };
}

/** Not there before the release command has begun. */
async function releaseSource(deps: ApiDeps, id: string): Promise<Source | null> {
  const found = await findReleaseById(deps.store, id);
  const readEnd = async () => {
    const release = await findReleaseById(deps.store, id);
    const hasEnded = release?.status !== 'pending';
    return { hasEnded, saved: hasEnded ? ((await readReleaseOutput(deps.store, id)) ?? null) : null };
  };
  const [{ chunks }, end] = await Promise.all([readOutput(deps.bus, id, '', 1), readEnd()]);
  if (!found || (chunks.length === 0 && end.saved === null)) return null;
  return { id, appId: found.appId, readEnd, whileQuiet: async () => '' };
}
