import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { runBash } from './java-bash.js';

// The parts of Adoptium's answers that are read, and an archive in place of a JDK's.
const TEMURIN = (checksum: string) =>
  JSON.stringify([
    {
      binary: { package: { link: 'https://downloads.example.com/jdk.tgz', checksum } },
      version: { major: 21, minor: 0, security: 10, patch: null, build: 7 },
    },
  ]);
const FILES = {
  releases: '{"available_lts_releases":[8,21],"available_releases":[8,20,21,26],"most_recent_feature_release":21}',
  'jdk/release': 'JAVA_VERSION="21.0.10"\n',
  'jdk/jmods/java.base': 'big',
};
const PRELUDE = `source $B/lib/runtime-java.sh
tar -czf jdk.tgz --transform s,^jdk,jdk-21.0.10+7, jdk
curl() {
  local url=\${@: -1} out=/dev/stdout
  while [ $# -gt 1 ]; do [ "$1" != -o ] || out=$2; shift; done
  case $url in
    https://api.adoptium.net/v3/info/available_releases) cat releases ;;
    https://api.adoptium.net/v3/assets/latest/21/hotspot\\?*) sed "s/CHECKSUM/$(sha256sum jdk.tgz | cut -c1-64)/" temurin ;;
    https://api.adoptium.net/v3/assets/latest/8/*) sed -e 's/"major":21/"major":8/' -e 's/:10,"patch":null/:402,"patch":1/' temurin ;;
    https://downloads.example.com/jdk.tgz) cat jdk.tgz ;;
    *) return 22 ;;
  esac >$out
}
`;

describe('Java from Adoptium', () => {
  const run = (script: string, checksum = 'CHECKSUM') => runBash(PRELUDE + script, { files: { ...FILES, temurin: TEMURIN(checksum) } });

  it('is the newest of each line', () => expect(run('list_versions')).toBe('8.0.402.1\n21.0.10\n'));
  it('is unpacked without what only its makers need', () =>
    expect(run('mkdir place; install_version 21.0.10 place; ls place')).toBe('release\n'));
  it('is refused when it is another by now', () =>
    expect(run('mkdir place; install_version 21.0.9 place')).toContain('no longer the newest of its line'));
  it('is refused when it is not what its makers say', () =>
    expect(run('mkdir place; install_version 21.0.10 place', createHash('sha256').digest('hex'))).toContain('not what its checksum says'));
  it('says when nobody answers', () => expect(run('curl() { return 6; }; set -o pipefail; list_versions')).toContain("can't be reached"));
});
