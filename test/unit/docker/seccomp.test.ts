import { expect, it } from 'vitest';
import { seccompProfile } from '../../../src/docker/seccomp.js';

interface Rule {
  names: string[];
  action: string;
  args?: { index: number; value: number; op: string }[];
}
const { syscalls } = JSON.parse(seccompProfile()) as { syscalls: Rule[] };
const allowed = (name: string) => syscalls.filter(({ names, action }) => names.includes(name) && action === 'SCMP_ACT_ALLOW');

it('allows sockets of the families that apps talk by, and no other', () => {
  const families = allowed('socket').map(({ args = [] }) => args.map(({ index, value, op }) => `${index} ${op} ${value}`));
  expect(families).toEqual([
    ['0 SCMP_CMP_EQ 1'],
    ['0 SCMP_CMP_EQ 2'],
    ['0 SCMP_CMP_EQ 10'],
    ['0 SCMP_CMP_EQ 16', '2 SCMP_CMP_EQ 0'],
    ['0 SCMP_CMP_EQ 16', '2 SCMP_CMP_EQ 15'],
  ]);
  expect(allowed('socketpair').map(({ args }) => args)).toEqual([[{ index: 0, value: 1, op: 'SCMP_CMP_EQ' }]]);
});

it.each(['io_setup', 'io_uring_setup', 'clone3'])('says that the kernel has no %s: libraries then do without', (name) => {
  expect(allowed(name)).toEqual([]);
  expect(syscalls.find(({ names }) => names.includes(name))).toMatchObject({ action: 'SCMP_ACT_ERRNO', errnoRet: 38 });
});

it.each(['mount', 'unshare', 'setns', 'keyctl', 'bpf', 'open_by_handle_at', 'settimeofday', 'init_module', 'add_key'])(
  'does not name %s',
  (name) => expect(syscalls.flatMap(({ names }) => names)).not.toContain(name),
);
