// A worker that seals, opens and hashes the batches it is told to (jobs.ts). The agent's worker starts as many as there
// are cores.
import { serveJobs, type Port } from "./jobs.ts";

serveJobs(self as unknown as Port);
