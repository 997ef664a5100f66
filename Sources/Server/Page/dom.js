// Small tools for elements and for text that people read.

/** Makes an element. Properties that start with "on" listen, others are properties or attributes; false ones are left out. */
export function make(name, properties = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (value === undefined || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key in element) element[key] = value;
    else element.setAttribute(key, value);
  }
  element.append(...children.filter((child) => child !== undefined && child !== null && child !== false));
  return element;
}

export const find = (id) => document.getElementById(id);

/** A button that does something that the server may refuse, and that cannot be pressed again meanwhile. */
export function button(label, action, properties = {}) {
  const element = make("button", { type: "button", textContent: label, ...properties });
  element.addEventListener("click", () => trying(action, element));
  return element;
}

/** Runs an action and shows why it failed, if it did. */
export async function trying(action, element) {
  // A button that is disabled would lose the focus.
  if (element?.ariaBusy === "true") return undefined;
  if (element) element.ariaBusy = "true";
  try {
    return await action();
  } catch (error) {
    return complain(error.message);
  } finally {
    if (element) element.ariaBusy = null;
  }
}

/** Says something to those who do not see the page. */
export function say(text) {
  find("status").textContent = text;
}

/** Shows a problem until it is dismissed. */
export function complain(text) {
  const list = find("complaints");
  if ([...list.children].some((child) => child.firstChild.textContent === text)) return;
  const complaint = make("p", { class: "problem" }, make("span", { textContent: text }));
  complaint.append(make("button", { type: "button", textContent: "Dismiss", onclick: () => complaint.remove() }));
  list.append(complaint);
}

export function duration(seconds) {
  if (seconds < 1) return "a moment";
  if (seconds < 90) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

export function bytes(count) {
  if (count < 1000) return `${count} bytes`;
  if (count < 1e6) return `${Math.round(count / 1000)} kB`;
  return count < 1e9 ? `${(count / 1e6).toFixed(1)} MB` : `${(count / 1e9).toFixed(1)} GB`;
}

export const counted = (count, noun) => `${count} ${noun}${count === 1 ? "" : "s"}`;
