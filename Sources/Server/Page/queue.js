// The queue, live: a page of jobs, and what can be done with each.

import { address, at, get, on, post, remove } from "./api.js";
import { button, counted, duration, find, make, say, trying } from "./dom.js";
import { taskLabel } from "./models.js";
import { view } from "./viewer.js";

const limit = 25;
let offset = 0;
let total = 0;
let queue = {};
/** The shown rows by the job's id, with the job they show. */
const rows = new Map();
/** The state that was heard last of each job, shown or not. */
const heard = new Map();

export function startQueue() {
  find("pause").addEventListener("click", () =>
    trying(async () => showSummary(await post(`/v1/queue/${queue.isPaused ? "resume" : "pause"}`)), find("pause")));
  find("clear").addEventListener("click", () => trying(clear, find("clear")));
  find("filter").addEventListener("change", () => turn(0));
  find("newer").addEventListener("click", () => turn(offset - limit));
  find("older").addEventListener("click", () => turn(offset + limit));
  on("snapshot", ({ queue }) => {
    showSummary(queue);
    reloadSoon();
  });
  on("queue", showSummary);
  on("deleted", reloadSoon);
  on("job", hear);
}

function hear(job) {
  const row = rows.get(job.id);
  if ((row?.job.state ?? heard.get(job.id)) !== job.state) {
    if (row && !["waiting", "running"].includes(job.state)) say(`${job.name}: ${job.error ?? job.state}`);
    reloadSoon();
  }
  heard.set(job.id, job.state);
  if (row) fill(row, job);
}

function turn(to) {
  offset = Math.max(0, to);
  trying(load);
}

let timer;
/** Many changes at a time make one request. */
function reloadSoon() {
  timer ??= setTimeout(() => {
    timer = undefined;
    trying(load);
  }, 250);
}

async function load() {
  const asked = offset;
  const state = find("filter").value || undefined;
  const page = await get(address("/v1/jobs", { offset, limit, state }));
  if (asked !== offset) return;
  total = page.total;
  if (!page.jobs.length && offset > 0) return turn(Math.floor(Math.max(0, total - 1) / limit) * limit);
  const kept = new Set(page.jobs.map((job) => job.id));
  for (const [id, row] of rows) {
    if (kept.has(id)) continue;
    const next = row.element.contains(document.activeElement) && (row.element.nextSibling ?? row.element.previousSibling);
    row.element.remove();
    rows.delete(id);
    if (next) next.querySelector("button")?.focus();
  }
  let last = null;
  for (const job of page.jobs) {
    if (!rows.has(job.id)) rows.set(job.id, newRow(job));
    const row = rows.get(job.id);
    fill(row, job);
    // What stands in its place already is not moved, so that it keeps the focus.
    const place = last ? last.nextSibling : find("jobs").firstChild;
    if (row.element !== place) find("jobs").insertBefore(row.element, place);
    last = row.element;
  }
  find("pages").hidden = total <= limit;
  find("newer").disabled = offset === 0;
  find("older").disabled = offset + limit >= total;
  find("page-number").textContent = `${offset + 1} to ${Math.min(offset + limit, total)} of ${total}`;
}

function showSummary(now) {
  queue = now;
  const counts = ["running", "waiting", "done", "failed", "cancelled"]
    .filter((state) => queue[state]).map((state) => `${queue[state]} ${state}`);
  const left = queue.secondsLeft != null && queue.waiting + queue.running > 0 && `about ${duration(queue.secondsLeft)} left`;
  find("summary").textContent =
    [queue.isPaused && "Paused", ...counts, left].filter(Boolean).join(" · ") || "Nothing yet: choose photos to begin.";
  find("obstacle").hidden = !queue.obstacle;
  find("obstacle").textContent = queue.obstacle ?? "";
  find("pause").textContent = queue.isPaused ? "Resume" : "Pause";
  find("zip").hidden = !queue.done;
  find("clear").hidden = !(queue.done + queue.failed + queue.cancelled);
}

async function clear() {
  const count = queue.done + queue.failed + queue.cancelled;
  if (!confirm(`Delete ${counted(count, "job")} that ended, with their results?`)) return;
  await remove("/v1/jobs?state=done,failed,cancelled");
}

function newRow(job) {
  const row = {
    picture: make("img", { alt: "", loading: "lazy", width: 64, height: 64 }),
    state: make("span"),
    progress: make("progress", { max: 1, "aria-label": `Progress of ${job.name}` }),
    problem: make("p"),
    actions: make("div", { class: "row" }),
  };
  const text = make("div", { class: "text" }, make("strong", { textContent: job.name }),
    make("small", { textContent: `${taskLabel(job.task)} · ${job.modelName}${settingsText(job)}` }),
    row.state, row.progress, row.problem, row.actions);
  row.element = make("li", { class: "job" }, row.picture, text);
  return row;
}

function settingsText({ settings }) {
  return Object.entries(settings).map(([name, value]) => ` · ${name} ${value}`).join("");
}

function fill(row, job) {
  const before = row.job;
  row.job = job;
  row.state.textContent = stateText(job);
  row.progress.hidden = job.state !== "running";
  row.progress.value = job.progress;
  if (before?.state === job.state) return;
  row.element.dataset.state = job.state;
  const pictured = job.state === "done" ? ["jobs", job.id] : ["images", job.image.id];
  row.picture.src = at(...pictured, "/preview?side=128");
  row.problem.hidden = !job.error && !job.notices.length;
  row.problem.className = job.error ? "problem" : "fine";
  row.problem.textContent = [job.error, ...job.notices].filter(Boolean).join(" · ");
  const hadFocus = row.actions.contains(document.activeElement);
  row.actions.replaceChildren(...actions(row, job));
  if (hadFocus) row.actions.querySelector("button")?.focus();
}

function stateText(job) {
  switch (job.state) {
    case "waiting":
      return job.place ? `Waiting, place ${job.place}` : "Waiting";
    case "running": {
      const left = job.secondsLeft == null ? "" : `, about ${duration(job.secondsLeft)} left`;
      return `${Math.round(job.progress * 100)} %${left}`;
    }
    case "done": {
      const { width, height, seconds } = job.result;
      return `Done: ${job.image.width} × ${job.image.height} became ${width} × ${height} in ${duration(seconds)}`;
    }
    case "failed":
      return "Failed";
    default:
      return "Cancelled";
  }
}

function actions(row, job) {
  const name = (verb) => ({ "aria-label": `${verb} ${job.name}` });
  if (job.state === "waiting" || job.state === "running") {
    return [button("Cancel", () => post(at("jobs", job.id, "/cancel")), name("Cancel"))];
  }
  const drop = button("Delete", () => remove(at("jobs", job.id)), name("Delete"));
  if (job.state !== "done") return [button("Retry", () => post(at("jobs", job.id, "/retry")), name("Retry")), drop];
  const download = make("a", {
    class: "button", href: at("jobs", job.id, "/result?download=1"), download: "", textContent: "Download",
    "aria-label": `Download ${job.result.name}`,
  });
  return [button("Look", () => view(row.job), { class: "main", ...name("Look at") }), download, drop];
}
