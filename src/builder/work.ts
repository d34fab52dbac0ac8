// What one build is given, and what compiling it brings.
import type { GatheredOutput } from '../bus/gather-output.js';
import type { App } from '../model/app.js';
import type { Build } from '../model/build/build.js';
import type { Container } from '../model/build/container.js';
import type { SlugLayer } from '../model/build/slug.js';
import type { ScheduleWish } from '../model/schedule/schedule.js';
import type { SshLogin } from '../model/git/ssh-url.js';
import type { User } from '../model/user.js';
import type { ReceivedLayer } from './result/layer-sink.js';

export interface BuildWork {
  build: Build;
  app: App;
  user: User;
  output: GatheredOutput;
  /** Aborted with a BuildFailure as its reason, or null when somebody else has told the end. */
  signal: AbortSignal;
  /** Its source, where that was fetched from a repository: a tar without a folder at its top. */
  archive?: string;
  /** The URL of a submodule with what opens it. */
  open?: (url: string) => string;
  /** What opens submodules at the same server by ssh. */
  ssh?: SshLogin | undefined;
  /** Notes that a part of the build is over, for the log. */
  mark(part: string): void;
}

export interface Compiled {
  /** Lowest first; those that are new have a file. */
  layers: { base: (SlugLayer | ReceivedLayer)[]; top: SlugLayer | ReceivedLayer };
  detected: string | null;
  processTypes: Record<string, string>;
  /** What its app.json has by the clock. */
  cron: ScheduleWish[];
  /** Of the stack container: its images. */
  container?: Container;
  /** Removes the files of the layers. */
  discard(): Promise<void>;
}
