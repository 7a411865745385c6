// Starts the page: which meeting, whose name, which screen.

import "./style.css";
import { render } from "preact";
import { useEffect, useState } from "preact/hooks";
import { rememberName, rememberedName } from "./keeping";
import { Meeting } from "./meeting";
import { expose } from "./stats";
import { ConsentDialog } from "./ui/consent";
import { PreJoin } from "./ui/prejoin";
import { Room } from "./ui/room";
import { Lobby, NotStarted, Over } from "./ui/screens";

const meeting = new Meeting(decodeURIComponent(location.pathname.split("/").pop() ?? ""));

function App() {
  const asked = new URLSearchParams(location.search).get("name");
  const [name, setName] = useState(asked ?? rememberedName());
  const [sink, setSink] = useState("");
  const { phase, title, consentFor } = meeting.state.value;
  useEffect(() => {
    document.title = title ? `${title} – Convene` : "Join the meeting – Convene";
  }, [title]);
  useEffect(() => rememberName(name), [name]);
  switch (phase) {
    case "prejoin":
    case "joining":
      return <PreJoin {...{ meeting, name, setName, sink, setSink }} />;
    case "not-started":
      return <NotStarted meeting={meeting} />;
    case "lobby":
      return <Lobby meeting={meeting} />;
    case "meeting":
      return (
        <>
          <Room meeting={meeting} sink={sink} />
          {consentFor && <ConsentDialog meeting={meeting} reason={consentFor} />}
        </>
      );
    case "over":
      return <Over meeting={meeting} />;
  }
}

expose(meeting);
addEventListener("pagehide", () => meeting.leave());
render(<App />, document.getElementById("app")!);
