// The system calls a dyno may make: what an unprivileged program needs, by purpose; all others answer EPERM.
// Not in the list, on purpose: namespaces and mounts, keyrings, bpf, perf, userfaultfd, modules, clocks and swap;
// io_uring and all families of sockets but four, ways to the kernel that no app of ours has needed; and the kernel's own
// asynchronous I/O, of which one program could take the whole machine's (fs.aio-max-nr).

const ALLOWED = {
  files: `read write open openat openat2 creat close close_range stat fstat lstat newfstatat statx access faccessat faccessat2 lseek
    pread64 pwrite64 readv writev preadv pwritev preadv2 pwritev2 dup dup2 dup3 fcntl flock fsync fdatasync sync syncfs
    sync_file_range truncate ftruncate fallocate fadvise64 readahead copy_file_range sendfile splice tee vmsplice ioctl`,
  directories: `getcwd chdir fchdir getdents getdents64 mkdir mkdirat rmdir rename renameat renameat2 link linkat unlink unlinkat
    symlink symlinkat readlink readlinkat mknod mknodat umask utime utimes utimensat futimesat statfs fstatfs name_to_handle_at`,
  ownership: `chmod fchmod fchmodat fchmodat2 chown fchown lchown fchownat getxattr lgetxattr fgetxattr setxattr lsetxattr fsetxattr
    listxattr llistxattr flistxattr removexattr lremovexattr fremovexattr`,
  memory: `mmap mprotect munmap brk mremap msync mincore madvise mlock mlock2 munlock mlockall munlockall remap_file_pages
    memfd_create memfd_secret pkey_alloc pkey_free pkey_mprotect membarrier get_mempolicy`,
  processes: `fork vfork execve execveat exit exit_group wait4 waitid kill tkill tgkill getpid getppid gettid getpgid setpgid getpgrp
    getsid setsid set_tid_address restart_syscall prctl arch_prctl modify_ldt set_thread_area get_thread_area pidfd_open
    pidfd_send_signal process_mrelease ptrace process_vm_readv process_vm_writev rseq uname sysinfo times getrusage getrlimit
    setrlimit prlimit64 getpriority setpriority ioprio_get ioprio_set getcpu getrandom`,
  identities: `getuid geteuid getgid getegid getgroups setgroups getresuid getresgid setuid setgid setreuid setregid setresuid
    setresgid setfsuid setfsgid capget capset seccomp landlock_create_ruleset landlock_add_rule landlock_restrict_self`,
  scheduling: `sched_yield sched_getparam sched_setparam sched_getscheduler sched_setscheduler sched_getattr sched_setattr
    sched_get_priority_max sched_get_priority_min sched_rr_get_interval sched_getaffinity sched_setaffinity futex futex_waitv
    futex_wake futex_wait futex_requeue set_robust_list get_robust_list`,
  signals: `rt_sigaction rt_sigprocmask rt_sigreturn rt_sigpending rt_sigtimedwait rt_sigqueueinfo rt_tgsigqueueinfo rt_sigsuspend
    sigaltstack pause signalfd signalfd4`,
  time: `nanosleep clock_gettime clock_getres clock_nanosleep clock_adjtime adjtimex gettimeofday time alarm getitimer setitimer
    timer_create timer_settime timer_gettime timer_getoverrun timer_delete timerfd_create timerfd_settime timerfd_gettime`,
  network: `connect accept accept4 bind listen getsockname getpeername setsockopt getsockopt sendto recvfrom sendmsg
    recvmsg sendmmsg recvmmsg shutdown`,
  waiting: `poll ppoll select pselect6 epoll_create epoll_create1 epoll_ctl epoll_wait epoll_pwait epoll_pwait2 epoll_ctl_old
    epoll_wait_old eventfd eventfd2 pipe pipe2 inotify_init inotify_init1 inotify_add_watch inotify_rm_watch fanotify_mark`,
  messages: `shmget shmat shmctl shmdt semget semop semctl semtimedop msgget msgsnd msgrcv msgctl mq_open mq_unlink mq_timedsend
    mq_timedreceive mq_notify mq_getsetattr`,
} as const satisfies Record<string, string>;

const EPERM = 1;
const ENOSYS = 38;
const AF_UNIX = 1;
/** Those of whatever an app talks to: AF_UNIX, AF_INET, AF_INET6. */
const FAMILIES = [AF_UNIX, 2, 10];
const AF_NETLINK = 16;
/** What there are for addresses and devices (NETLINK_ROUTE), and news of devices, without which browsers don't start. */
const NETLINKS = [0, 15];
/** Every CLONE_NEW* flag but CLONE_NEWTIME: a clone that asks for none of them is a plain thread or process. */
const NEW_NAMESPACES = 0x7e020000;
const MISSING = ['clone3', 'io_uring_setup', 'io_uring_enter', 'io_uring_register', 'io_setup'];
/** Linux, 32-bit names, the 2.6 look, and asking what it is. */
const PERSONALITIES = [0x0, 0x8, 0x20000, 0x20008, 0xffffffff];

/** The seccomp profile of dynos, as JSON for `SecurityOpt: ["seccomp=…"]`. Works on amd64 and arm64, native programs only. */
export function seccompProfile(): string {
  return JSON.stringify({
    defaultAction: 'SCMP_ACT_ERRNO',
    defaultErrnoRet: EPERM,
    syscalls: [
      allow(Object.values(ALLOWED).flatMap((names) => names.split(/\s+/))),
      ...FAMILIES.map((family) => ({ ...allow(['socket']), args: [is(0, family)] })),
      ...NETLINKS.map((protocol) => ({ ...allow(['socket']), args: [is(0, AF_NETLINK), is(2, protocol)] })),
      { ...allow(['socketpair']), args: [is(0, AF_UNIX)] },
      { ...allow(['clone']), args: [{ index: 0, value: NEW_NAMESPACES, valueTwo: 0, op: 'SCMP_CMP_MASKED_EQ' }] },
      ...PERSONALITIES.map((value) => ({ ...allow(['personality']), args: [is(0, value)] })),
      // Flags of clone3 lie in memory, where a filter can't look: libc falls back to clone. So do libraries without the others.
      { names: MISSING, action: 'SCMP_ACT_ERRNO', errnoRet: ENOSYS },
    ],
  });
}

function allow(names: string[]) {
  return { names, action: 'SCMP_ACT_ALLOW' };
}

function is(index: number, value: number) {
  return { index, value, op: 'SCMP_CMP_EQ' };
}
