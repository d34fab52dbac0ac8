// BullMQ behind two verbs: enqueue and work.
import { Queue, Worker } from 'bullmq';
import { within } from '../lib/async/within.js';
import { log } from '../lib/log.js';
import { patientRedis } from '../lib/redis-options.js';
import { jobKey, type JobName, type Jobs } from './jobs.js';

export interface JobQueue {
  /** Queues a job; while one with the same key waits, nothing is added; while one runs, one more is kept. */
  enqueue<N extends JobName>(name: N, payload: Jobs[N]): Promise<void>;
  /** How many jobs of this name wait before it, in order of arrival. */
  waiting(name: JobName): Promise<string[]>;
  close(): Promise<void>;
}

export interface JobWorker {
  /** Stops taking jobs and waits for those under way, at most `graceMs`. */
  close(graceMs?: number): Promise<void>;
}

const PREFIX = 'slipway';

/** A killed worker's job is picked up again after about 6 s. */
const LOCK_MS = 6_000;

/** How long a worker waits for a job before it asks by itself: whoever queues one wakes it. */
const WAIT_S = 10;

/** Opens the queue for producers. */
export function openQueue(o: { url: string }): JobQueue {
  const connection = patientRedis(o.url);
  const queues = new Map<JobName, Queue>();
  const queue = (name: JobName): Queue => {
    const known = queues.get(name);
    if (known) return known;
    const made = new Queue(name, { connection, prefix: PREFIX });
    made.on('error', (error) => log('queue-error', { queue: name, error: error.message }));
    queues.set(name, made);
    return made;
  };
  return {
    async enqueue(name, payload) {
      await queue(name).add(name, payload, {
        deduplication: { id: jobKey(name, payload), keepLastIfActive: true },
        removeOnComplete: true,
        removeOnFail: true,
        attempts: 3,
        backoff: { type: 'fixed', delay: 1_000 },
      });
    },
    async waiting(name) {
      const jobs = await queue(name).getJobs(['waiting', 'prioritized'], 0, 999, true);
      return jobs.map((job) => String(Object.values(job.data as Jobs[JobName])[0]));
    },
    async close() {
      await Promise.all([...queues.values()].map((each) => each.close()));
    },
  };
}

/** Works jobs of one name. A job that throws is tried again twice, a second apart, then dropped and logged. */
export function workJobs<N extends JobName>(
  o: { url: string; concurrency: number },
  name: N,
  work: (payload: Jobs[N]) => Promise<void>,
): JobWorker {
  const worker = new Worker<Jobs[N]>(name, (job) => work(job.data), {
    connection: patientRedis(o.url),
    prefix: PREFIX,
    concurrency: o.concurrency,
    drainDelay: WAIT_S,
    lockDuration: LOCK_MS,
    stalledInterval: LOCK_MS / 2,
    maxStalledCount: 3,
  });
  worker.on('error', (error) => log('worker-error', { queue: name, error: error.message }));
  worker.on('failed', (job, error) => log('job-failed', { queue: name, job: job?.id, attempt: job?.attemptsMade, error: error.message }));
  return {
    async close(graceMs = 5_000) {
      await within(graceMs, worker.close(), () => worker.close(true));
    },
  };
}
