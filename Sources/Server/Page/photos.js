// The photos that work is to be started with: dropped, picked, or of the server's folder.

import { address, get, post, upload } from "./api.js";
import { bytes, button, complain, counted, find, make, say, trying } from "./dom.js";
import { order } from "./models.js";

/** Each has a name and one of `file`, `path` (in the server's folder) and `image` (uploaded before). */
let chosen = [];
let readable = new Set();
let isSending = false;

/** Uploads at the same time, and names that are listed. */
const [atOnce, mostListed] = [3, 50];

export function startPhotos(server) {
  readable = new Set(server.formats.read);
  for (const kind of ["files", "folder"]) {
    const input = find(kind);
    find(`pick-${kind}`).addEventListener("click", () => input.click());
    input.addEventListener("change", () => {
      addFiles([...input.files].map((file) => ({ file, name: file.webkitRelativePath || file.name })), kind === "folder");
      input.value = "";
    });
  }
  find("files").accept = [...readable].map((ending) => `.${ending}`).join(",");
  find("pick-server").hidden = !server.folder;
  find("pick-server").addEventListener("click", () => trying(() => showFolder("")));
  find("order").addEventListener("submit", (event) => {
    event.preventDefault();
    trying(send);
  });
  for (const type of ["dragenter", "dragover", "dragleave", "drop"]) document.addEventListener(type, drag);
  // Pictures of the page would be dropped as files, and would follow the mouse instead of the viewer's slider.
  document.addEventListener("dragstart", (event) => event.target.localName === "img" && event.preventDefault());
}

/** Adds an image that was uploaded before, for another model. */
export function addImage(job) {
  if (!chosen.some((photo) => photo.image === job.image.id)) chosen.push({ name: job.name, image: job.image.id });
  show();
  find("start").focus();
}

// Files may be dropped anywhere: a browser would leave the page for those that miss the place.
function drag(event) {
  if (!event.dataTransfer?.types.includes("Files")) return;
  event.preventDefault();
  find("drop").classList.toggle("over", event.type === "dragenter" || event.type === "dragover");
  if (event.type === "drop") trying(() => drop(event.dataTransfer));
}

async function drop(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  const files = entries.length ? [] : [...transfer.files].map((file) => ({ file, name: file.name }));
  for (const entry of entries) await collect(entry, files);
  addFiles(files, entries.some((entry) => entry.isDirectory));
}

async function collect(entry, files) {
  if (entry.isFile) {
    const file = await new Promise((resolve, reject) => entry.file(resolve, reject));
    files.push({ file, name: entry.fullPath.replace(/^\//, "") });
    return;
  }
  const reader = entry.createReader();
  for (;;) {
    // A reader gives its entries in parts.
    const part = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (!part.length) return;
    for (const child of part) await collect(child, files);
  }
}

/** In folders, what is no image is left out; single files are left to the server, which says why it does not take one. */
function addFiles(files, isFolder) {
  const images = files.filter(({ name }) => !isFolder || readable.has(name.split(".").pop().toLowerCase()));
  chosen.push(...images);
  show();
  const rest = files.length - images.length;
  say(`${counted(images.length, "photo")} added${rest ? `, ${rest} other files left out` : ""}`);
}

function show() {
  const size = chosen.reduce((sum, photo) => sum + (photo.file?.size ?? 0), 0);
  const title = `${counted(chosen.length, "photo")} chosen${size ? `, ${bytes(size)}` : ""}`;
  const rows = chosen.slice(0, mostListed).map((photo) => {
    const drop = button("Remove", () => removePhoto(photo), { "aria-label": `Remove ${photo.name}` });
    return make("li", {}, make("span", { textContent: photo.name }), drop,
      photo.problem && make("small", { class: "problem", textContent: photo.problem }));
  });
  const hidden = chosen.length - rows.length;
  find("chosen").hidden = !chosen.length;
  find("chosen").replaceChildren(
    make("div", { class: "row" }, make("strong", { textContent: title }), button("Remove all", () => removePhoto())),
    make("ul", { tabIndex: 0, "aria-label": "Chosen photos" }, ...rows,
      hidden > 0 && make("li", { textContent: `and ${hidden} more` })));
  find("start").disabled = isSending || !chosen.length;
}

function removePhoto(photo) {
  chosen = photo ? chosen.filter((other) => other !== photo) : [];
  show();
  (find("chosen").querySelector("li button") ?? find("pick-files")).focus();
}

/** Photos that are taken leave the list; others stay in it, with the reason. */
async function send() {
  const work = order();
  if (!work || isSending) return;
  isSending = true;
  const photos = chosen.filter((photo) => photo.file);
  const [all, start] = [photos.length, find("start")];
  const size = photos.reduce((sum, photo) => sum + photo.file.size, 0);
  /** Of each photo of which something was sent, how many bytes. */
  const parts = new Map();
  let sent = 0;
  let hasStopped = false;
  const tell = (photo, part) => {
    // With the request's own bytes it may be a little more.
    parts.set(photo, Math.min(part, photo.file.size));
    const done = [...parts.values()].reduce((sum, part) => sum + part, 0);
    start.textContent = `Sending ${Math.min(sent + 1, all)} of ${all}, ${bytes(done)} of ${bytes(size)}…`;
  };
  const sendNext = async () => {
    for (let photo; !hasStopped && (photo = photos.shift()); ) {
      const { name, file } = photo;
      tell(photo, 0);
      try {
        await upload(address("/v1/images", { name, model: work.model, ...work.settings }), file, (part) => tell(photo, part));
        chosen = chosen.filter((other) => other !== photo);
      } catch (error) {
        photo.problem = error.message;
        // The next ones would fare no better: no answer, no token, a full queue, a full disk.
        if ([0, 401, 429, 507].includes(error.status)) hasStopped = true;
      }
      sent += 1;
    }
  };
  start.disabled = true;
  try {
    await sendKnown(work);
    await Promise.all(Array.from({ length: atOnce }, sendNext));
  } finally {
    isSending = false;
    start.textContent = "Start";
    show();
  }
  const problem = chosen.find((photo) => photo.problem)?.problem;
  if (problem) complain(`${counted(chosen.length, "photo")} not started: ${problem}`);
  else say("All photos are in the queue");
}

async function sendKnown(work) {
  const known = chosen.filter((photo) => !photo.file);
  if (!known.length) return;
  const [images, files] = ["image", "path"].map((key) => known.map((photo) => photo[key]).filter(Boolean));
  await post("/v1/jobs", { ...work, images, files });
  chosen = chosen.filter((photo) => photo.file);
}

async function showFolder(path, offset = 0) {
  const limit = 100;
  const folder = await get(address("/v1/files", { path, offset, limit }));
  const dialog = find("server-files");
  const add = (path, name) => {
    if (!chosen.some((photo) => photo.path === path)) chosen.push({ name, path });
    show();
    say(`${name} added`);
  };
  const rows = folder.entries.map((entry) => {
    const name = entry.isFolder
      ? button(`${entry.name}/`, () => showFolder(entry.path), { class: "link" })
      : make("span", { textContent: entry.name });
    const picture = !entry.isFolder
      && make("img", { src: address("/v1/files/preview", { path: entry.path, side: 96 }), alt: "", loading: "lazy" });
    return make("li", {}, picture, name, button("Add", () => add(entry.path, entry.path), { "aria-label": `Add ${entry.name}` }));
  });
  const above = path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : "";
  const isLast = offset + folder.entries.length >= folder.total;
  dialog.replaceChildren(
    make("h2", { id: "server-files-title", textContent: path || "Photos on the server" }),
    make("div", { class: "row" },
      path && button("One folder up", () => showFolder(above)),
      path && button("Add this whole folder", () => add(path, `${path}/`)),
      offset > 0 && button("Earlier", () => showFolder(path, Math.max(0, offset - limit))),
      !isLast && button("Later", () => showFolder(path, offset + limit)),
      make("button", { type: "button", textContent: "Done", class: "main", onclick: () => dialog.close() })),
    rows.length ? make("ul", {}, ...rows) : make("p", { textContent: "There are no photos here." }));
  if (!dialog.open) dialog.showModal();
}
