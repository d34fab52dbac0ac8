// Prints the version that an app gets that asks for none. Argument: the file with the list of versions.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolveNode } from './versions.mjs';

const semver = createRequire('/opt/node/lib/node_modules/npm/package.json')('semver');
console.log(resolveNode('', readFileSync(process.argv[2], 'utf8').trim().split('\n'), semver).version);
