// Reads a URL with the EventSource of Node (`--experimental-eventsource`) until it gives up, as a browser does. Prints the
// id and the data of each event, and how often it connected.
const [url = ''] = process.argv.slice(2);
const events: { id: string; data: string }[] = [];
let connections = 0;

/** The parts of https://html.spec.whatwg.org/multipage/server-sent-events.html that are in use. */
interface Source {
  readonly readyState: number;
  onopen: () => void;
  onmessage: (message: { lastEventId: string; data: string }) => void;
  onerror: () => void;
}
const closed = 2;
const { EventSource } = globalThis as unknown as { EventSource: new (url: string) => Source };
const source = new EventSource(url);
// Node does not wait for its next connection.
setInterval(() => {}, 1_000);
source.onopen = () => {
  connections++;
};
source.onmessage = ({ lastEventId, data }) => {
  events.push({ id: lastEventId, data });
};
source.onerror = () => {
  // Before it is closed, an error only means that it connects again.
  if (source.readyState !== closed) return;
  process.stdout.write(JSON.stringify({ connections, events }));
  process.exit(0);
};
