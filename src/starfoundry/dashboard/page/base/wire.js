// Requests to the page's server, and its event stream, which is opened again by itself.

const SILENCE_MILLISECONDS = 8000;
const AGAIN_MILLISECONDS = 1000;

// The names of all events; which of them arrive depends on the view.
const PARTS = [
  ...["daemon", "player", "coordinators", "chosen", "missing", "trouble", "schema", "settings", "pulse", "changes", "beat"],
  ...["money", "marks", "work", "budget", "rows", "ships", "places"],
  ...["pipelines", "tasks", "factories", "stocks", "held"],
  ...["layers", "markets", "market_system", "newest_entry", "alerts", "containers", "log", "lines"],
];

let token = null;

export class Failure extends Error {
  constructor(error) {
    super(error.message);
    this.code = error.code;
    this.fields = error.fields || [];
    this.nextStep = error.next_step || "";
  }
}

export async function ask(path, query) {
  return answerOf(await reach(`${path}?${new URLSearchParams(query)}`));
}

export async function send(path, change) {
  return answerOf(await sent(path, change));
}

// What is answered line by line, until it ends, or until `signal` is aborted; an empty line says nothing new.
export async function* stream(path, wanted, signal) {
  try {
    const response = await sent(path, wanted, signal);
    if (!response.ok) await answerOf(response);
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let rest = ""; ; ) {
      const { value, done } = await reader.read();
      if (done) return;
      const lines = (rest + value).split("\n");
      rest = lines.pop();
      for (const answer of lines.filter(Boolean).map((line) => JSON.parse(line))) {
        if (answer.error) throw new Failure(answer.error);
        yield answer;
      }
    }
  } catch (failure) {
    if (signal.aborted) return;
    throw failure instanceof Failure ? failure : unreached();
  }
}

// A server that was restarted has a new token: it is sent for, and the request sent once more.
async function sent(path, wanted, signal) {
  token = token || (await ask("/api/session", {})).token;
  const response = await post(path, wanted, signal);
  if (response.status !== 403) return response;
  token = (await ask("/api/session", {})).token;
  return post(path, wanted, signal);
}

function post(path, change, signal) {
  return reach(path, {
    method: "POST",
    signal,
    headers: { "Content-Type": "application/json", "X-StarFoundry-Token": token },
    body: JSON.stringify(change),
  });
}

async function reach(path, options) {
  try {
    return await fetch(path, options);
  } catch {
    throw unreached();
  }
}

function unreached() {
  return new Failure({
    code: "UNREACHED",
    message: "The page's own server does not answer, so it is not known whether this was done.",
    next_step: "start it again (spacetraders dashboard) and try once more: a change that was made is not made twice",
  });
}

async function answerOf(response) {
  const answer = await wholeOf(response);
  if (!response.ok) throw new Failure(answer.error);
  return answer;
}

// A server that ends in the middle of an answer leaves a part of it.
async function wholeOf(response) {
  try {
    return await response.json();
  } catch {
    throw unreached();
  }
}

// Calls receive(name, value) for every event, and lost() when they stop. Returns a function that ends the stream.
export function listen(asked, receive, lost) {
  let source = null;
  let alarm = null;
  let isOver = false;

  function begin() {
    source = new EventSource(`/api/events?${new URLSearchParams(asked)}`);
    for (const name of PARTS) {
      source.addEventListener(name, (event) => {
        watch();
        receive(name, JSON.parse(event.data));
      });
    }
    source.addEventListener("error", again);
    watch();
  }

  function watch() {
    clearTimeout(alarm);
    alarm = setTimeout(again, SILENCE_MILLISECONDS);
  }

  function again() {
    source.close();
    clearTimeout(alarm);
    if (isOver) return;
    lost();
    alarm = setTimeout(begin, AGAIN_MILLISECONDS);
  }

  begin();
  return () => {
    isOver = true;
    source.close();
    clearTimeout(alarm);
  };
}
