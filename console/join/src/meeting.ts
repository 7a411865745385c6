// One person's visit: what they do, what the session says, and the media between.

import { signal } from "@preact/signals";
import { Devices, type Source, deviceTrouble, videoSize } from "./devices";
import { PASSING } from "./endings";
import { type Place, exchange } from "./exchange";
import { keepToken } from "./keeping";
import { Link } from "./link";
import { Media } from "./media";
import type { Frame, Order, Participant, Welcome } from "./protocol";
import {
  type Action,
  type State,
  asSpoken,
  consentNeeded,
  initial,
  mayPublish,
  recordingNews,
  reduce,
} from "./state";

// A word about one's own microphone that was on its way while one changed it says nothing new.
const SETTLE_MS = 1500;
const WAIT_MS = 3000;

export class Meeting {
  readonly state = signal<State>(initial);
  /** Counts changes of the own tracks, which are no state of ours. */
  readonly own = signal(0);
  readonly devices = new Devices(videoSize(location.search));
  readonly media = new Media(
    () => this.link,
    (mediaUp) => this.set({ mediaUp }),
    () => this.link?.restart(this.state.value.consented, true),
  );
  private link: Link | null = null;
  private place: Place | null = null;
  private name = "";
  private retry = 0;
  /** The session waits at the door for the person's consent. */
  private asked = false;
  private toggledAt = 0;
  /** Looks again at one's own microphone when what was on its way has come. */
  private settling = 0;
  /** Whether the microphone is closed because a host closed it, and nobody touched it since. */
  private mutedByHost = false;
  /** Counts what is asked of the camera: only the last counts. */
  private cameraTurn = 0;

  constructor(private readonly code: string) {}

  dispatch(action: Action): void {
    this.state.value = reduce(this.state.value, action);
  }

  set(changes: Partial<State>): void {
    this.dispatch({ type: "set", changes });
  }

  notice(id: string, text: string, kind: "info" | "warning" = "info"): void {
    this.dispatch({ type: "notice", notice: { id, kind, text } });
  }

  /** Ask for a place, and come in unless there is something to agree to first. */
  async join(name: string, consented: boolean): Promise<void> {
    clearTimeout(this.retry);
    if (this.asked && consented) return this.agree();
    this.name = name;
    this.set({ phase: "joining", consented, ending: null });
    const answer = await exchange(this.code, name);
    if (answer.kind === "refused") {
      const { reason, text, retryMs } = answer;
      const waits = PASSING.has(reason);
      if (!waits) return this.dispatch({ type: "over", reason, text });
      return this.wait(text, retryMs);
    }
    this.place = answer.place;
    keepToken(this.code, answer.place.join_token);
    const consentFor = consentNeeded(answer.place.session, false, consented);
    if (consentFor) return this.set({ phase: "prejoin", consentFor });
    this.comeIn(consented);
  }

  /** Agreed while being there already, or at the door. */
  agree(): void {
    if (this.asked) this.set({ phase: "joining" });
    this.asked = false;
    this.set({ consented: true, consentFor: "" });
    this.toggledAt = Date.now();
    this.devices.hush(false, this.state.value.muted);
    this.link?.agree();
  }

  stopWaiting(): void {
    clearTimeout(this.retry);
    this.set({ phase: "prejoin" });
  }

  leave(): void {
    this.link?.send("leave", {});
    this.end("LEFT", "");
  }

  again(): void {
    this.set({ phase: "prejoin", ending: null, consentFor: "" });
  }

  /** Reads captions in a language, those in sight too; empty: as people speak. */
  readIn(language: string): void {
    this.set({ captionLanguage: language, captions: asSpoken(this.state.value.captions) });
    this.link?.send("captions", { language });
  }

  chat(text: string): void {
    this.link?.send("chat", { text });
  }

  order(order: Order): void {
    this.link?.send("order", order);
  }

  /** Whether the person may be heard and seen: until they are in, nobody knows otherwise. */
  private get publishes(): boolean {
    const { people, selfId } = this.state.value;
    return mayPublish(people[selfId]);
  }

  async toggleMuted(): Promise<void> {
    if (!this.publishes) return;
    const { muted, session, listening } = this.state.value;
    if (muted && session?.held)
      return this.notice("held", "The meeting is on hold: nobody can speak.");
    if (muted && listening && (await this.openDevice("microphone"))) return;
    this.mute(!muted);
    this.tellMedia();
  }

  async toggleCamera(): Promise<void> {
    if (!this.publishes) return;
    if (!this.state.value.camera) {
      await this.openDevice("camera");
      return;
    }
    this.cameraTurn++;
    this.devices.stop("camera");
    this.set({ camera: false });
    this.own.value++;
    await this.media.send("CAMERA", null);
    this.tellMedia();
  }

  async toggleShare(): Promise<void> {
    if (!this.publishes) return;
    if (this.state.value.sharing) return this.stopSharing();
    try {
      const track = await this.devices.share();
      track.onended = () => void this.stopSharing();
      this.set({ sharing: true });
      this.own.value++;
      await this.media.send("SCREEN", track);
    } catch {
      // The person closed the browser's picker.
    }
  }

  /** Open a device, in place of the one in use, and send it if in the meeting; answers what went
   * wrong. */
  async openDevice(source: Source, deviceId = ""): Promise<string> {
    const turn = source === "camera" ? ++this.cameraTurn : 0;
    try {
      const track = await this.devices.open(source, deviceId);
      // It may have taken so long that it is not wanted any more.
      const dropped = source === "camera" && turn !== this.cameraTurn;
      if (dropped || this.state.value.phase === "over" || !this.publishes) {
        this.devices.stop(source);
        return "";
      }
      if (source === "microphone") {
        track.enabled = !this.state.value.muted;
        this.set({ listening: false });
      } else this.set({ camera: true });
      this.own.value++;
      await this.media.send(source === "camera" ? "CAMERA" : "MICROPHONE", track);
      this.tellMedia();
      return "";
    } catch (error) {
      this.set(source === "camera" ? { camera: false } : { listening: true, muted: true });
      this.own.value++;
      this.tellMedia();
      const trouble = deviceTrouble(source, error);
      if (this.state.value.phase === "meeting") this.notice(`no-${source}`, trouble, "warning");
      return trouble;
    }
  }

  private comeIn(consent: boolean): void {
    this.link?.close();
    this.link = new Link(this.place!.join_token, consent, {
      heard: (frame) => this.heard(frame),
      lost: () => this.set({ linked: false }),
      newToken: () => this.newToken(),
      gaveUp: (reason, text) => this.gaveUp(reason, text),
    });
    this.link.open();
  }

  private async newToken(): Promise<string | null> {
    const answer = await exchange(this.code, this.name);
    if (answer.kind === "place") return answer.place.join_token;
    if (answer.reason === "UNREACHABLE") return this.place?.join_token ?? null;
    this.end(answer.reason, answer.text);
    return null;
  }

  private gaveUp(reason: string, text: string): void {
    if (!PASSING.has(reason)) return this.end(reason, text);
    this.media.close();
    this.wait(text, WAIT_MS);
  }

  private wait(text: string, ms: number): void {
    this.set({ phase: "not-started", waitText: text, retryAt: Date.now() + ms });
    this.retry = window.setTimeout(() => void this.join(this.name, this.state.value.consented), ms);
  }

  private heard(frame: Frame): void {
    const before = this.state.value;
    this.dispatch({ type: "frame", frame, now: Date.now() });
    const { consentFor, muted } = this.state.value;
    // Who has to agree first is neither heard nor seen until then.
    if (consentFor && !before.consentFor) this.devices.hush(true, true);
    const spared = before.consentFor !== "" && !consentFor;
    if (spared) this.devices.hush(false, muted);
    switch (frame.kind) {
      case "welcome":
        return this.welcomed(frame.body);
      case "rejoin":
        return this.renewMedia();
      case "published":
      case "offer":
      case "candidate":
        return this.media.heard(frame);
      case "participant":
        return this.changed(before.people[frame.body.participant.id], frame.body.participant);
      case "session":
        if (spared) this.unasked();
        return this.announceRecording(before, this.state.value);
      case "refusal":
        return this.refused(frame.body.reason);
      case "goodbye":
        return this.end(frame.body.reason, frame.body.text);
    }
  }

  private welcomed(welcome: Welcome): void {
    const { captionLanguage } = this.state.value;
    if (captionLanguage) this.link?.send("captions", { language: captionLanguage });
    if (!mayPublish(welcome.self)) this.lookOn();
    keepToken(this.code, welcome.join_token);
    this.media.useServers(welcome.ice_servers);
    // Who has to agree first is neither heard nor seen until then.
    if (this.state.value.consentFor) return this.media.close();
    if (!welcome.resumed || !this.media.publisher) return this.renewMedia();
    this.media.publisher.repeat();
    this.tellMedia();
  }

  /** What there was to agree to is over: everybody hears and sees them as before. */
  private unasked(): void {
    this.toggledAt = Date.now();
    // Whoever came back while they were asked has no connections.
    if (this.media.publisher) this.tellMedia();
    else this.renewMedia();
  }

  /** Who came to look on keeps no device open. */
  private lookOn(): void {
    this.cameraTurn++;
    this.devices.stopAll();
    this.own.value++;
    this.set({ camera: false, muted: true, listening: false });
  }

  private refused(reason: string): void {
    if (reason !== "CONSENT_NEEDED") return;
    // Something is kept of the meeting; which of the two it is, only a welcome says.
    this.asked = true;
    this.set({ phase: "prejoin", consented: false, consentFor: "kept" });
    this.dispatch({ type: "dismiss", id: `refusal-${reason}` });
  }

  private renewMedia(): void {
    this.media.renew(this.devices);
    this.tellMedia();
  }

  private changed(before: Participant | undefined, now: Participant): void {
    if (now.id !== this.state.value.selfId) {
      if (before?.state !== "KNOCKING" && now.state === "KNOCKING")
        this.notice(`knock-${now.id}`, `${now.name || "Somebody"} is waiting to be let in.`);
      return;
    }
    if (before && before.muted !== now.muted) this.settle();
    this.pausedVideo(before, now);
  }

  /** Take what the session says of one's own microphone, once nothing older is on its way. */
  private settle(): void {
    clearTimeout(this.settling);
    const { consentFor, muted, people, selfId } = this.state.value;
    const self = people[selfId];
    if (!self || consentFor) return;
    const rest = this.toggledAt + SETTLE_MS - Date.now();
    if (rest > 0) {
      this.settling = window.setTimeout(() => this.settle(), rest);
    } else if (self.muted && !muted) {
      this.mute(true);
      this.mutedByHost = true;
      this.notice("muted", "You were muted by a host.", "warning");
    } else if (!self.muted && muted) this.unmutedByHost();
  }

  /** Only what a host closed may a host open again; else it is an old word that came late. */
  private unmutedByHost(): void {
    const allowed = this.mutedByHost && this.state.value.session?.policy?.allow_unmute;
    if (!allowed || !this.devices.microphone) return this.tellMedia();
    this.mute(false);
    this.notice("muted", "You were unmuted by a host.", "warning");
  }

  private pausedVideo(before: Participant | undefined, now: Participant): void {
    if (!before || before.video_paused === now.video_paused) return;
    const what = now.video_paused ? "paused your video" : "lets your video be seen again";
    this.notice("video", `A host ${what}.`);
  }

  private announceRecording(before: State, after: State): void {
    const notice = recordingNews(before.session, after.session);
    if (notice) this.dispatch({ type: "notice", notice });
  }

  private mute(muted: boolean): void {
    this.toggledAt = Date.now();
    this.mutedByHost = false;
    if (this.devices.microphone) this.devices.microphone.enabled = !muted;
    this.set({ muted });
  }

  private tellMedia(): void {
    const { muted, camera } = this.state.value;
    const listening = !this.devices.isAny;
    this.link?.send("set_media", {
      muted: muted || listening,
      camera: camera && this.devices.camera !== null,
      listening,
    });
  }

  private async stopSharing(): Promise<void> {
    this.devices.stop("screen");
    this.set({ sharing: false });
    this.own.value++;
    await this.media.send("SCREEN", null);
  }

  private end(reason: string, text: string): void {
    clearTimeout(this.retry);
    clearTimeout(this.settling);
    this.asked = false;
    this.media.close();
    this.link?.close();
    this.link = null;
    this.devices.stopAll();
    this.own.value++;
    this.dispatch({ type: "over", reason, text });
  }
}
