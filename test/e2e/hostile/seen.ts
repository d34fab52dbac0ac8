// What probes.py sees, attack by attack. Each line is all there is: `done` or a number that is reached is a hole, unless it says why not.
import { expect } from 'vitest';

export const SEEN = {
  'host on every interface': expect.stringMatching(/^reached 0 of \d\d+$/),
  'host by ping': expect.stringMatching(/^answered 0 of [1-9]\d*$/),
  'host by link-local IPv6': 'EADDRNOTAVAIL',
  metadata: 'reached 0 of 3',
  "another's dyno and build, by address": 'reached 0 of 2',
  "another's dyno and build, by ping": 'answered 0 of 2',
  // Docker tells names of containers on the same network; no packet gets there.
  "another's dyno and build, by name": 'reached 0',
  'sockets of the host': 'ENOENT',
  'abstract sockets': '0',
  'files of the host': 'EACCES ENOENT',
  'processes of others': '{20000}, ESRCH',
  // It is docker's init, as the dyno's own user; what keeps a build is out of reach.
  'ptrace of the first process': 'done',
  'setuid programs': 'refused, 0 0 0 1',
  'becoming root': 'EPERM',
  'a program of its own that is setuid': 'EPERM, 20000',
  mount: 'EPERM',
  namespaces: 'EPERM',
  'a file by its handle': 'EPERM',
  'raw and packet sockets': 'EPERM',
  'sockets of families that no app needs': 'EPERM',
  netlink: 'EPERM',
  'writing to /proc and /sys': 'EACCES ENOENT EROFS, to be the last to go EACCES',
  'reading the kernel': 'EACCES ENOENT, EPERM, 1 addresses',
  keyring: 'EPERM',
  'device nodes': 'EPERM, fd full mqueue null ptmx pts random shm stderr stdin stdout tty urandom zero',
  clock: 'EPERM',
  'its own cgroup': 'EACCES, EROFS',
  'priority and real time': 'EACCES EPERM',
  'locking memory': 'ENOMEM',
  'modules, reboot, swap, quotas, accounting': 'EPERM',
  'bpf, perf, userfaultfd, io_uring, aio': 'ENOSYS EPERM',
  'writing outside /app and /tmp': 'EACCES ENOENT',
  'shared volumes': '',
  // In a network of its own, which nobody but the router reaches.
  'ports of the platform': 'done',
};

export const IN_A_BUILD = {
  namespaces: 'EACCES EPERM',
  'processes of others': '{20000, 0}, ESRCH',
  'ptrace of the first process': 'EPERM',
  'writing outside /app and /tmp': 'EACCES EROFS',
  'shared volumes': '/app /run/slipway /tmp /var/tmp',
};
