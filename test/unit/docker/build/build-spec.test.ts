import { describe, expect, it } from 'vitest';
import {
  buildContainerSpec,
  meterContainerSpec,
  runtimeContainerSpec,
  volumesMeterSpec,
  type BuildHost,
} from '../../../../src/docker/build/build-spec.js';

const host = (o: Partial<BuildHost> = {}): BuildHost => ({
  homeId: 'home1',
  node: 'node1',
  image: 'slipway/build:abc',
  network: 'slipway-build',
  runtimesVolume: 'runtimes',
  limits: { memoryMb: 2_048, pids: 512 },
  caBundle: null,
  buildEnv: {},
  seccomp: '{}',
  ...o,
});

const aBuild = (o: Partial<BuildHost> = {}, buildId: string | null = 'build-id') =>
  buildContainerSpec({ place: host(o), appId: 'app-id', buildId, cacheVolume: 'cache-of-app' });

const mountsOf = (spec: ReturnType<typeof aBuild>) =>
  (spec.HostConfig?.Mounts ?? []).map(({ Source, Target, ReadOnly }) => `${Source || '(new)'} ${Target}${ReadOnly ? ' ro' : ''}`);

describe('the container of a build', () => {
  it('is not root, has no capability and no way to more, and its own limits', () => {
    const { User, HostConfig } = aBuild();
    expect(User).toBe('20000:20000');
    expect(HostConfig).toMatchObject({
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges', 'seccomp={}'],
      IpcMode: 'private',
      NetworkMode: 'slipway-build',
      Memory: 2 ** 31,
      MemorySwap: 2 ** 31,
      PidsLimit: 512,
      CpuShares: 32,
      OomScoreAdj: 500,
      LogConfig: { Type: 'none', Config: {} },
      Binds: [],
    });
    expect(HostConfig).not.toHaveProperty('CapAdd');
    expect(HostConfig).not.toHaveProperty('PidMode');
    expect(HostConfig).not.toHaveProperty('Privileged');
  });

  it('writes to two volumes and a little memory, and only reads runtimes', () => {
    const spec = aBuild();
    expect(spec.HostConfig?.ReadonlyRootfs).toBe(true);
    expect(mountsOf(spec)).toEqual(['cache-of-app /tmp', '(new) /app', 'runtimes /opt/slipway/runtimes ro']);
    expect(spec.HostConfig?.Tmpfs).toEqual({
      '/run/slipway': 'rw,nosuid,nodev,noexec,size=8m,mode=0700,uid=20000,gid=20000',
      '/var/tmp': 'rw,nosuid,nodev,size=64m,mode=1777',
    });
  });

  it('is found again by its labels; one that waits says so', () => {
    const labels = { 'slipway.home': 'home1', 'slipway.app': 'app-id', 'slipway.builder': 'node1' };
    expect(aBuild().Labels).toEqual({ ...labels, 'slipway.build': 'build-id' });
    expect(aBuild({}, null).Labels).toEqual({ ...labels, 'slipway.build': 'spare' });
  });

  it("has nothing of ours in its environment but the operator's settings and the host's authorities", () => {
    const env = aBuild({ buildEnv: { HTTPS_PROXY: 'http://proxy', HOME: '/elsewhere' }, caBundle: '/etc/ssl/certs/ca.crt' }).Env ?? [];
    expect(env).toContain('HTTPS_PROXY=http://proxy');
    expect(env).toContain('HOME=/elsewhere');
    expect(env.some((entry) => entry.startsWith('npm_config_cafile='))).toBe(true);
    expect((aBuild().Env ?? []).map((entry) => entry.split('=')[0])).toEqual(['PATH', 'HOME', 'LANG']);
  });
});

describe('the container that installs a runtime', () => {
  it('is root without capabilities, and writes runtimes, but nothing of an app', () => {
    const spec = runtimeContainerSpec({ place: host(), args: ['install', 'node', '24.1.0'] });
    expect(spec).toMatchObject({ User: '0:0', Cmd: ['/slipway/buildpacks/lib/runtime.sh', 'install', 'node', '24.1.0'] });
    expect(mountsOf(spec)).toEqual(['runtimes /opt/slipway/runtimes']);
    expect(spec.HostConfig).toMatchObject({ CapDrop: ['ALL'] });
    expect(spec.Labels).not.toHaveProperty('slipway.app');
  });
});

describe('a meter', () => {
  it('reads a build from beside it, without a network', () => {
    const { HostConfig, Cmd } = meterContainerSpec(host(), { containerId: 'c1', limitMb: 4_096 });
    expect(Cmd).toEqual(['/slipway/buildpacks/lib/measure.pl', 'build', '4096']);
    expect(HostConfig).toMatchObject({
      NetworkMode: 'none',
      PidMode: 'container:c1',
      ReadonlyRootfs: true,
      CapDrop: ['ALL'],
      CapAdd: ['DAC_READ_SEARCH', 'SYS_PTRACE'],
      Memory: 256 * 1024 * 1024,
      PidsLimit: 32,
      Mounts: [],
    });
  });

  it('only reads volumes, and sees no process', () => {
    const spec = volumesMeterSpec(host(), ['one', 'two']);
    expect(mountsOf(spec)).toEqual(['one /volumes/one ro', 'two /volumes/two ro']);
    expect(spec.HostConfig).toMatchObject({ NetworkMode: 'none', CapAdd: ['DAC_READ_SEARCH'] });
    expect(spec.HostConfig).not.toHaveProperty('PidMode');
  });
});
