// The person's own microphone, camera and screen.

export interface VideoSize {
  width: number;
  height: number;
  rate: number;
}

export interface Choices {
  microphones: MediaDeviceInfo[];
  cameras: MediaDeviceInfo[];
  speakers: MediaDeviceInfo[];
}

export type Source = "microphone" | "camera";
export const NO_CHOICES: Choices = { microphones: [], cameras: [], speakers: [] };
const SMALL: VideoSize = { width: 640, height: 360, rate: 24 };
const SCREEN_RATE = 15;

/** `?video=160x120@10` asks for another size than the small one. */
export function videoSize(query: string): VideoSize {
  const asked = /^(\d{2,4})x(\d{2,4})@(\d{1,2})$/.exec(
    new URLSearchParams(query).get("video") ?? "",
  );
  if (!asked) return SMALL;
  return {
    width: Number(asked[1]),
    height: Number(asked[2]),
    rate: Number(asked[3]) || SMALL.rate,
  };
}

/** What went wrong with a device, as a person can mend it. */
export function deviceTrouble(source: Source, error: unknown): string {
  const name = error instanceof DOMException ? error.name : "";
  const what = source === "camera" ? "camera" : "microphone";
  if (!navigator.mediaDevices) return `The browser gives the ${what} only to pages over https.`;
  if (name === "NotAllowedError")
    return `The browser does not let this page use the ${what}. Allow it in the address bar.`;
  if (name === "NotFoundError") return `No ${what} was found.`;
  if (name === "NotReadableError") return `The ${what} is in use by another program.`;
  return `The ${what} could not be opened.`;
}

export class Devices {
  microphone: MediaStreamTrack | null = null;
  camera: MediaStreamTrack | null = null;
  screen: MediaStreamTrack | null = null;

  constructor(private readonly size: VideoSize) {}

  async open(source: Source, deviceId = ""): Promise<MediaStreamTrack> {
    if (!navigator.mediaDevices) throw new Error("no devices without https");
    const device = deviceId ? { deviceId: { exact: deviceId } } : {};
    const { width, height, rate } = this.size;
    const wanted: MediaStreamConstraints =
      source === "microphone"
        ? { audio: { ...device, echoCancellation: true, noiseSuppression: true } }
        : {
            video: {
              ...device,
              width: { ideal: width },
              height: { ideal: height },
              frameRate: { ideal: rate, max: rate },
            },
          };
    const stream = await navigator.mediaDevices.getUserMedia(wanted);
    const track = stream.getTracks()[0]!;
    this.stop(source);
    this[source] = track;
    return track;
  }

  async share(): Promise<MediaStreamTrack> {
    const stream = await navigator.mediaDevices.getDisplayMedia({
      video: { frameRate: { max: SCREEN_RATE } },
      audio: false,
    });
    this.stop("screen");
    this.screen = stream.getVideoTracks()[0]!;
    return this.screen;
  }

  /** Nothing of the person leaves the page while *quiet*; after that, their sound unless *muted*. */
  hush(quiet: boolean, muted: boolean): void {
    if (this.microphone) this.microphone.enabled = !quiet && !muted;
    for (const track of [this.camera, this.screen]) if (track) track.enabled = !quiet;
  }

  get isAny(): boolean {
    return Boolean(this.microphone ?? this.camera ?? this.screen);
  }

  stop(source: Source | "screen"): void {
    this[source]?.stop();
    this[source] = null;
  }

  stopAll(): void {
    for (const source of ["microphone", "camera", "screen"] as const) this.stop(source);
  }

  async choices(): Promise<Choices> {
    if (!navigator.mediaDevices) return NO_CHOICES;
    const all = await navigator.mediaDevices.enumerateDevices();
    // Without leave to use them, devices have neither id nor name.
    const of = (kind: string) => all.filter((one) => one.kind === kind && one.deviceId);
    const selectable = "setSinkId" in HTMLMediaElement.prototype;
    return {
      microphones: of("audioinput"),
      cameras: of("videoinput"),
      speakers: selectable ? of("audiooutput") : [],
    };
  }
}

/** Calls back with how loud *track* is, from 0 to 1, until the answer is called. */
export function meter(track: MediaStreamTrack, level: (loudness: number) => void): () => void {
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  analyser.fftSize = 512;
  context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    const power = samples.reduce((sum, one) => sum + one * one, 0) / samples.length;
    // From -60 dB, which is a quiet room, to 0 dB.
    level(Math.max(0, Math.min(1, 1 + (10 * Math.log10(power + 1e-9)) / 60)));
  }, 80);
  return () => {
    clearInterval(timer);
    void context.close();
  };
}
