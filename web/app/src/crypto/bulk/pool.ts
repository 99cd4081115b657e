// Workers that share one memory, and the jobs they are given: at most one a worker, whoever is free takes the next.
import type { Answer, Job, Port, Start } from "./jobs.ts";
import workerAddress from "./bulk.worker.ts?worker&url";

/** A worker, or what stands for one in a test. */
export interface WorkerPort extends Port {
  terminate(): void;
  onerror: ((event: ErrorEvent) => void) | null;
}
export type Spawn = () => WorkerPort;

interface WorkerPolicy { createScriptURL(url: string): unknown }
interface PolicyFactory { createPolicy(name: string, rules: { createScriptURL(url: string): string }): WorkerPolicy }

let policy: WorkerPolicy | undefined;

/** A bulk worker, under the one Trusted Types policy that a worker's response allows (web/middleware/security_headers). */
export const spawnBulkWorker: Spawn = () => {
  const ours = (): string => new URL(workerAddress, self.location.href).href;
  const factory = (globalThis as { trustedTypes?: PolicyFactory }).trustedTypes;
  policy ??= factory?.createPolicy("rogatory-worker", { createScriptURL: ours }) ?? { createScriptURL: ours };
  const address = policy.createScriptURL(workerAddress) as string;
  return new Worker(address, { type: "module", name: "rogatory-bulk" }) as unknown as WorkerPort;
};

export interface Pool {
  /** Settles when a worker has done it; fails when the workers are gone. Jobs begin in the order they are given. */
  run(job: Job): Promise<Answer>;
  close(): void;
  /** Nothing more is done: close() was called, or a worker failed. */
  readonly closed: boolean;
}

interface Waiting { readonly job: Job; resolve(answer: Answer): void; reject(error: unknown): void }

export function createPool(memory: WebAssembly.Memory, size: number, spawn: Spawn): Pool {
  const waiting: Waiting[] = [];
  const running = new Map<WorkerPort, Waiting>();
  const workers: WorkerPort[] = [];
  let closed: unknown;

  function close(why: unknown): void {
    closed ??= why;
    for (const worker of workers) worker.terminate();
    for (const one of [...running.values(), ...waiting]) one.reject(closed);
    running.clear();
    waiting.length = 0;
  }
  function next(worker: WorkerPort): void {
    const one = waiting.shift();
    if (!one) return;
    running.set(worker, one);
    worker.postMessage(one.job);
  }
  for (let i = 0; i < size; i++) {
    const worker = spawn();
    worker.onmessage = ({ data }: MessageEvent<Answer>) => {
      const one = running.get(worker);
      running.delete(worker);
      one?.resolve(data);
      next(worker);
    };
    worker.onerror = (event) => close(new Error(`a bulk worker failed: ${event.message}`));
    workers.push(worker);
    worker.postMessage({ memory, worker: i } satisfies Start);
  }
  return {
    run: (job) => new Promise((resolve, reject) => {
      if (closed) return reject(closed);
      waiting.push({ job, resolve, reject });
      const free = workers.find((worker) => !running.has(worker));
      if (free) next(free);
    }),
    close: () => close(new Error("the bulk workers were ended")),
    get closed() {
      return closed !== undefined;
    },
  };
}
