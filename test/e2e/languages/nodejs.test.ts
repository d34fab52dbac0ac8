// Apps for every package manager of Node.js, as their getting-started pages lay them out.
import { deploysEach, type LanguageApp } from '../../support/languages.js';

const REUSED = 'Nothing to install: the packages are those of the last build.';
const apps: LanguageApp[] = [
  {
    fixture: 'node-npm',
    says: [/^ {7}Using Node\.js 24\.\d+\.\d+ and npm 11\./, /^ {7}added \d+ packages/, /^ {7}Default types for buildpack -> web$/],
    answers: 'Hello from npm, start, WEB_CONCURRENCY 1\n',
    saysAgain: ['-----> Restoring cache', '       - node_modules', `       ${REUSED}`],
  },
  {
    fixture: 'node-typescript',
    says: ['-----> Prebuild', '-----> Build', '       > tsc', '-----> Pruning devDependencies', '-----> Cleanup'],
    answers: 'Hello from TypeScript, with fastify, without typescript\n',
    saysAgain: [`       ${REUSED}`, '       > tsc', /^ {7}Nothing to prune: /],
  },
  {
    fixture: 'node-yarn',
    says: [
      '       engines.yarn (package.json):   1.22.x',
      /^ {7}Using Node\.js 24\.\d+\.\d+ and Yarn 1\.22\.22$/,
      '       [4/4] Building fresh packages...',
    ],
    answers: 'Hello from Yarn, yarn/1.22.22\n',
    saysAgain: [`       ${REUSED}`],
  },
  {
    fixture: 'node-berry',
    says: [
      '       packageManager (package.json): yarn@4.18.1',
      /^ {7}Using Node\.js 24\.\d+\.\d+ and Yarn 4\.18\.1$/,
      '-----> Pruning devDependencies',
    ],
    answers: "Hello from Yarn with Plug'n'Play 3\n",
    saysAgain: ['       - .pnp.cjs', `       ${REUSED}`, /^ {7}Nothing to prune: /],
  },
  {
    fixture: 'node-pnpm',
    says: [
      '       packageManager (package.json): pnpm@10.34.8',
      /^ {7}Using Node\.js 24\.\d+\.\d+ and pnpm 10\.34\.8$/,
      '-----> Build',
      '-----> Pruning devDependencies',
    ],
    answers: '<h1>Hello from <em>pnpm</em></h1>\n',
    saysAgain: [`       ${REUSED}`, '-----> Build', /^ {7}Nothing to prune: /],
  },
  {
    fixture: 'node-workspaces',
    says: [/^ {7}added \d+ packages/, '       > @shop/web@1.0.0 build', '-----> Pruning devDependencies'],
    answers: 'Hello from a monorepo, 86400000 ms a day, ms 2.0.0 for the web, client built\n',
    saysAgain: ['       - node_modules', '       - packages/web/node_modules', `       ${REUSED}`],
  },
];

deploysEach('Node.js', apps);
