// What a test reads of the page: `window.convene`, which nothing can be changed by.

import type { Meeting } from "./meeting";
import { present } from "./state";

interface Heard {
  totalAudioEnergy: number;
  totalSamplesDuration: number;
  audioLevel: number;
  audioBytes: number;
  framesDecoded: number;
  screenFramesDecoded: number;
}

const EVERY_MS = 500;
const NOTHING: Heard = {
  totalAudioEnergy: 0,
  totalSamplesDuration: 0,
  audioLevel: 0,
  audioBytes: 0,
  framesDecoded: 0,
  screenFramesDecoded: 0,
};

export function expose(meeting: Meeting): void {
  let stats: Record<string, Heard> = {};
  setInterval(() => {
    void collect(meeting).then((found) => (stats = found));
  }, EVERY_MS);
  const shown = {
    get state() {
      return meeting.state.value.phase;
    },
    get room() {
      return structuredClone(meeting.state.value);
    },
    get participants() {
      return structuredClone(present(meeting.state.value));
    },
    get stats() {
      return structuredClone(stats);
    },
    get connections() {
      const { publisher, subscriber } = meeting.media;
      return {
        publisher: publisher?.connection.connectionState ?? "closed",
        subscriber: subscriber?.connection.connectionState ?? "closed",
      };
    },
  };
  Object.defineProperty(window, "convene", { value: Object.freeze(shown) });
}

async function collect(meeting: Meeting): Promise<Record<string, Heard>> {
  const connection = meeting.media.subscriber?.connection;
  if (!connection) return {};
  const byMid = new Map(meeting.media.remote.value.map((one) => [one.mid, one]));
  const found: Record<string, Heard> = {};
  for (const report of (await connection.getStats()).values()) {
    if (report.type !== "inbound-rtp") continue;
    const remote = byMid.get(report.mid);
    if (!remote) continue;
    const heard = (found[remote.participantId] ??= { ...NOTHING });
    if (remote.source === "MICROPHONE") {
      heard.totalAudioEnergy = report.totalAudioEnergy ?? 0;
      heard.totalSamplesDuration = report.totalSamplesDuration ?? 0;
      heard.audioLevel = report.audioLevel ?? 0;
      heard.audioBytes = report.bytesReceived ?? 0;
    } else if (remote.source === "CAMERA") heard.framesDecoded = report.framesDecoded ?? 0;
    else heard.screenFramesDecoded = report.framesDecoded ?? 0;
  }
  return found;
}
