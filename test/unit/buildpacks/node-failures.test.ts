// What the Node.js buildpack says about output of package managers and scripts: the first line of the table that matches.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const TABLE = readFileSync('buildpacks/nodejs/lib/failures.tsv', 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => line.split('\t') as [id: string, pattern: string, text: string]);

/** As `explain` finds it, line by line; the first line of a require stack belongs to the one above. */
function idOf(output: string): string {
  const lines = output.replaceAll('Require stack:\n', 'Require stack: ').split('\n');
  return TABLE.find(([, pattern]) => lines.some((line) => new RegExp(pattern).test(line)))?.[0] ?? 'unknown';
}

const SAMPLES: Record<string, string[]> = {
  'npm-lockfile-out-of-sync': [
    'npm error code EUSAGE\nnpm error\nnpm error `npm ci` can only install packages when your package.json and ' +
      'package-lock.json are in sync.',
  ],
  'yarn-lockfile-out-of-sync': ['error Your lockfile needs to be updated, but yarn was run with `--frozen-lockfile`.'],
  'berry-lockfile-out-of-sync': ['➤ YN0028: │ The lockfile would have been modified by this install, which is explicitly forbidden.'],
  'pnpm-lockfile-out-of-sync': [
    ' ERR_PNPM_OUTDATED_LOCKFILE  Cannot install with "frozen-lockfile" because pnpm-lock.yaml is not up to date with package.json',
  ],
  'pnpm-lockfile-config': [
    ' ERR_PNPM_LOCKFILE_CONFIG_MISMATCH  Cannot proceed with the frozen installation. The current "overrides" ' +
      "configuration doesn't match the value found in the lockfile",
  ],
  'pnpm-lockfile-version': [
    ' ERR_PNPM_LOCKFILE_BREAKING_CHANGE  Lockfile /tmp/b/pnpm-lock.yaml not compatible with current pnpm',
    ' ERR_PNPM_BROKEN_LOCKFILE  The lockfile at "/tmp/b/pnpm-lock.yaml" is broken',
  ],
  'lockfile-merge-conflict': [
    'info Merge conflict detected in yarn.lock and successfully merged.',
    'error Invalid value type 1:0 in /tmp/b/yarn.lock',
  ],
  'npm-peer-conflict': ['npm error code ERESOLVE\nnpm error ERESOLVE could not resolve'],
  'pnpm-peer-conflict': [' ERR_PNPM_PEER_DEP_ISSUES  Unmet peer dependencies'],
  'no-such-version': [
    'npm error code ETARGET\nnpm error notarget No matching version found for ms@99.',
    'error Couldn\'t find any versions for "ms" that matches "99"',
    ' ERR_PNPM_NO_MATCHING_VERSION  No matching version found for ms@99',
    '➤ YN0082: │ ms@npm:99: No candidates found',
  ],
  'git-auth': [
    'npm error git@github.com: Permission denied (publickey).',
    "fatal: could not read Username for 'https://example.com': terminal prompts disabled",
  ],
  'git-dependency': [
    'npm error code 128\nnpm error An unknown git error occurred',
    'error Command failed.\nExit code: 128\nfatal: repository not found',
  ],
  'no-such-package': [
    'npm error code E404\nnpm error 404 Not Found',
    'error Couldn\'t find package "no-such" required by "a@1.0.0" on the "npm" registry.',
    ' ERR_PNPM_FETCH_404  GET no-such: Not Found - 404',
    '➤ YN0035: │ no-such@npm:^1: Package not found',
  ],
  'registry-refused': [
    'npm error code E401',
    ' ERR_PNPM_FETCH_403  GET x: Forbidden - 403',
    '➤ YN0041: │ @a/b@npm:1: Invalid authentication (as an anonymous user)',
  ],
  'wrong-platform': ['npm error code EBADPLATFORM', 'error fsevents@2.3.3: The platform "linux" is incompatible with this module.'],
  'npm-needs-newer-node': ['npm v11.21.2 does not support Node.js v18.20.8.', 'ERROR: npm is known not to run on Node.js v4.0.0'],
  'pnpm-needs-newer-node': ['ERROR: This version of pnpm requires at least Node.js v22.13'],
  'engine-mismatch': [
    'npm error code EBADENGINE',
    'error a@1.0.0: The engine "node" is incompatible with this module.',
    ' ERR_PNPM_UNSUPPORTED_ENGINE  Unsupported environment (bad pnpm and/or Node.js version)',
  ],
  'checksum-mismatch': [
    'npm error code EINTEGRITY',
    'error Integrity check failed for "ms"',
    ' ERR_PNPM_TARBALL_INTEGRITY  Got unexpected checksum',
    "➤ YN0018: │ ms@npm:2.1.3: The remote archive doesn't match the expected checksum",
  ],
  'invalid-package-name': [
    'npm error code EINVALIDPACKAGENAME',
    'npm error code EUNSUPPORTEDPROTOCOL\nnpm error Unsupported URL Type "workspace:"',
    'npm error Invalid tag name "^^1"',
    " ERR_PNPM_SPEC_NOT_SUPPORTED_BY_ANY_RESOLVER  x isn't supported by any available resolver.",
  ],
  'invalid-member-json': ['npm error code EJSONPARSE', ' ERR_PNPM_JSON_PARSE  Unexpected token'],
  'npm-old-with-new-lock': ["npm ERR! Cannot read property 'express' of undefined"],
  'missing-local-package': [
    ' ERR_PNPM_LINKED_PKG_DIR_NOT_FOUND  Could not install from "/tmp/b/lib" as it does not exist.',
    ' ERR_PNPM_WORKSPACE_PKG_NOT_FOUND  In packages/web: "@s/lib@workspace:*" is in the dependencies but no package ' +
      'named "@s/lib" is present in the workspace',
    '➤ YN0001: │ Error: @s/lib@workspace:^: Workspace not found (@s/lib@workspace:^)',
  ],
  'missing-yarn-plugin': ["Error: Cannot find module '/tmp/b/.yarn/plugins/@yarnpkg/plugin-x.cjs'"],
  'yarn-cache-incomplete': ['➤ YN0056: │ ms@npm:2.1.3: Cache entry required but missing for ms@npm:2.1.3'],
  'ignored-builds': [' ERR_PNPM_IGNORED_BUILDS  Ignored build scripts: esbuild'],
  openssl: ["opensslErrorStack: [ 'error:03000086:digital envelope routines::initialization error' ]\n  code: 'ERR_OSSL_EVP_UNSUPPORTED'"],
  'out-of-memory': ['FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory'],
  killed: ['npm error signal SIGKILL', 'error Command failed with exit code: 137'],
  'disk-full': ['npm error code ENOSPC\nnpm error nospc ENOSPC: no space left on device, write'],
  'glibc-too-old': ["node: /lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.38' not found (required by node)"],
  'node-sass': ['Error: node-sass 4.14 does not yet support your current environment'],
  'command-not-found': ['sh: 1: tsc: not found', 'sh: line 1: webpack: command not found', 'Error: spawn ng ENOENT'],
  'missing-script': [
    'npm error Missing script: "build"',
    ' ERR_PNPM_NO_SCRIPT  Missing script: build',
    'error Command "build" not found.',
    'Usage Error: Couldn\'t find a script named "build".',
  ],
  'webpack-missing-module': [
    "Module not found: Error: Can't resolve './App' in '/tmp/b/src'",
    '[vite]: Rollup failed to resolve import "x" from "src/main.js".',
  ],
  typescript: ["src/server.ts(2,21): error TS2307: Cannot find module 'fastify' or its corresponding type declarations."],
  'tool-incomplete': [
    "npm error Cannot find module 'promise-retry'\nnpm error Require stack:\n" +
      'npm error - /opt/slipway/runtimes/npm/11.0.0/lib/node_modules/npm/lib/x.js',
    "Error: Cannot find module 'x'\nRequire stack:\n- /opt/node/lib/node_modules/npm/lib/x.js",
    "Error: Cannot find module '/opt/slipway/runtimes/pnpm/7.0.0/lib/pnpm/dist/pnpm.cjs'",
    "Error [ERR_MODULE_NOT_FOUND]: Cannot find package 'x' imported from /opt/slipway/runtimes/pnpm/11.0.0/lib/pnpm/dist/pnpm.mjs",
  ],
  'package-incomplete': [
    "Error: Cannot find module 'webpack-dev-server'\nRequire stack:\n- /tmp/build_0/node_modules/webpack-cli/lib/x.js\n" +
      '- /tmp/build_0/index.js',
    "Error [ERR_MODULE_NOT_FOUND]: Cannot find package 'x' imported from /tmp/build_0/node_modules/y/index.js",
  ],
  'missing-module': [
    "Error: Cannot find module 'ms'\nRequire stack:\n- /tmp/build_0/webpack.config.js\n- /tmp/build_0/node_modules/webpack-cli/lib/x.js",
    "Error: Cannot find module './config'",
    "Error [ERR_MODULE_NOT_FOUND]: Cannot find package 'ms' imported from /tmp/b/index.js",
  ],
  'treats-warnings-as-errors': ['Treating warnings as errors because process.env.CI = true.'],
  'prisma-database-url': ['error: Environment variable not found: DATABASE_URL.'],
  'next-build': ["> Build error occurred\nError: > Couldn't find any `pages` or `app` directory. Please create one under the project root"],
  'native-build': ['npm error gyp ERR! build error'],
  'berry-build': ["➤ YN0009: │ bcrypt@npm:5.0.0 couldn't be built successfully (exit code 1)"],
  'syntax-too-new': ["SyntaxError: Unexpected token '??='"],
  'unsupported-engine-flag': ['node: bad option: --experimental-foo'],
  'not-executable': ['sh: 1: ./build.sh: Permission denied'],
  'bower-unreachable': [
    'bower jquery#~2 ECONNREFUSED Request to https://registry.bower.io/packages/jquery failed: connect ECONNREFUSED 127.0.0.1:443',
    'bower retry Request to https://registry.bower.io/packages/jquery failed with ENOTFOUND, retrying in 1.2s\n' +
      'bower jquery#~2 ENOTFOUND getaddrinfo ENOTFOUND registry.bower.io',
  ],
  'host-unreachable': [
    'Error: getaddrinfo ENOTFOUND db.example.com',
    'Error: connect ECONNREFUSED 127.0.0.1:5432',
    'curl: (6) Could not resolve host: example.com',
  ],
  'registry-unreachable': [
    'RequestError: getaddrinfo ENOTFOUND registry.yarnpkg.com',
    'npm error code ENOTFOUND',
    'npm error network request to x failed',
    'info There appears to be trouble with your network connection. Retrying...',
    ' ERR_PNPM_META_FETCH_FAIL  GET x: request failed',
    'error An unexpected error occurred: "tunneling socket could not be established, cause=connect ECONNREFUSED".',
  ],
  'registry-certificate': ['npm error code SELF_SIGNED_CERT_IN_CHAIN', 'Error: unable to verify: UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
  unknown: ['Error: the app has a mistake of its own'],
};

describe('the output of a failed command', () => {
  it.each(Object.entries(SAMPLES).flatMap(([id, outputs]) => outputs.map((output) => [id, output])))('is known as %s: %s', (id, output) => {
    expect(idOf(output!)).toBe(id);
  });

  it('is explained in one line for each id, which has a sample here', () => {
    expect(TABLE.map(([id]) => id).toSorted()).toEqual(
      Object.keys(SAMPLES)
        .filter((id) => id !== 'unknown')
        .toSorted(),
    );
    for (const row of TABLE) {
      expect(row).toHaveLength(3);
      expect(row[2]).toMatch(/^[A-Z].*\.$/i);
    }
  });
});
