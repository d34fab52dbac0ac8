// What goes into the container before the source.
import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { settingsText, type BuildSettings } from '../../../../src/builder/input/header.js';

const settings: BuildSettings = {
  requestId: 'r',
  stack: 'heroku-22',
  sourceVersion: "it's",
  compression: 'gzip',
  sourceDir: null,
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
    const text = settingsText(settings, {});
    expect(text).toContain("SOURCE_VERSION='it'\\''s'\n");
    expect(text).toContain("BUILDPACKS=('nodejs' 'fetched:0')\n");
  });

  it('protect the cache from buildpacks that are not ours', () => {
    expect(settingsText(settings, {})).toContain("CACHE_MODE='copy'");
    expect(settingsText({ ...settings, buildpacks: ['nodejs'] }, {})).toContain("CACHE_MODE='shared'");
    expect(settingsText({ ...settings, buildpacks: [] }, {})).toContain("CACHE_MODE='shared'");
  });

  it('come with the config vars, byte for byte', () => {
    const vars = { A: "x\n\u00e9 '$(exit 1)' \\", EMPTY: '', B: '  ' };
    const text = Buffer.from(settingsText(settings, vars));
    const script = 'LC_ALL=C IFS= read -r -N $1 text; eval "$text"; printf "%s\\0" "$STACK" "${ENV_NAMES[@]}" "${ENV_VALUES[@]}"; cat';
    const said = execFileSync('bash', ['-c', script, 'bash', String(text.length)], {
      input: Buffer.concat([text, Buffer.from('rest')]),
      env: { ...process.env, LC_ALL: 'C.UTF-8' },
    });
    expect(said.toString().split('\0')).toEqual(['heroku-22', ...Object.keys(vars), ...Object.values(vars), 'rest']);
  });
});
