// Starts the page: the two views, and the login where the server asks for a token.

import { get, listen } from "./api.js";
import { complain, find, trying } from "./dom.js";
import { startModels } from "./models.js";
import { startPhotos } from "./photos.js";
import { startQueue } from "./queue.js";
import { showRun, startRuns } from "./runs.js";
import { startViewer } from "./viewer.js";

let isLoggedIn = false;

/** The part of the address after # names the view, and after a slash a run. */
function showView() {
  if (!isLoggedIn) return;
  const [view, run] = location.hash.slice(1).split("/");
  // Other names are places within a view.
  if (!["", "photos", "training"].includes(view) && !(find("photos").hidden && find("training").hidden)) return;
  const isTraining = view === "training" && !find("training-link").hidden;
  find("photos").hidden = isTraining;
  find("training").hidden = !isTraining;
  for (const link of find("views").children) {
    const isShown = link.hash === (isTraining ? "#training" : "#photos");
    if (isShown) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  if (isTraining) showRun(run === undefined ? undefined : decodeURIComponent(run));
}

function askForToken() {
  if (!find("login").hidden) return;
  for (const id of ["photos", "training"]) find(id).hidden = true;
  find("login").hidden = false;
  find("views").hidden = true;
  find("token").focus();
}

async function logIn() {
  const response = await fetch(`/login?token=${encodeURIComponent(find("token").value)}`);
  if (response.ok) location.reload();
  else complain((await response.json()).error);
}

document.addEventListener("token-needed", askForToken);
find("login").addEventListener("submit", (event) => {
  event.preventDefault();
  trying(logIn);
});

trying(async () => {
  let server;
  try {
    server = await get("/v1/server");
  } catch (error) {
    if (error.status === 401) return;
    throw error;
  }
  isLoggedIn = true;
  find("training-link").hidden = !server.isHost;
  startPhotos(server);
  startViewer();
  startQueue();
  if (server.isHost) startRuns(server);
  startModels(server);
  addEventListener("hashchange", showView);
  showView();
  listen();
});
