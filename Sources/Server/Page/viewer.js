// A result beside its original, or beside another model's result, behind a slider.

import { address, at, get } from "./api.js";
import { button, find, make, trying } from "./dom.js";
import { addImage } from "./photos.js";

/** The longest side of what is shown until the zoom is 100 %. */
const fitted = 1600;

let shown;

export function startViewer() {
  find("viewer").addEventListener("close", () => {
    // Large pictures are let go.
    find("viewer").replaceChildren();
    shown = undefined;
  });
}

export async function view(job) {
  const { jobs } = await get(address("/v1/jobs", { image: job.image.id, state: "done" }));
  const others = jobs.filter((other) => other.id !== job.id);
  shown = { job, left: undefined, isFull: false, ...parts(job, others) };
  showPictures();
  slide();
  const dialog = find("viewer");
  dialog.replaceChildren(
    make("div", { class: "row" },
      make("h2", { id: "viewer-title", textContent: job.name }),
      make("button", { type: "button", textContent: "Close", onclick: () => dialog.close() })),
    shown.stage,
    make("label", { class: "slider" }, shown.word, shown.slider, "After"),
    make("div", { class: "row" },
      others.length > 0 && make("label", { class: "beside" }, "Left side ", shown.choice),
      shown.zoom,
      make("a", { class: "button", href: at("jobs", job.id, "/result?download=1"), download: "", textContent: "Download" }),
      button("Try another model", () => {
        dialog.close();
        addImage(job);
      })),
    make("p", { class: "fine", textContent: facts(job) }));
  dialog.showModal();
  shown.slider.focus();
}

const facts = ({ modelName, result, image }) =>
  `${modelName}: ${image.width} × ${image.height} became ${result.width} × ${result.height}`;

function parts(job, others) {
  const left = make("img", { alt: `Before: ${job.name}` });
  const right = make("img", { alt: `After, by ${job.modelName}`, class: "after" });
  const word = make("span", { textContent: "Before" });
  const line = make("span", { class: "line" });
  const box = make("div", { class: "box" }, left, right, line);
  const stage = make("div", { class: "stage", tabIndex: 0, role: "group", "aria-label": "Pictures, to scroll at 100 %" }, box);
  const slider = make("input", {
    type: "range", min: 0, max: 100, step: 1, value: 50, "aria-label": "Where the original ends and the result begins, in percent",
    oninput: slide,
  });
  box.addEventListener("pointerdown", drag);
  box.addEventListener("pointermove", (event) => event.buttons && drag(event));
  const zoom = make("button", { type: "button", textContent: "Zoom to 100 %", "aria-pressed": "false", onclick: toggleZoom });
  const choice = make("select", {
    onchange: () => {
      shown.left = others.find((other) => other.id === choice.value);
      word.textContent = shown.left?.modelName ?? "Before";
      left.alt = shown.left ? `By ${shown.left.modelName}` : `Before: ${job.name}`;
      showPictures();
    },
  }, make("option", { value: "", textContent: "The original" }),
    ...others.map((other) => make("option", { value: other.id, textContent: other.modelName })));
  return { picture: left, result: right, box, stage, word, slider, zoom, choice };
}

function showPictures() {
  const { job, left, picture, result, isFull, box, stage } = shown;
  const rest = isFull ? "/preview" : `/preview?side=${fitted}`;
  picture.src = left ? at("jobs", left.id, rest) : at("images", job.image.id, rest);
  result.src = at("jobs", job.id, rest);
  const { width, height } = job.result;
  stage.classList.toggle("full", isFull);
  // At 100 %, a pixel of the result is a pixel of the screen.
  box.style.width = isFull ? `${width / devicePixelRatio}px` : `min(100%, ${(64 * width) / height}vh)`;
  box.style.aspectRatio = `${width} / ${height}`;
}

function slide() {
  shown.box.style.setProperty("--split", `${shown.slider.value}%`);
}

function drag(event) {
  const frame = shown.box.getBoundingClientRect();
  shown.slider.value = Math.round((100 * (event.clientX - frame.left)) / frame.width);
  slide();
}

function toggleZoom() {
  shown.isFull = !shown.isFull;
  shown.zoom.setAttribute("aria-pressed", shown.isFull);
  trying(showPictures);
  if (!shown.isFull) return;
  shown.stage.scrollTo(
    (shown.box.offsetWidth - shown.stage.clientWidth) / 2, (shown.box.offsetHeight - shown.stage.clientHeight) / 2);
}
