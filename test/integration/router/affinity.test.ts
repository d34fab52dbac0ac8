// The app feature `http-session-affinity`.
import { afterEach, expect, it } from 'vitest';
import { aDyno, anApp, bodyOf, get, httpDyno, raw, startTestRouter, until, type TestRouter, type Upstream } from './support.js';

const ids = ['1e6b4a0e-0000-4000-8000-000000000001', '1e6b4a0e-0000-4000-8000-000000000002', '1e6b4a0e-0000-4000-8000-000000000003'];
const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function threeDynos(
  hasAffinity: boolean,
  activePerDyno = 50,
): Promise<{ router: TestRouter; dynos: Upstream[]; isHeld: () => boolean }> {
  let isHeld = false;
  const hold = () => void (isHeld = true);
  const dynos = await Promise.all(ids.map((id) => httpDyno((req, res) => void (req.url === '/hang' ? hold() : res.end(id)))));
  const router = await startTestRouter([anApp({ hasAffinity, dynos: dynos.map(({ port }, i) => aDyno({ id: ids[i]!, port })) })], {
    activePerDyno,
    firstByteMs: 10_000,
  });
  open.push(...dynos.map(({ close }) => close), () => router.close());
  return { router, dynos, isHeld: () => isHeld };
}

const cookieOf = (answer: string) =>
  /\r\nSet-Cookie: (heroku-session-affinity=[\w-]+); Path=\/; Max-Age=86400; HttpOnly\r\n/.exec(answer)?.[1];
const ask = (router: TestRouter, cookie: string, path = '/') =>
  raw(router.port, get(path, ['Host: demo.localhost', `Cookie: a=1; ${cookie}; b=2`]));

it('a browser that comes back is answered by the same dyno, and told once', async () => {
  const { router } = await threeDynos(true);
  const first = await raw(router.port, get());
  const cookie = cookieOf(first)!;
  expect(cookie).toBe(`heroku-session-affinity=${bodyOf(first)}`);
  for (let i = 0; i < 20; i += 1) {
    const answer = await ask(router, cookie);
    expect(bodyOf(answer)).toBe(bodyOf(first));
    expect(cookieOf(answer)).toBeUndefined();
  }
});

it('another dyno answers, and says so, once that one is gone', async () => {
  const { router, dynos } = await threeDynos(true);
  router.route(anApp({ hasAffinity: true, dynos: [aDyno({ id: ids[1]!, port: dynos[1]!.port })] }));
  const answer = await ask(router, `heroku-session-affinity=${ids[0]}`);
  expect([bodyOf(answer), cookieOf(answer)]).toEqual([ids[1], `heroku-session-affinity=${ids[1]}`]);
});

it('another dyno answers when that one can not be reached, or has no room', async () => {
  const { router, dynos, isHeld } = await threeDynos(true, 1);
  await dynos[0]!.close();
  expect([ids[1], ids[2]]).toContain(bodyOf(await ask(router, `heroku-session-affinity=${ids[0]}`)));
  const hanging = ask(router, `heroku-session-affinity=${ids[1]}`, '/hang');
  expect(bodyOf(await ask(router, `heroku-session-affinity=${ids[2]}`))).toBe(ids[2]);
  await until(isHeld);
  expect(bodyOf(await ask(router, `heroku-session-affinity=${ids[1]}`))).toBe(ids[2]);
  await dynos[1]!.close();
  await hanging;
});

it.each(['heroku-session-affinity=nonsense', 'x-heroku-session-affinity=1', 'heroku-session-affinity='])(
  '%s is passed over',
  async (cookie) => {
    const { router } = await threeDynos(true);
    const answer = await ask(router, cookie);
    expect(cookieOf(answer)).toBe(`heroku-session-affinity=${bodyOf(answer)}`);
  },
);

it('nothing is said where the app has not switched it on', async () => {
  const { router } = await threeDynos(false);
  const answers = await Promise.all(Array.from({ length: 30 }, () => ask(router, `heroku-session-affinity=${ids[0]}`)));
  expect(new Set(answers.map(bodyOf)).size).toBeGreaterThan(1);
  expect(answers.some((answer) => answer.includes('Set-Cookie'))).toBe(false);
});
