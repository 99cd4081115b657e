// The page of tests/bench/browser: hands the chosen file to its worker and says how long each piece of work took.
import workerAddress from "./work.worker.ts?worker&url";

interface PolicyFactory { createPolicy(name: string, rules: object): { createScriptURL(url: string): string } }
const factory = (globalThis as { trustedTypes?: PolicyFactory }).trustedTypes;
const policy = factory?.createPolicy("rogatory-worker", { createScriptURL: (url: string) => url });
const worker = new Worker(policy?.createScriptURL(workerAddress) ?? workerAddress, { type: "module" });

declare global {
  interface Window { measure(what: string): Promise<unknown> }
}

window.measure = (what) => new Promise((resolve, reject) => {
  worker.onmessage = ({ data }) => ("error" in data ? reject(new Error(data.error)) : resolve(data));
  worker.onerror = (event) => reject(new Error(event.message));
  worker.postMessage({ what, file: document.querySelector("input")!.files![0] });
});
