// What the go command prints, and the failure that is told.
import { testFailures } from './failure-table.js';

const LOGS: [string, string][] = [
  ['go-sum', 'main.go:9:2: missing go.sum entry for module providing package github.com/go-chi/chi/v5 (imported by example.com/greeter)'],
  ['go-sum', 'updates to go.mod needed; to update it:\n\tgo mod tidy'],
  [
    'vendor',
    'inconsistent vendoring in /tmp/build_1:\n' +
      '\tgithub.com/a/b@v1.2.0: is explicitly required in go.mod, but not marked as explicit in vendor/modules.txt',
  ],
  ['vendor', 'main.go:4:2: cannot find package "." in:\n\t/tmp/build_1/vendor/github.com/google/uuid'],
  ['go-too-old', 'go.mod requires go >= 1.27 (running go 1.26.8; GOTOOLCHAIN=local)'],
  ['go-too-old', 'github.com/gin-gonic/gin@v1.11.0 requires go >= 1.23.0 (running go 1.22.12; GOTOOLCHAIN=local)'],
  ['go-too-old', 'note: module requires Go 1.21'],
  ['go-too-old', "go.mod:3: invalid go version '1.21.0': must match format 1.23"],
  ['go-too-old', 'go.mod:5: unknown directive: toolchain'],
  ['checksum', 'verifying github.com/go-chi/chi/v5@v5.2.1: checksum mismatch\n\tdownloaded: h1:KOI=\n\nSECURITY ERROR'],
  ['private', "fatal: could not read Username for 'https://example.com': terminal prompts disabled"],
  ['private', 'git@example.com: Permission denied (publickey).\nfatal: Could not read from remote repository.'],
  ['not-provided', 'main.go:10:2: no required module provides package github.com/google/uuid; to add it:\n\tgo get github.com/google/uuid'],
  [
    'network',
    'main.go:9:2: github.com/go-chi/chi/v5@v5.2.1: Get "http://127.0.0.1:1/github.com/go-chi/chi/v5/@v/v5.2.1.zip": ' +
      'dial tcp 127.0.0.1:1: connect: connection refused',
  ],
  ['network', 'main.go:9:2: a.example/b@v1.0.0: reading https://proxy.example/a.example/b/@v/v1.0.0.zip: 502 Bad Gateway'],
  ['network', "fatal: unable to access 'https://example.com/a/': Could not resolve host: example.com"],
  ['refused', 'main.go:9:2: a.example/b@v1.0.0: reading https://proxy.example/a.example/b/@v/v1.0.0.zip: 403 Forbidden'],
  ['refused', 'go: a.example/b@v1.0.0: reading https://proxy.example/a.example/b/@v/v1.0.0.mod: 429 Too Many Requests'],
  ['not-found', 'a.example/b@v1.0.0: reading https://proxy.example/a.example/b/@v/v1.0.0.mod: 410 Gone'],
  [
    'not-found',
    'main.go:9:2: a.example/b@v1.0.0: reading https://proxy.example/a.example/b/@v/v1.0.0.zip: 404 Not Found\n\tserver response: not found',
  ],
  ['not-found', 'a.example/b@v5.99.1: invalid version: unknown revision v5.99.1'],
  ['not-found', 'main.go:4:2: unrecognized import path "a.example/b": parsing a.example/b?go-get=1'],
  ['go-mod', 'errors parsing go.mod:\ngo.mod:4: unknown directive: requires'],
  ['std', 'main.go:6:2: package os/nope is not in std (/opt/slipway/runtimes/go/1.26.11/src/os/nope)'],
  ['std', 'main.go:6:2: package log/slog is not in GOROOT (/opt/slipway/runtimes/go/1.20/src/log/slog)'],
  ['no-go-files', 'pattern ./cmd/...: lstat ./cmd/: no such file or directory'],
  ['no-go-files', 'stat /tmp/build_1/nope: directory not found'],
  ['no-go-files', 'package clock: build constraints exclude all Go files in /tmp/build_1'],
  ['import-cycle', 'package clock\n\timports clock/a from main.go\n\timports clock/a from b.go: import cycle not allowed'],
  ['memory', 'example.com/big: /opt/slipway/runtimes/go/1.26.11/pkg/tool/linux_amd64/compile: signal: killed'],
  ['disk', 'open /tmp/cache/go/build-1.26.11/00/a: no space left on device'],
  ['c-compiler', './c.go:2:11: fatal error: nope.h: No such file or directory\ncompilation terminated.'],
  ['c-compiler', "/tmp/go-build/c.cgo2.c:48: undefined reference to `nope'\ncollect2: error: ld returned 1 exit status"],
  ['c-compiler', 'Package vips was not found in the pkg-config search path.'],
  ['compile', '# clock\n./main.go:19:6: undefined: os.Leave'],
  ['unknown', 'go: downloading github.com/go-chi/chi/v5 v5.2.1'],
];

testFailures('go', 'failures of the go command', LOGS);
