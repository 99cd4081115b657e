// QR codes by the camera, where the browser itself can read them. Pictures stay in this page.

interface Detector { detect(source: CanvasImageSource): Promise<{ rawValue: string }[]> }
type DetectorMaker = new (options: { formats: string[] }) => Detector;

function maker(): DetectorMaker | undefined {
  return (globalThis as { BarcodeDetector?: DetectorMaker }).BarcodeDetector;
}

export function canScan(): boolean {
  return maker() !== undefined && typeof navigator.mediaDevices?.getUserMedia === "function";
}

export interface Scan { stop(): void }

/** Looks through the camera until a code is seen. `onread` is called once. */
export async function scan(video: HTMLVideoElement, onread: (text: string) => void): Promise<Scan> {
  const detector = new (maker()!)({ formats: ["qr_code"] });
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  let stopped = false;
  const stop = (): void => {
    stopped = true;
    for (const track of stream.getTracks()) track.stop();
    video.srcObject = null;
  };
  video.srcObject = stream;
  await video.play();
  const look = async (): Promise<void> => {
    while (!stopped) {
      const [found] = await detector.detect(video).catch(() => []);
      if (found !== undefined && found.rawValue !== "" && !stopped) {
        stop();
        onread(found.rawValue);
        return;
      }
      await new Promise((next) => setTimeout(next, 150));
    }
  };
  void look();
  return { stop };
}
