// Workers that share one memory, and the jobs they are given. Each has a queue of its own, in its order, so that it need
// not wait for whoever gives out the work, who has no core to himself.
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
  readonly size: number;
  /** Settles when it is done; fails when the workers are gone. On this worker, or on the one with the least to do. */
  run(job: Job, worker?: number): Promise<Answer>;
  close(): void;
  /** Nothing more is done: close() was called, or a worker failed. */
  readonly closed: boolean;
}

// About how long a byte takes: hashing twice as long as ChaCha20-Poly1305.
const costOf = (job: Job): number => (job.kind === "hash" ? 2 : 1) * job.length;

interface Waiting { readonly job: Job; readonly cost: number; resolve(answer: Answer): void; reject(error: unknown): void }
interface Member { port: WorkerPort; readonly waiting: Waiting[]; load: number; starts: number }

/** A script that does not come is asked for again: a browser with little to spare lets one of several requests fall. */
const mostStarts = 3;

export type Shared = Omit<Start, "worker">;

export function createPool(shared: Shared, size: number, spawn: Spawn): Pool {
  let closed: unknown;
  const members: Member[] = Array.from({ length: size }, () => ({ port: spawn(), waiting: [], load: 0, starts: 1 }));

  function close(why: unknown): void {
    closed ??= why;
    for (const { port, waiting } of members) {
      port.terminate();
      for (const one of waiting.splice(0)) one.reject(closed);
    }
  }
  function serve(member: Member, worker: number): void {
    member.port.onmessage = ({ data }: MessageEvent<Answer>) => {
      const one = member.waiting.shift();
      member.load -= one?.cost ?? 0;
      one?.resolve(data);
    };
    member.port.onerror = (event: { message?: string }) => {
      // Without a message it is no error of the script: that did not come, and so none of its jobs was begun.
      if (event.message !== undefined || member.starts === mostStarts || closed !== undefined) {
        return close(new Error(`a bulk worker failed: ${event.message ?? "its script did not come"}`));
      }
      ++member.starts;
      member.port.terminate();
      member.port = spawn();
      serve(member, worker);
      for (const { job } of member.waiting) member.port.postMessage(job);
    };
    member.port.postMessage({ ...shared, worker } satisfies Start);
  }
  for (const [worker, member] of members.entries()) serve(member, worker);
  const leastToDo = (): Member => members.reduce((a, b) => (b.load < a.load ? b : a));
  return {
    size,
    run: (job, worker) => new Promise((resolve, reject) => {
      if (closed) return reject(closed);
      const member = worker === undefined ? leastToDo() : members[worker]!;
      const cost = costOf(job);
      member.load += cost;
      member.waiting.push({ job, cost, resolve, reject });
      member.port.postMessage(job);
    }),
    close: () => close(new Error("the bulk workers were ended")),
    get closed() {
      return closed !== undefined;
    },
  };
}
