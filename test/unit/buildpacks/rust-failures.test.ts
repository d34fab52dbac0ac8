// What cargo prints, and the failure that is told.
import { testFailures } from './failure-table.js';

const LOGS: [string, string][] = [
  ['lock', 'error: cannot update the lock file /app/Cargo.lock because --locked was passed to prevent this'],
  ['lock', 'error: the lock file /app/Cargo.lock needs to be updated but --locked was passed to prevent this'],
  [
    'lock-version',
    'error: failed to parse lock file at: /app/Cargo.lock\n\nCaused by:\n' +
      '  lock file version `9` was found, but this version of Cargo does not understand this lock file',
  ],
  [
    'edition',
    'Caused by:\n  failed to parse the `edition` key\n\nCaused by:\n' +
      '  this version of Cargo is older than the `2030` edition, and only supports `2015` editions.',
  ],
  ['edition', 'Caused by:\n  feature `edition2024` is required'],
  ['rust-too-old', 'error: rustc 1.96.0 is not supported by the following package:\n  stock@0.1.0 requires rustc 1.99'],
  [
    'rust-too-old',
    'error: package `a v1.0.0` cannot be built because it requires rustc 1.99 or newer, while the currently active rustc version is 1.96.0',
  ],
  ['nightly', 'error[E0554]: `#![feature]` may not be used on the stable release channel'],
  [
    'git',
    'fatal: unable to access: Could not resolve host: git.example\nerror: failed to get `x` as a dependency\n\n' +
      'Caused by:\n  failed to load source for dependency `x`\n\nCaused by:\n  unable to update https://git.example/nothing',
  ],
  ['git', 'Caused by:\n  failed to fetch into: /tmp/cache/rust/home/git/db/nothing-1a36\n\nCaused by:\n  revision 0123 not found'],
  ['not-found', 'error: no matching package named `no-such-crate` found\nlocation searched: the index'],
  ['not-found', 'error: failed to select a version for the requirement `tinyjson = "^99"`'],
  ['checksum', 'error: checksum for `ascii v1.1.0` changed between lock files'],
  [
    'refused',
    'Caused by:\n  failed to get successful HTTP response from `https://registry.example/index/lo/g_/log` (192.0.2.1), got 403\nbody:\nno',
  ],
  ['network', "warning: spurious network error (3 tries remaining): [7] Couldn't connect to server"],
  ['network', 'error: failed to download from `https://registry.example/crates/log/0.4.0/download`'],
  ['manifest', 'error: failed to parse manifest at `/app/Cargo.toml`\n\nCaused by:\n  no targets specified in the manifest'],
  ['manifest', "error: current package believes it's in a workspace when it's not:"],
  ['bad-target', 'error: no bin target named `nope` in default-run packages'],
  ['bad-target', 'error: profile `dist` is not defined'],
  ['system-library', '  Could not find directory of OpenSSL installation, and this `-sys` crate cannot proceed'],
  ['system-library', '  The system library `libudev` required by crate `libudev-sys` was not found.'],
  [
    'system-library',
    '  thread main panicked: Could not find `protoc`. If `protoc` is installed, try setting the `PROTOC` environment variable',
  ],
  ['platform', "error[E0463]: can't find crate for `std`\n  = note: the `wasm32-unknown-unknown` target may not be installed"],
  ['memory', 'error: could not compile `big` (lib)\n\nCaused by:\n  process did not exit successfully: `rustc` (signal: 9, SIGKILL: kill)'],
  ['disk', 'error: failed to write /tmp/cache/rust/target/a: No space left on device (os error 28)'],
  ['linker', 'error: linking with `cc` failed: exit status: 1\n  = note: /usr/bin/ld: cannot find -lnope: No such file or directory'],
  ['linker', 'error: linker `lld` not found'],
  ['build-script', 'error: failed to run custom build command for `stock v0.1.0 (/app/stock)`'],
  ['compile', 'error[E0308]: mismatched types (stock/src/lib.rs:5:5)'],
  ['compile', 'error: this file contains an unclosed delimiter'],
  ['unknown', '   Compiling hello v0.1.0 (/app)\n    Finished `release` profile [optimized] target(s) in 2.52s'],
];

testFailures('rust', 'failures of cargo', LOGS);
