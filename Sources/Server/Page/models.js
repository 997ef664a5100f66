// The choice of job, model and settings.

import { address, at, get, on, remove, upload } from "./api.js";
import { button, bytes, find, make, say, trying } from "./dom.js";

const tasks = [
  ["upscale", "Enlarge"],
  ["translate", "Translate"],
  ["colorize", "Colorize"],
];
const sources = [["bundled", ""], ["run", "From training runs"], ["added", "Added"]];

let models = [];
let usual = {};
let task = "upscale";
/** The model's id that was chosen last, by task. */
const chosen = {};
/** What was filled in, by the setting's name, so that another model begins with it. */
const values = {};

export const taskLabel = (name) => tasks.find(([task]) => task === name)?.[1] ?? name;

const current = () => models.find((model) => model.id === chosen[task]);

/** The chosen model's id, and the settings that differ from its defaults. Undefined if no model is there. */
export function order() {
  const model = current();
  if (!model) return undefined;
  const settings = {};
  for (const setting of model.settings) {
    const value = values[setting.name] ?? "";
    if (value !== "" && value !== (setting.default ?? "")) settings[setting.name] = value;
  }
  return { model: model.id, settings };
}

/** Chooses a model, such as a run's newest checkpoint. */
export async function choose(id) {
  await load();
  const model = models.find((model) => model.id === id);
  if (!model) return;
  task = model.task;
  chosen[task] = id;
  show();
}

export function startModels(server) {
  usual = server.usualModels;
  for (const [name, label] of tasks) {
    const input = make("input", { type: "radio", name: "task", value: name, id: `task-${name}` });
    input.addEventListener("change", () => {
      task = name;
      show();
    });
    find("tasks").append(make("label", { class: "choice" }, input, ` ${label}`));
  }
  find("model-file").addEventListener("change", () => trying(addModel, find("model-file")));
  on("models", () => trying(load));
  on("snapshot", () => trying(load));
}

async function load() {
  models = (await get("/v1/models")).models;
  for (const [name] of tasks) {
    const fitting = models.filter((model) => model.task === name);
    if (fitting.some((model) => model.id === chosen[name])) continue;
    chosen[name] = (fitting.find((model) => model.id === usual[name]) ?? fitting[0])?.id;
  }
  show();
}

async function addModel() {
  const [file] = find("model-file").files;
  if (!file) return;
  say(`Sending ${file.name}`);
  const state = find("model-sent");
  try {
    const model = await upload(address("/v1/models", { name: file.name }), file, (part) => {
      state.textContent = part < file.size ? `Sending, ${bytes(part)} of ${bytes(file.size)}…` : "The server reads it…";
    });
    await choose(model.id);
    say(`Added ${model.name}`);
  } finally {
    state.textContent = "";
    find("model-file").value = "";
  }
}

function show() {
  find(`task-${task}`).checked = true;
  const focused = document.activeElement?.id;
  const groups = sources.flatMap(([source, title]) => {
    const cards = models.filter((model) => model.task === task && model.source === source).map(card);
    return cards.length ? [title && make("h3", { textContent: title }), ...cards] : [];
  });
  find("models").replaceChildren(...groups.filter(Boolean));
  if (!groups.length) find("models").append(make("p", { textContent: "There is no model for this job yet." }));
  showSettings();
  if (focused && document.activeElement?.id !== focused) find(focused)?.focus();
}

function card(model) {
  const input = make("input", {
    type: "radio", name: "model", id: `model-${model.id}`, checked: model.id === chosen[task],
    onchange: () => {
      chosen[task] = model.id;
      showSettings();
    },
  });
  const picture = model.hasPicture && make("img", { src: at("models", model.id, "/picture"), alt: "", loading: "lazy" });
  const text = make("span", {}, make("strong", { textContent: model.name }), make("span", { textContent: purpose(model) }));
  const label = make("label", { class: "choice card" }, input, picture, text);
  if (model.source !== "added") return label;
  const drop = button("Delete", () => remove(at("models", model.id)), { "aria-label": `Delete the model ${model.name}` });
  return make("div", { class: "row" }, label, drop);
}

/** Without the job, which is chosen above. */
const purpose = (model) => model.purpose.replace(`${model.task}: `, "");

function showSettings() {
  const settings = current()?.settings ?? [];
  const [usual, advanced] = [false, true].map((isAdvanced) =>
    settings.filter((setting) => setting.isAdvanced === isAdvanced).map(field));
  find("settings").replaceChildren(...usual);
  find("advanced").replaceChildren(...advanced);
  find("more-settings").hidden = !advanced.length;
}

function field(setting) {
  const id = `setting-${setting.name}`;
  const common = { id, "aria-describedby": `${id}-meaning` };
  let input;
  if (setting.kind === "choice" || setting.kind === "model") {
    const choices = setting.kind === "choice" ? setting.choices : [{ value: "", label: "None" }, ...upscalers()];
    input = make("select", common, ...choices.map(({ value, label }) => make("option", { value, textContent: label })));
  } else {
    input = make("input", {
      ...common, type: "number", min: setting.smallest, max: setting.largest,
      step: setting.kind === "integer" ? 1 : "any", placeholder: setting.default ?? "automatic",
    });
  }
  input.value = values[setting.name] ?? setting.default ?? "";
  input.addEventListener("input", () => (values[setting.name] = input.value));
  return make("div", {}, make("label", { htmlFor: id, textContent: setting.label }), input,
    make("small", { id: `${id}-meaning`, textContent: setting.meaning }));
}

const upscalers = () =>
  models.filter((model) => model.task === "upscale").map((model) => ({ value: model.id, label: model.name }));
