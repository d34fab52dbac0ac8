// Go apps: a module of the registry, several programs with vendored modules, and an older toolchain.
import { deploysEach } from '../../support/languages.js';

deploysEach('Go', [
  {
    fixture: 'go-chi',
    says: [
      '-----> Go app detected',
      '-----> Detected Module Name: example.com/greeter',
      /^-----> Installing go1\.26\.\d+$/,
      '       go: downloading github.com/go-chi/chi/v5 v5.2.1',
      '       ./bin/greeter',
      '-----> Created a Procfile with the following entries:',
      '       web: bin/greeter',
      '       Procfile declares types     -> web',
    ],
    path: '/greet/jane',
    answers: '{"hello":"jane"}\n',
    saysAgain: [
      /^-----> Using go1\.26\.\d+$/,
      '-----> Running: go install -v -tags heroku example.com/greeter',
      '-----> Installed the following binaries:',
    ],
  },
  {
    fixture: 'go-vendor',
    says: [
      /^-----> Using go1\.26\.\d+$/,
      '-----> Running: go install -v -tags heroku -mod=vendor example.com/shop/v2/cmd/web example.com/shop/v2/cmd/worker',
      '       worker: bin/worker',
      '       Procfile declares types     -> web, worker',
    ],
    answers: '42 things in stock\n',
  },
  {
    fixture: 'go-stdlib',
    config: { GO_LINKER_SYMBOL: 'main.Version', GO_LINKER_VALUE: 'of the test' },
    says: [/^-----> Installing go1\.22\.\d+$/, "-----> Running: go install -v -tags heroku -ldflags '-X main.Version=...' clock"],
    answers: /^go1\.22\.\d+, of the test\n$/,
  },
]);
