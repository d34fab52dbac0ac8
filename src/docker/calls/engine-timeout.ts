// An engine that took longer over a call than any that works does.

export class EngineTimeout extends Error {
  readonly code = 'ENGINE_TIMEOUT';

  /** @param call what was asked: `POST /containers/create` */
  constructor(call: string, how: string) {
    const remedy = 'If `docker network ls` hangs too, it is stuck: restart it (sudo systemctl restart docker), then try again.';
    super(`Docker ${how}: ${call}. ${remedy}`);
    this.name = 'EngineTimeout';
  }
}

/** Whether an engine that is there took too long. */
export function isEngineTimeout(error: unknown): boolean {
  return (error as { code?: unknown } | null)?.code === 'ENGINE_TIMEOUT';
}
