// Line icons, drawn here so that nothing is fetched.

const PATHS = {
  mic: "M12 3a3 3 0 0 0-3 3v6a3 3 0 0 0 6 0V6a3 3 0 0 0-3-3Z M5 11a7 7 0 0 0 14 0 M12 18v3",
  micOff:
    "M9 9v3a3 3 0 0 0 5 2.2 M15 11V6a3 3 0 0 0-5.8-1 M5 11a7 7 0 0 0 11.5 5.3 M19 11a7 7 0 0 1-.6 2.8 M12 18v3 M3 3l18 18",
  camera:
    "M3 7h11a1 1 0 0 1 1 1v8a1 1 0 0 1-1 1H3a1 1 0 0 1-1-1V8a1 1 0 0 1 1-1Z M15 11l6-3.5v9L15 13",
  cameraOff:
    "M15 13.5V8a1 1 0 0 0-1-1H8.500 M5 7H3a1 1 0 0 0-1 1v8a1 1 0 0 0 1 1h11a1 1 0 0 0 .9-.5 M15 11l6-3.500v9l-3-1.700 M3 3l18 18",
  screen: "M3 4h18v12H3Z M8 20h8 M12 16v4 M12 13V7.500 M9.500 10 12 7.500 14.500 10",
  chat: "M4 5h16v11H9l-5 4Z M8 9h8 M8 12h5",
  people:
    "M9 11a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7Z M2.500 20a6.500 6.500 0 0 1 13 0 M16 4.500a3.500 3.500 0 0 1 0 6.500 M18 14.500a6.500 6.500 0 0 1 3.500 5.500",
  captions: "M3 5h18v14H3Z M7 11h5 M14 11h3 M7 15h3 M12 15h5",
  leave:
    "M4 15.500c-1.500-1-2-3.500-.5-4.500 4.700-3.300 12.300-3.300 17 0 1.500 1 1 3.500-.5 4.500l-3.500-1v-2.500a12 12 0 0 0-9 0v2.500Z",
  more: "M5 12h.01 M12 12h.01 M19 12h.01",
  lock: "M5 11h14v9H5Z M8 11V8a4 4 0 0 1 8 0v3",
  pause: "M9 5v14 M15 5v14",
  speaker: "M4 10v4h4l5 4V6L8 10Z M16 9a4 4 0 0 1 0 6 M18.500 6.500a8 8 0 0 1 0 11",
  info: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Z M12 11v5 M12 8h.01",
  close: "M6 6l12 12 M18 6 6 18",
  send: "M4 12 20 4l-5 16-3.500-6.500Z",
  clock: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Z M12 7v5l3 2",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
