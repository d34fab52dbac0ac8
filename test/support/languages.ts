// Pushes apps of one language as their owners would, and asks them over HTTP.
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startPlatform, type Platform } from './platform.js';
import { anApp, type PushResult, type Workspace } from './workspace.js';

export interface LanguageApp {
  /** A directory of test/fixtures/apps; its name is the app's. */
  fixture: string;
  /** Config vars set before the first push. */
  config?: Record<string, string>;
  /** Finishes the work tree before the first push. */
  prepare?: (dir: string) => Promise<void>;
  /** Lines of the first push, in this order; a text must be the whole line. */
  says: (string | RegExp)[];
  /** What GET `path` (default `/`) answers with 200. */
  answers: string | RegExp;
  path?: string;
  /** More to find out once the app is up. */
  check?: (app: Workspace, platform: Platform) => Promise<void>;
  /** Lines of a second push that changes one file nobody builds from. */
  saysAgain?: (string | RegExp)[];
}

const FIXTURES = 'test/fixtures/apps';
const PUSH_MS = 10 * 60_000;

/** One platform, and a test for each app: pushed, asked, pushed again, asked again. */
export function deploysEach(language: string, apps: LanguageApp[]): void {
  let platform: Platform;
  beforeAll(async () => {
    platform = await startPlatform();
  });
  afterAll(() => platform?.stop());

  describe(language, () => {
    it.each(apps)('deploys $fixture', { timeout: PUSH_MS }, async (app) => {
      const workspace = await anApp(platform, app.fixture, join(FIXTURES, app.fixture));
      try {
        if (app.config) await workspace.api('PATCH', '/config-vars', app.config);
        if (app.prepare) await app.prepare(workspace.dir).then(() => workspace.commit({}, 'Prepare the first push'));
        expectLines(await workspace.push('main'), app.says);
        expect(await workspace.get(app.path ?? '/')).toMatchObject({ status: 200, body: bodyLike(app.answers) });
        await app.check?.(workspace, platform);
        if (!app.saysAgain) return;
        await workspace.commit({ 'notes-of-the-test.txt': 'changed' }, 'Change a file that nothing is built from');
        expectLines(await workspace.push('main'), app.saysAgain);
        expect(await workspace.get(app.path ?? '/')).toMatchObject({ status: 200, body: bodyLike(app.answers) });
      } finally {
        await workspace.remove();
        await workspace.api('DELETE', '');
      }
    });
  });
}

function bodyLike(answer: string | RegExp): unknown {
  return typeof answer === 'string' ? answer : expect.stringMatching(answer);
}

/** A push that went well and said these lines in this order. */
function expectLines(push: PushResult, lines: (string | RegExp)[]): void {
  expect(push.code, push.output).toBe(0);
  let from = 0;
  for (const line of lines) {
    const at = push.remote.findIndex((each, index) => index >= from && (typeof line === 'string' ? each === line : line.test(each)));
    expect(at, `${String(line)} is not said, or not in this order:\n${push.output}`).toBeGreaterThanOrEqual(0);
    from = at + 1;
  }
}
