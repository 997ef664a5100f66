// Training runs, live.

import { at, get, on, post } from "./api.js";
import { button, counted, duration, find, make, say, trying } from "./dom.js";
import { chart } from "./chart.js";
import { choose } from "./models.js";
import { startRecipes } from "./recipe.js";

const runs = new Map();
const links = new Map();
/** The name of the run that is shown, and the parts of it that change. */
let shown;
let parts;

export function startRuns(server) {
  on("snapshot", (snapshot) => {
    runs.clear();
    for (const run of snapshot.runs) runs.set(run.name, run);
    showList();
    if (shown) showCurves();
  });
  on("run", (run) => {
    if (runs.get(run.name)?.state !== run.state) say(`Run ${run.name}: ${run.error ?? run.state}`);
    runs.set(run.name, run);
    showList();
    if (run.name === shown) {
      fill(run);
      curvesSoon();
    }
  });
  on("measured", ({ run }) => run === shown && curvesSoon());
  find("new-run").addEventListener("toggle", () => trying(() => startRecipes(server)), { once: true });
}

/** Shows a run, by default the newest. */
export function showRun(name) {
  const newest = [...runs.values()].sort((one, other) => other.changed - one.changed)[0];
  const wanted = name ?? newest?.name;
  if (wanted === shown && parts) return;
  shown = wanted;
  showList();
  trying(open);
}

/** Links stay the same elements, so that they keep the focus and a click is not lost. */
function showList() {
  const all = [...runs.values()].sort((one, other) => other.changed - one.changed);
  const items = all.map((run) => {
    if (!links.has(run.name)) {
      links.set(run.name, make("a", { href: `#training/${encodeURIComponent(run.name)}` },
        make("strong", { textContent: run.name }), make("small")));
    }
    const link = links.get(run.name);
    link.lastChild.textContent = progressText(run);
    link.ariaCurrent = run.name === shown ? "true" : null;
    return link.parentNode ?? make("li", {}, link);
  });
  if (!items.length) items.push(make("li", { textContent: "No runs yet." }));
  const list = find("runs");
  if (items.some((item, index) => item !== list.children[index]) || list.children.length > items.length) {
    list.replaceChildren(...items);
  }
  if (!shown && all.length && !find("training").hidden) showRun();
}

function progressText(run) {
  const of = run.totalSteps == null ? "" : ` of ${run.totalSteps}`;
  const left = run.secondsLeft == null ? "" : `, about ${duration(run.secondsLeft)} left`;
  return `${run.state}, step ${run.step}${of}${left}`;
}

async function open() {
  const name = shown;
  parts = undefined;
  if (!name) {
    find("run").replaceChildren(make("p", { textContent: "A run that you start, here or by guise train, is shown here." }));
    return;
  }
  const run = await get(at("runs", name));
  if (name !== shown) return;
  parts = {
    state: make("p"), progress: make("progress", { max: 1, "aria-label": "Progress of the run" }),
    problems: make("div"), actions: make("div", { class: "row" }), curves: make("div"), samples: make("div"),
  };
  find("run").replaceChildren(
    make("h2", { textContent: name }), parts.state, parts.progress, parts.problems, parts.actions, parts.curves, parts.samples,
    folded("Recipe", "The recipe", async () => (await get(at("runs", name))).recipe ?? ""),
    folded("Log", "The log's last lines", async () => (await get(at("runs", name, "/log"))).lines.join("\n")));
  fill(run);
  await showCurves();
}

/** Text that is asked for whenever it is opened. */
function folded(title, label, load) {
  const text = make("pre", { tabIndex: 0, "aria-label": label });
  const details = make("details", {}, make("summary", { textContent: title }), text);
  details.addEventListener("toggle", () => details.open && trying(async () => (text.textContent = await load())));
  return details;
}

function fill(run) {
  if (!parts) return;
  parts.state.textContent = `${run.task ?? ""} · ${progressText(run)}`;
  parts.progress.value = run.totalSteps ? run.step / run.totalSteps : 0;
  parts.progress.hidden = !run.totalSteps;
  const problems = [run.error, ...(run.warnings ?? [])].filter(Boolean);
  parts.problems.replaceChildren(...problems.map((text) => make("p", { class: "problem", textContent: text })));
  const key = `${run.state} ${run.checkpoints?.length} ${run.models}`;
  if (parts.actions.dataset.key !== key) {
    const hadFocus = parts.actions.contains(document.activeElement);
    parts.actions.dataset.key = key;
    parts.actions.replaceChildren(...actions(run));
    if (hadFocus) parts.actions.querySelector("button")?.focus();
  }
  showSamples(run);
}

function actions(run) {
  const isTraining = run.state === "starting" || run.state === "training";
  const canResume = (run.state === "stopped" || run.state === "failed") && run.checkpoints?.length > 0;
  const newest = run.models?.filter((id) => id.endsWith(":newest")) ?? [];
  const models = newest.length ? newest : (run.models ?? []);
  return [
    isTraining && button("Stop, with a checkpoint", () => post(at("runs", run.name, "/stop"))),
    canResume && button("Resume", () => post(at("runs", run.name, "/resume"))),
    ...models.map((id) => button(`Try ${id.split(":")[2]} on a photo`, async () => {
      await choose(id);
      addEventListener("hashchange", () => find("pick-files").focus(), { once: true });
      location.hash = "photos";
    })),
  ].filter(Boolean);
}

function showSamples(run) {
  const { steps, columns, groups } = run.samples ?? { steps: [] };
  if (!steps.length || parts.samples.dataset.last === String(steps.at(-1))) return;
  parts.samples.dataset.last = steps.at(-1);
  const picture = make("img", { class: "samples" });
  const label = make("span");
  // Whoever looks at an earlier grid stays there.
  const old = parts.samples.querySelector("input");
  const hadFocus = old !== null && old === document.activeElement;
  const index = old && old.value !== old.max ? old.value : steps.length - 1;
  const slider = make("input", { type: "range", min: 0, max: steps.length - 1, step: 1, value: index });
  const show = () => {
    const step = steps[slider.value];
    picture.src = at("runs", run.name, `/samples/${step}`);
    picture.alt = `Samples of step ${step}: ${columns.join(", ")}`;
    label.textContent = `step ${step}`;
    slider.setAttribute("aria-valuetext", label.textContent);
  };
  slider.addEventListener("input", show);
  show();
  // Columns of equal width, as in the picture below them.
  const titles = make("div", { class: "titles" }, ...columns.map((text) => make("span", { textContent: text })));
  parts.samples.replaceChildren(
    make("h3", { textContent: `Samples, ${counted(steps.length, "grid")}` }),
    make("label", { class: "slider" }, "Over time", slider, label), titles, picture,
    make("p", { class: "fine", hidden: groups.length < 2, textContent: `Rows: ${groups.join(", then ")}` }));
  if (hadFocus) slider.focus();
}

let timer;
/** Curves are asked for again every few seconds at most. */
function curvesSoon() {
  timer ??= setTimeout(() => {
    timer = undefined;
    trying(showCurves);
  }, 3000);
}

async function showCurves() {
  const name = shown;
  if (!name) return;
  const kinds = [["losses", "Losses"], ["measures", "Measured while training"], ["measurements", "On held-out images"]];
  const answers = await Promise.all(kinds.map(([kind]) => get(at("runs", name, `/curves?of=${kind}`))));
  if (name !== shown || !parts) return;
  const charts = answers.map(({ curves }, index) => curves.length > 0 && chart(kinds[index][1], curves)).filter(Boolean);
  parts.curves.replaceChildren(...charts);
}
