// What goes into the container before the source.
import { describe, expect, it } from 'vitest';
import tar from 'tar-stream';
import { packSettings, settingsText, type BuildSettings } from '../../../src/builder/header.js';

const settings: BuildSettings = {
  buildId: '0f8fad5b-d9cb-469f-a165-70867728950e',
  requestId: 'r',
  stack: 'heroku-22',
  sourceVersion: "it's",
  compression: 'gzip',
  stripTop: false,
  buildpacks: ['nodejs', 'fetched:0'],
  detectOrder: ['nodejs', 'procfile'],
  knownLayers: ['node_modules:abc'],
  cacheEpoch: 3,
  cacheMb: 500,
  diskMb: 1000,
};

describe('settings', () => {
  it('are bash that cannot be broken out of', () => {
    const text = settingsText(settings);
    expect(text).toContain("BUILD_ID='0f8fad5bd9cb'\n");
    expect(text).toContain("SOURCE_VERSION='it'\\''s'\n");
    expect(text).toContain("BUILDPACKS=('nodejs' 'fetched:0')\n");
  });

  it('protect the cache from buildpacks that are not ours', () => {
    expect(settingsText(settings)).toContain("CACHE_MODE='copy'");
    expect(settingsText({ ...settings, buildpacks: ['nodejs'] })).toContain("CACHE_MODE='shared'");
    expect(settingsText({ ...settings, buildpacks: [] })).toContain("CACHE_MODE='shared'");
  });

  it('come with the config vars, byte for byte', async () => {
    const extract = tar.extract();
    extract.end(await packSettings(settings, { A: 'x\n\u00e9', EMPTY: '' }));
    const files: Record<string, string> = {};
    for await (const entry of extract) {
      const parts: Buffer[] = [];
      for await (const part of entry) parts.push(part as Buffer);
      files[entry.header.name] = Buffer.concat(parts).toString();
    }
    expect(files).toMatchObject({ 'env/A': 'x\n\u00e9', 'env/EMPTY': '' });
    expect(Object.keys(files)).toEqual(['settings', 'env', 'env/A', 'env/EMPTY']);
  });
});
