// Elements that play a track.

import { useEffect, useRef } from "preact/hooks";

interface VideoProps {
  track: MediaStreamTrack;
  mirrored?: boolean;
  contained?: boolean;
  label: string;
}

export function Video({ track, mirrored, contained, label }: VideoProps) {
  const element = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    element.current!.srcObject = new MediaStream([track]);
  }, [track]);
  const look = `${mirrored ? "mirrored" : ""} ${contained ? "contained" : ""}`;
  return <video ref={element} class={look} autoplay playsInline muted aria-label={label} />;
}

type Sink = HTMLAudioElement & { setSinkId?: (id: string) => Promise<void> };

export function Sound({ track, sink }: { track: MediaStreamTrack; sink: string }) {
  const element = useRef<Sink>(null);
  useEffect(() => {
    element.current!.srcObject = new MediaStream([track]);
  }, [track]);
  useEffect(() => {
    // A speaker that was unplugged leaves the sound on the default one.
    void element.current?.setSinkId?.(sink)?.catch(() => undefined);
  }, [sink, track]);
  return <audio ref={element} autoplay />;
}
