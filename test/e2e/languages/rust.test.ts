// Rust apps: crates of the registry with a Procfile in the community buildpack's way, and a workspace without one.
import { deploysEach } from '../../support/languages.js';

deploysEach('Rust', [
  {
    fixture: 'rust-tiny-http',
    says: [
      '-----> Rust app detected',
      /^-----> Using Rust 1\.\d+\.\d+$/,
      '-----> Building application using Cargo: cargo build --release --locked',
      '          Compiling tiny_http v0.12.0',
      '          Compiling hello v0.1.0 (/app)',
      '       ./target/release/hello',
      '       Procfile declares types     -> web',
    ],
    path: '/some/path',
    answers: '{"path":"/some/path"}',
    // Nothing is compiled when nothing was changed.
    saysAgain: ['-----> Building application using Cargo: cargo build --release --locked', /^           Finished `release` profile/],
  },
  {
    fixture: 'rust-workspace',
    says: [
      /^-----> Using Rust 1\.\d+\.\d+ \(stable in rust-toolchain\.toml\)$/,
      '       ./target/release/restock',
      '       Default types for buildpack -> restock, web',
    ],
    answers: '42 things in stock\n',
  },
]);
