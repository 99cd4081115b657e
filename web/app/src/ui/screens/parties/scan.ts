// QR codes by the camera: by the browser where it can read them itself, else by src/qr. Pictures stay in this page.
import { readPicture } from "../../../qr/picture";

interface Detector { detect(source: CanvasImageSource): Promise<{ rawValue: string }[]> }
interface DetectorMaker {
  new (options: { formats: string[] }): Detector;
  getSupportedFormats?(): Promise<string[]>;
}

export function canScan(): boolean {
  return typeof navigator.mediaDevices?.getUserMedia === "function";
}

/** A code of a founding sheet with many lines needs this much to be read; more only takes longer. */
const widest = 1280;

type Look = (video: HTMLVideoElement) => Promise<string | undefined>;

function ownEyes(): Look {
  const canvas = document.createElement("canvas");
  const drawing = canvas.getContext("2d", { willReadFrequently: true });
  return async (video) => {
    const scale = Math.min(1, widest / Math.max(video.videoWidth, video.videoHeight));
    const [width, height] = [Math.round(video.videoWidth * scale), Math.round(video.videoHeight * scale)];
    if (drawing === null || width === 0 || height === 0) return undefined;
    [canvas.width, canvas.height] = [width, height];
    drawing.drawImage(video, 0, 0, width, height);
    const { data } = drawing.getImageData(0, 0, width, height);
    const grey = new Uint8ClampedArray(width * height);
    for (let i = 0; i < grey.length; ++i) grey[i] = (data[4 * i]! * 2 + data[4 * i + 1]! * 5 + data[4 * i + 2]!) / 8;
    return readPicture({ width, height, grey });
  };
}

async function eyes(): Promise<Look> {
  const maker = (globalThis as { BarcodeDetector?: DetectorMaker }).BarcodeDetector;
  const formats = await maker?.getSupportedFormats?.().catch((): string[] => []);
  if (maker === undefined || formats?.includes("qr_code") !== true) return ownEyes();
  const detector = new maker({ formats: ["qr_code"] });
  return async (video) => (await detector.detect(video))[0]?.rawValue;
}

export interface Scan { stop(): void }

/** Looks through the camera until a code is seen. `onread` is called once. */
export async function scan(video: HTMLVideoElement, onread: (text: string) => void): Promise<Scan> {
  const look = await eyes();
  const stream = await navigator.mediaDevices.getUserMedia({
    video: { facingMode: "environment", width: { ideal: widest }, height: { ideal: 960 } },
  });
  let stopped = false;
  const stop = (): void => {
    stopped = true;
    for (const track of stream.getTracks()) track.stop();
    video.srcObject = null;
  };
  video.srcObject = stream;
  await video.play();
  const go = async (): Promise<void> => {
    while (!stopped) {
      const text = await look(video).catch(() => undefined);
      if (text !== undefined && text !== "" && !stopped) {
        stop();
        onread(text);
        return;
      }
      await new Promise((next) => setTimeout(next, 150));
    }
  };
  void go();
  return { stop };
}
