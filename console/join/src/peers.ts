// The two peer connections: what the page sends, and what it receives.

import type { Candidate, OfferedTrack, PublishedTrack, Side, TrackSource } from "./protocol";

export type Sendable = "MICROPHONE" | "CAMERA" | "SCREEN";

/** How a peer connection reaches the session. */
export interface Wire {
  publish(sdp: string, tracks: PublishedTrack[]): void;
  answer(sdp: string): void;
  candidate(candidate: Candidate): void;
  /** The connection is beyond repair. */
  failed(side: Side): void;
  connected(side: Side): void;
}

const CAMERA_BITRATE = 600_000;
const SCREEN_BITRATE = 1_800_000;
// A lost path often comes back by itself; ICE calls it failed only much later.
const PATIENCE_MS = 6000;

abstract class Peer {
  protected readonly pc: RTCPeerConnection;
  private readonly early: RTCIceCandidateInit[] = [];
  private timer = 0;

  constructor(
    private readonly side: Side,
    servers: RTCIceServer[],
    protected readonly wire: Wire,
  ) {
    this.pc = new RTCPeerConnection({ iceServers: servers, bundlePolicy: "max-bundle" });
    this.pc.onicecandidate = ({ candidate }) =>
      wire.candidate({
        side,
        candidate: candidate?.candidate ?? "",
        sdp_mid: candidate?.sdpMid ?? "",
        sdp_m_line_index: candidate?.sdpMLineIndex ?? 0,
      });
    this.pc.onconnectionstatechange = () => this.watch();
  }

  get connection(): RTCPeerConnection {
    return this.pc;
  }

  async addCandidate(said: Candidate): Promise<void> {
    const candidate: RTCIceCandidateInit = {
      candidate: said.candidate,
      sdpMid: said.sdp_mid || null,
      sdpMLineIndex: said.sdp_m_line_index,
    };
    if (this.pc.remoteDescription) await this.take(candidate);
    else this.early.push(candidate);
  }

  close(): void {
    clearTimeout(this.timer);
    this.pc.onconnectionstatechange = this.pc.onicecandidate = null;
    this.pc.close();
  }

  protected async remote(type: RTCSdpType, sdp: string): Promise<void> {
    await this.pc.setRemoteDescription({ type, sdp });
    for (const candidate of this.early.splice(0)) await this.take(candidate);
  }

  private async take(candidate: RTCIceCandidateInit): Promise<void> {
    // One that is of no use here is no reason to stop.
    await this.pc.addIceCandidate(candidate).catch(() => undefined);
  }

  private watch(): void {
    const state = this.pc.connectionState;
    clearTimeout(this.timer);
    if (state === "connected") this.wire.connected(this.side);
    if (state === "failed") this.wire.failed(this.side);
    if (state === "disconnected")
      this.timer = window.setTimeout(() => this.wire.failed(this.side), PATIENCE_MS);
  }
}

/** Offers; a source keeps its media section, and sends nothing while it has no track. */
export class Publisher extends Peer {
  private readonly senders = new Map<Sendable, RTCRtpTransceiver>();
  private offering = false;
  private again = false;

  constructor(servers: RTCIceServer[], wire: Wire) {
    super("PUBLISHER", servers, wire);
  }

  /** Offers all of these at once. */
  async begin(tracks: [Sendable, MediaStreamTrack | null][]): Promise<void> {
    for (const [source, track] of tracks) if (track) this.add(source, track);
    if (this.senders.size > 0) await this.offer();
  }

  /** Sends *track* as *source*, nothing when it is null. */
  async send(source: Sendable, track: MediaStreamTrack | null): Promise<void> {
    const known = this.senders.get(source);
    if (!known) {
      if (!track) return;
      this.add(source, track);
      return this.offer();
    }
    await known.sender.replaceTrack(track);
    if (source !== "SCREEN") return;
    known.direction = track ? "sendonly" : "inactive";
    return this.offer();
  }

  async offer(): Promise<void> {
    if (this.offering) {
      this.again = true;
      return;
    }
    this.offering = true;
    await this.pc.setLocalDescription();
    this.wire.publish(this.pc.localDescription!.sdp, this.tracks());
  }

  /** Says the offer again that was not answered. */
  repeat(): void {
    if (this.offering && this.pc.localDescription)
      this.wire.publish(this.pc.localDescription.sdp, this.tracks());
  }

  async published(sdp: string): Promise<void> {
    if (!this.offering) return;
    await this.remote("answer", sdp);
    this.offering = false;
    if (!this.again) return;
    this.again = false;
    await this.offer();
  }

  private add(source: Sendable, track: MediaStreamTrack): void {
    const options: RTCRtpTransceiverInit = {
      direction: "sendonly",
      sendEncodings: [bounds(source)],
    };
    this.senders.set(source, this.pc.addTransceiver(track, options));
  }

  private tracks(): PublishedTrack[] {
    return [...this.senders]
      .filter(([, transceiver]) => transceiver.mid !== null && transceiver.direction === "sendonly")
      .map(([source, transceiver]) => ({ mid: transceiver.mid!, source }));
  }
}

function bounds(source: Sendable): RTCRtpEncodingParameters {
  if (source === "MICROPHONE") return {};
  return { maxBitrate: source === "CAMERA" ? CAMERA_BITRATE : SCREEN_BITRATE };
}

export interface RemoteTrack {
  mid: string;
  participantId: string;
  source: TrackSource;
  track: MediaStreamTrack;
}

/** Answers the session's offers, one after the other. */
export class Subscriber extends Peer {
  private turn: Promise<void> = Promise.resolve();

  constructor(
    servers: RTCIceServer[],
    wire: Wire,
    private readonly show: (tracks: RemoteTrack[]) => void,
  ) {
    super("SUBSCRIBER", servers, wire);
  }

  offered(sdp: string, tracks: OfferedTrack[]): Promise<void> {
    this.turn = this.turn
      .then(() => this.takeOffer(sdp, tracks))
      .catch(() => this.wire.failed("SUBSCRIBER"));
    return this.turn;
  }

  private async takeOffer(sdp: string, tracks: OfferedTrack[]): Promise<void> {
    if (this.pc.signalingState === "closed") return;
    await this.remote("offer", sdp);
    await this.pc.setLocalDescription();
    this.wire.answer(this.pc.localDescription!.sdp);
    this.show(this.received(tracks));
  }

  private received(tracks: OfferedTrack[]): RemoteTrack[] {
    const byMid = new Map(this.pc.getTransceivers().map((one) => [one.mid, one.receiver.track]));
    return tracks.flatMap(({ mid, participant_id, source }) => {
      const track = byMid.get(mid);
      return track ? [{ mid, participantId: participant_id, source, track }] : [];
    });
  }
}
