// POST git-upload-pack and git-receive-pack: the body goes to git, git's answer goes back, and nothing outlives either.
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable, Writable } from 'node:stream';
import { createAction } from 'node-git-server';
import { log } from '../lib/log.js';
import { asRequest, NO_CACHE, openReply, refuse } from './exchange.js';
import { setProtocol } from './git-environment.js';
import type { GitService } from './git-request.js';
import { killTree } from './kill-tree.js';
import { openBody } from './request-body.js';

interface ServeOptions {
  req: IncomingMessage;
  res: ServerResponse;
  repoDir: string;
  service: GitService;
  /** The version of git's protocol the client speaks; null for the oldest. */
  protocol: string | null;
  /** Called as soon as git runs, before it has read anything. */
  onStart: (git: ChildProcess) => void;
}

const START_WITHIN_MS = 3_000;
const STALL_MS = 120_000;
const MAX_NEGOTIATION_BYTES = 32 * 1024 * 1024;

/** Serves one request until its response has closed and git has ended. Says whether both came to their end. */
export async function servePack({ req, res, repoDir, service, protocol, onStart }: ServeOptions): Promise<{ completed: boolean }> {
  let git = null as ChildProcess | null;
  let exited: Promise<unknown> = Promise.resolve();
  let stderr = '';
  const stop = () => {
    if (!git) return;
    killTree(git);
    // What nobody reads any more would keep it from closing.
    git.stdout?.destroy();
  };

  const body = openBody(req, {
    // git itself measures what is pushed, and says so in words.
    maxBytes: service === 'receive-pack' ? Infinity : MAX_NEGOTIATION_BYTES,
    stallMs: STALL_MS,
    onProblem: (problem) => {
      stop();
      refuse(res, problem);
    },
  });
  const reply = openReply(res, {
    headers: { ...NO_CACHE, 'content-type': `application/x-git-${service}-result` },
    finish: async () => {
      await exited;
      return git?.exitCode === 0 ? null : { status: 400, message: explain(stderr) };
    },
  });

  const action = createAction({ repo: repoDir, service, cwd: repoDir }, asRequest(body, { method: 'POST', url: '/' }), reply.response);
  const watchdog = setTimeout(() => refuse(res, { status: 400, message: 'git could not be started for this request.' }), START_WITHIN_MS);
  action.on('error', (error: Error) => log('git-error', { service, error: error.message }));
  action.once('service', (child: ChildProcess) => {
    setProtocol(process.env, null);
    clearTimeout(watchdog);
    git = child;
    exited = guard(child, (text) => (stderr = (stderr + text).slice(-2_000)));
    void exited.then(() => readToNowhere(req, body));
    onStart(child);
    if (res.destroyed) stop();
  });
  // node-git-server starts git in the tick that follows on this one.
  process.nextTick(() => setProtocol(process.env, protocol));
  // Accepted at once: node-git-server's own events come only for first chunks that its regular expression knows.
  action.accept();

  if (!res.closed) await once(res, 'close');
  clearTimeout(watchdog);
  const wasSent = res.writableFinished;
  body.destroy();
  stop();
  await exited;
  if (stderr) log('git-stderr', { service, text: stderr.trim() });
  return { completed: wasSent && git?.exitCode === 0 };
}

/** git may end before it has read everything (a push that is too large): a client still sending must not be cut off. */
function readToNowhere(req: IncomingMessage, body: Readable): void {
  if (req.readableEnded) return;
  req.unpipe();
  body.destroy();
  req.setTimeout(STALL_MS, () => req.destroy());
  req.resume();
}

/** Hears all errors of a child and its pipes, and reads its stderr, which would fill otherwise. Resolves at its end. */
function guard(child: ChildProcess, hear: (stderr: string) => void): Promise<unknown> {
  // Without free file descriptors a child comes without pipes, and node-git-server would reach into nothing.
  child.stdout ??= Readable.from([]);
  child.stdin ??= new Writable({ write: (_chunk, _encoding, done) => done() });
  for (const part of [child.stdin, child.stdout, child.stderr]) part?.on('error', () => undefined);
  child.stderr?.setEncoding('utf8').on('data', hear);
  return new Promise((resolve) => {
    child.once('close', resolve);
    child.once('error', resolve);
  });
}

/** What git said about a request it couldn't read, without anything of our own machine. */
function explain(stderr: string): string {
  const said = /^fatal: (protocol error: .*|the remote end hung up.*)$/m.exec(stderr)?.[1];
  return said ? `git can't read this request: ${said}` : "git can't answer this request.";
}
