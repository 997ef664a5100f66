// Asks the server, and hears what changes.

/** Why the server did not do what it was asked for, in its own words. */
export class Refusal extends Error {
  constructor(status, text) {
    super(text);
    this.status = status;
  }
}

const noAnswer = () => new Refusal(0, "The server does not answer: is it still running?");

/** Sends a request, with an object as JSON if one is given, and returns the answer's JSON, or null if it has none. */
export async function call(method, path, body) {
  const options = { method };
  if (body !== undefined) {
    options.body = JSON.stringify(body);
    options.headers = { "Content-Type": "application/json" };
  }
  let response;
  try {
    response = await fetch(path, options);
  } catch {
    throw noAnswer();
  }
  return result(response, response.headers.get("Content-Type"), await response.text());
}

/** Sends a file, tells how many bytes have been sent as they are, and returns the answer's JSON. */
export function upload(path, file, tell) {
  return new Promise((resolve, reject) => {
    // fetch does not tell what was sent.
    const request = new XMLHttpRequest();
    request.open("POST", path);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.upload.addEventListener("progress", ({ loaded }) => tell(loaded));
    request.addEventListener("error", () => reject(noAnswer()));
    request.addEventListener("load", () => {
      try {
        resolve(result(request, request.getResponseHeader("Content-Type"), request.responseText));
      } catch (error) {
        reject(error);
      }
    });
    request.send(file);
  });
}

function result({ status, statusText }, type, text) {
  if (status >= 400) {
    if (status === 401) document.dispatchEvent(new Event("token-needed"));
    throw new Refusal(status, refusalText(text) ?? `${status} ${statusText}`);
  }
  return type?.startsWith("application/json") ? JSON.parse(text) : null;
}

function refusalText(text) {
  try {
    return JSON.parse(text).error;
  } catch {
    return undefined;
  }
}

export const get = (path) => call("GET", path);
export const post = (path, body) => call("POST", path, body);
export const remove = (path) => call("DELETE", path);

/** An address with a query; values that are undefined are left out. */
export function address(path, query) {
  const pairs = Object.entries(query).filter(([, value]) => value !== undefined);
  return pairs.length ? `${path}?${new URLSearchParams(pairs)}` : path;
}

/** The address below a collection of something with an id, which may hold any character. */
export const at = (collection, id, rest = "") => `/v1/${collection}/${encodeURIComponent(id)}${rest}`;

const names = ["snapshot", "queue", "job", "deleted", "models", "run", "samples", "measured"];
const listeners = new Map(names.map((name) => [name, []]));

/** Calls a function with the data of each event of a name. */
export const on = (name, listener) => listeners.get(name).push(listener);

/** Begins to listen. The browser connects again by itself, except after a refusal. */
export function listen() {
  const source = new EventSource("/v1/events");
  for (const name of names) {
    source.addEventListener(name, (event) => {
      const data = JSON.parse(event.data);
      for (const listener of listeners.get(name)) listener(data);
    });
  }
  source.addEventListener("error", () => {
    if (source.readyState === EventSource.CLOSED) setTimeout(listen, 3000);
  });
}
