// The small ones: archives by their first bytes, the operator's variables, the watch on the disk.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { buildEnv, reachableHosts } from '../../../src/builder/input/build-env.js';
import { compressionOf } from '../../../src/builder/input/source.js';
import { watchDisk } from '../../../src/builder/machine/watch-disk.js';

describe('a source', () => {
  it.each([
    [[0x1f, 0x8b, 8], 'gzip'],
    [[0x2e, 0x2f], 'none'],
  ])('that begins with %j is %s', (bytes, compression) => {
    expect(compressionOf(Buffer.from(bytes))).toBe(compression);
  });

  it.each([
    ['PK\x03\x04', 'a zip'],
    ['BZh9', 'a bzip2'],
    ['\xfd7zXZ', 'an xz'],
    ['\x28\xb5\x2f\xfd', 'a zstd'],
  ])('that begins with %j is refused as %s', (text, name) => {
    expect(() => compressionOf(Buffer.from(text, 'latin1'))).toThrow(`The source is ${name} archive; send a .tar or a .tar.gz.`);
  });
});

describe('the variables for builds', () => {
  it('are proxies, the registry, and what the operator names', () => {
    const env = {
      PATH: '/bin',
      HTTPS_PROXY: 'p',
      no_proxy: 'n',
      npm_config_registry: 'r',
      SLIPWAY_BUILD_ENV_PIP_INDEX_URL: 'i',
      SLIPWAY_BUILD_ENV_HTTPS_PROXY: 'mine',
      SLIPWAY_BUILD_ENV_: 'x',
      SECRET: 's',
    };
    expect(buildEnv(env)).toEqual({ HTTPS_PROXY: 'mine', no_proxy: 'n', npm_config_registry: 'r', PIP_INDEX_URL: 'i' });
  });
});

describe('hosts that builds may reach in private networks', () => {
  it('are those of proxies and mirrors', () => {
    const env = {
      HTTPS_PROXY: 'http://10.0.0.5:3128',
      npm_config_registry: 'https://mirror.example.com/npm/',
      no_proxy: 'localhost',
      PIP_EXTRA_INDEX_URL: 'http://10.0.0.6/a http://10.0.0.6/b',
    };
    expect(reachableHosts(env)).toEqual(['10.0.0.5:3128', 'mirror.example.com:443', '10.0.0.6:80']);
  });
});

describe('the watch on the disk', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const roomy = 100_000;

  function meters(...looks: { usedMb: number; freeMb: number }[][]) {
    let opened = 0;
    let closed = 0;
    const open = async () => {
      const mine = looks[opened++] ?? [];
      return {
        looks: (async function* () {
          yield* mine;
        })(),
        close: async () => void (closed += 1),
      };
    };
    return { open, counts: () => [opened, closed] };
  }

  it.each([
    [
      'build',
      [
        { usedMb: 10, freeMb: roomy },
        { usedMb: Number.NaN, freeMb: Number.NaN },
        { usedMb: 101, freeMb: roomy },
      ],
    ],
    [
      'disk',
      [
        { usedMb: 10, freeMb: roomy },
        { usedMb: 10, freeMb: 511 },
      ],
    ],
    [null, [{ usedMb: 100, freeMb: 512 }]],
  ] as const)('finds that the %s is full', async (fullness, looks) => {
    const full = vi.fn();
    const { open, counts } = meters([...looks]);
    const watch = watchDisk(open, 100, full);
    await vi.advanceTimersByTimeAsync(1_499);
    expect(counts()).toEqual([0, 0]);
    await vi.advanceTimersByTimeAsync(1);
    expect([watch.fullness(), full.mock.calls.length, ...counts()]).toEqual([fullness, fullness ? 1 : 0, 1, 1]);
    watch.stop();
  });

  it('looks with another meter when one has ended or could not be had', async () => {
    const { open } = meters([], [{ usedMb: 101, freeMb: roomy }]);
    let tries = 0;
    const watch = watchDisk(
      () => (tries++ === 1 ? Promise.reject(new Error('no container')) : open()),
      100,
      () => undefined,
    );
    await vi.advanceTimersByTimeAsync(60_000);
    expect([watch.fullness(), tries]).toEqual(['build', 3]);
  });

  it('ends with the build', async () => {
    const { open, counts } = meters();
    watchDisk(open, 100, () => undefined).stop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(counts()).toEqual([0, 0]);
  });
});
