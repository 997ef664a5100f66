// A form for a new run: a recipe's keys, each with its meaning, range and default.

import { at, get, post } from "./api.js";
import { button, find, make, say, trying } from "./dom.js";

let keys = [];

export async function startRecipes(server) {
  const { recipes } = await get("/v1/recipes");
  const options = recipes.map((recipe) => make("option", { value: recipe.name, textContent: recipe.name }));
  const choice = make("select", { id: "recipe-name", onchange: () => trying(showKeys) }, ...options);
  const devices = server.devices.map(({ value, label }) => make("option", { value, textContent: label }));
  const form = find("recipe");
  form.append(
    make("div", { class: "fields" },
      labelled("Recipe", choice),
      labelled("Name of the run", make("input", { id: "run-name", required: true, autocomplete: "off" })),
      labelled("Device", make("select", { id: "run-device" }, ...devices))),
    make("div", { id: "keys" }),
    make("div", { class: "row" },
      make("button", { class: "main", textContent: "Start training" }),
      button("Check", check)),
    make("pre", { id: "yaml", hidden: true, tabIndex: 0, "aria-label": "The whole recipe" }));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    trying(start);
  });
  await showKeys();
}

const labelled = (text, input) => make("div", {}, make("label", { htmlFor: input.id, textContent: text }), input);

async function showKeys() {
  const name = find("recipe-name").value;
  const form = await get(at("recipes", name));
  if (name !== find("recipe-name").value) return;
  // The recipe decides the task.
  keys = form.keys.filter((key) => key.path !== "task");
  const sections = Map.groupBy(keys, (key) => key.section);
  const groups = [...sections].map(([section, keys]) =>
    make("details", { open: section === "data" || section === "" },
      make("summary", { textContent: section || "General" }),
      make("div", { class: "fields" }, ...keys.map(field))));
  find("keys").replaceChildren(make("p", { textContent: form.summary }), ...groups);
  find("yaml").hidden = true;
}

function field(key) {
  const id = `key-${key.path}`;
  const common = { id, "aria-describedby": `${id}-meaning` };
  const choices = key.kind === "flag" ? ["true", "false"] : key.choices;
  const isChoice = key.kind === "flag" || key.kind === "choice";
  const isNumber = key.kind === "integer" || key.kind === "number";
  const input = isChoice
    ? make("select", common, ...choices.map((value) => make("option", { value, textContent: value })))
    : make("input", { ...common, type: "text", inputMode: isNumber ? "decimal" : "text", autocomplete: "off", spellcheck: false });
  input.value = key.value;
  const expectation = key.expectation === "text" ? "" : `; ${key.expectation}`;
  const usual = key.default === "" ? "" : ` (usually ${key.default})`;
  return make("div", {}, make("label", { htmlFor: id, textContent: key.name }), input,
    make("small", { id: `${id}-meaning`, textContent: `${key.meaning}${expectation}${usual}` }));
}

/** What differs from the recipe. */
function run() {
  const changed = keys.map((key) => [key.path, find(`key-${key.path}`).value, key.value]).filter(([, now, was]) => now !== was);
  return {
    name: find("run-name").value, recipe: find("recipe-name").value, device: find("run-device").value,
    settings: Object.fromEntries(changed.map(([path, now]) => [path, now])),
  };
}

async function check() {
  const { yaml } = await post("/v1/recipes/check", run());
  find("yaml").textContent = yaml;
  find("yaml").hidden = false;
  say("The recipe can be trained");
}

async function start() {
  const { name } = await post("/v1/runs", run());
  find("new-run").open = false;
  location.hash = `training/${encodeURIComponent(name)}`;
  say(`Training ${name} has begun`);
}
