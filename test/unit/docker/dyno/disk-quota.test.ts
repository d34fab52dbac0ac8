import { expect, test } from 'vitest';
import { countsByProject } from '../../../../src/docker/dyno/disk-quota.js';

const ROOT = '22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw';
const XFS = '40 22 254:16 / /var/lib/docker rw,relatime shared:9 - xfs /dev/vdb rw,attr2,inode64,prjquota';
const WITHOUT = '40 22 254:16 / /var/lib/docker rw,relatime shared:9 - xfs /dev/vdb rw,attr2,inode64,noquota';
const OVERLAY = '50 40 0:40 / /var/lib/docker/overlay2/x/merged rw - overlay overlay rw,lowerdir=/a';

test.each<[string, string[], string, boolean]>([
  ['that is mounted for it', [ROOT, XFS, OVERLAY], '/var/lib/docker', true],
  ['below its mount', [ROOT, XFS], '/var/lib/docker/200000.200000', true],
  ['without it', [ROOT, WITHOUT], '/var/lib/docker', false],
  ['of the root', [ROOT.replace('ext4 /dev/vda rw', 'xfs /dev/vda rw,pquota')], '/var/lib/docker', true],
  ['beside one that does', [ROOT, XFS], '/var/lib/docker-2', false],
  ['mounted over one that does', [XFS, WITHOUT], '/var/lib/docker', false],
  ['that nobody knows', [''], '/var/lib/docker', false],
])('a file system %s', (_name, lines, folder, counts) => expect(countsByProject(lines.join('\n'), folder)).toBe(counts));
