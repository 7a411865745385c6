// The person's media in the room: both peer connections, made anew when they fail.

import { signal } from "@preact/signals";
import type { Devices } from "./devices";
import type { Link } from "./link";
import { Publisher, type RemoteTrack, type Sendable, Subscriber, type Wire } from "./peers";
import type { Candidate, Frame, IceServer } from "./protocol";

const HEAL_PAUSE_MS = 2000;

export class Media {
  readonly remote = signal<RemoteTrack[]>([]);
  publisher: Publisher | null = null;
  subscriber: Subscriber | null = null;
  private servers: RTCIceServer[] = [];
  private healing = 0;

  constructor(
    private readonly link: () => Link | null,
    private readonly up: (up: boolean) => void,
    /** The connections cannot be used any more. */
    private readonly broken: () => void,
  ) {}

  useServers(servers: IceServer[]): void {
    this.servers = servers.map(({ urls, username, credential }) =>
      username ? { urls, username, credential } : { urls },
    );
  }

  /** New peer connections, without a click. */
  renew({ microphone, camera, screen }: Devices): void {
    this.close();
    const wire = this.wire();
    this.publisher = new Publisher(this.servers, wire);
    this.subscriber = new Subscriber(this.servers, wire, (tracks) => (this.remote.value = tracks));
    this.attempt(
      this.publisher.begin([
        ["MICROPHONE", microphone],
        ["CAMERA", camera],
        ["SCREEN", screen],
      ]),
    );
  }

  /** What the session says of media. */
  heard(frame: Frame): void {
    if (frame.kind === "published") this.attempt(this.publisher?.published(frame.body.sdp));
    if (frame.kind === "offer") void this.subscriber?.offered(frame.body.sdp, frame.body.tracks);
    if (frame.kind === "candidate") this.addCandidate(frame.body);
  }

  async send(source: Sendable, track: MediaStreamTrack | null): Promise<void> {
    await this.publisher?.send(source, track);
  }

  close(): void {
    clearTimeout(this.healing);
    this.publisher?.close();
    this.subscriber?.close();
    this.publisher = this.subscriber = null;
    this.remote.value = [];
    this.up(false);
  }

  private addCandidate(candidate: Candidate): void {
    const peer = candidate.side === "PUBLISHER" ? this.publisher : this.subscriber;
    void peer?.addCandidate(candidate);
  }

  private wire(): Wire {
    return {
      publish: (sdp, tracks) => this.link()?.send("publish", { sdp, tracks }),
      answer: (sdp) => this.link()?.send("answer", { sdp }),
      candidate: (candidate) => this.link()?.send("candidate", candidate),
      connected: () => this.up(true),
      failed: () => this.heal(),
    };
  }

  private heal(): void {
    this.up(false);
    clearTimeout(this.healing);
    this.healing = window.setTimeout(() => {
      this.close();
      this.broken();
    }, HEAL_PAUSE_MS);
  }

  private attempt(work: Promise<void> | undefined): void {
    work?.catch((error: unknown) => {
      console.warn("media", error);
      this.heal();
    });
  }
}
