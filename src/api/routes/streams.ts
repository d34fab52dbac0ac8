import { Readable } from 'node:stream';
import { failLostBuilds } from '../../actions/fail-lost-builds.js';
import { readOutput } from '../../bus/build-output.js';
import { readPulses } from '../../bus/pulse.js';
import { PlatformError } from '../../model/errors.js';
import { findBuild, readBuildOutput } from '../../store/builds.js';
import { findReleaseById } from '../../store/releases.js';
import { readReleaseOutput } from '../../store/release-outputs.js';
import type { ApiDeps } from '../deps.js';
import { followOutput, type OutputSource } from '../follow-output.js';
import type { PublicRouter } from '../http.js';
import { asEvents, asText, firstByte, wantsEvents } from '../output-formats.js';
import { queueNews } from '../queue-news.js';
import { mayFollow, type StreamKind } from '../signed-path.js';

/** Output of builds and of release commands: no token, since nobody can guess the URL. */
export function mountStreams(router: PublicRouter, deps: ApiDeps): void {
  router.get('/streams/:kind/:id', async (http) => {
    const { kind = '', id = '' } = http.params;
    const source = isStreamKind(kind) && mayFollow(deps.store.key, kind, id, String(http.query['signature'] ?? '')) ? await sourceOf(deps, kind, id) : null;
    if (!source) throw new PlatformError('not_found', "Couldn't find that stream.");
    if (deps.bus.redis.status !== 'ready') throw new PlatformError('unavailable', 'The platform cannot reach Redis right now. Try again in a moment.');
    const gone = new AbortController();
    http.res.once('close', () => gone.abort());
    const pieces = followOutput(deps.bus, source, { from: firstByte(http), signal: gone.signal });
    http.status = 200;
    http.set('Cache-Control', 'no-store');
    http.type = wantsEvents(http) ? 'text/event-stream' : 'text/plain';
    http.body = Readable.from(wantsEvents(http) ? asEvents(pieces) : asText(pieces), { objectMode: false });
    http.flushHeaders();
  });
}

function isStreamKind(text: string): text is StreamKind {
  return text === 'builds' || text === 'releases';
}

function sourceOf(deps: ApiDeps, kind: StreamKind, id: string): Promise<OutputSource | null> {
  return kind === 'builds' ? buildSource(deps, id) : releaseSource(deps, id);
}

async function buildSource(deps: ApiDeps, id: string): Promise<OutputSource | null> {
  if (!(await findBuild(deps.store, id))) return null;
  const tellNews = queueNews({
    waiting: () => deps.queue.waiting('build'),
    pulses: () => readPulses(deps.bus, Date.now()),
  });
  return {
    id,
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
async function releaseSource(deps: ApiDeps, id: string): Promise<OutputSource | null> {
  const readEnd = async () => {
    const release = await findReleaseById(deps.store, id);
    const hasEnded = release?.status !== 'pending';
    return { hasEnded, saved: hasEnded ? ((await readReleaseOutput(deps.store, id)) ?? null) : null };
  };
  const [{ chunks }, end] = await Promise.all([readOutput(deps.bus, id, '', 1), readEnd()]);
  if (chunks.length === 0 && end.saved === null) return null;
  return { id, readEnd, whileQuiet: async () => '' };
}
