// Curves over training steps, as SVG.

import { make } from "./dom.js";

const [width, height, left, bottom, top] = [640, 240, 84, 28, 12];
const space = "http://www.w3.org/2000/svg";

function draw(name, attributes, text) {
  const element = document.createElementNS(space, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  if (text !== undefined) element.textContent = text;
  return element;
}

const short = (number) => (number === 0 ? "0" : Number(number.toPrecision(3)).toString());

/** A figure of curves, each with `label`, `steps` and `values`, of which null ones are gaps. */
export function chart(title, curves) {
  const values = curves.flatMap((curve) => curve.values).filter((value) => Number.isFinite(value));
  const steps = curves.flatMap((curve) => curve.steps);
  const figure = make("figure", {}, make("figcaption", { textContent: title }));
  if (!values.length) return figure;
  const [first, last] = [Math.min(...steps), Math.max(...steps)];
  let [low, high] = [Math.min(...values), Math.max(...values)];
  if (low === high) [low, high] = [low - 1, high + 1];
  const x = (step) => left + ((step - first) / (last - first || 1)) * (width - left - 8);
  const y = (value) => height - bottom - ((value - low) / (high - low)) * (height - bottom - top);
  const svg = draw("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": spoken(title, curves) });
  for (const share of [0, 0.5, 1]) {
    const value = low + share * (high - low);
    svg.append(
      draw("line", { x1: left, x2: width - 8, y1: y(value), y2: y(value), class: "grid" }),
      draw("text", { x: left - 6, y: y(value) + 4, "text-anchor": "end" }, short(value)));
    const step = Math.round(first + share * (last - first));
    const anchor = ["start", "middle", "end"][2 * share];
    svg.append(draw("text", { x: x(step), y: height - 6, "text-anchor": anchor }, step));
  }
  curves.forEach((curve, index) => svg.append(draw("path", { d: path(curve, x, y), class: `curve tone-${index % 6}` })));
  figure.append(svg, legend(curves));
  return figure;
}

function path(curve, x, y) {
  let isDrawing = false;
  return curve.values.map((value, index) => {
    if (!Number.isFinite(value)) {
      isDrawing = false;
      return "";
    }
    const point = `${isDrawing ? "L" : "M"}${x(curve.steps[index]).toFixed(1)} ${y(value).toFixed(1)}`;
    // A single point is seen by its round ends.
    const dot = isDrawing ? "" : "h0";
    isDrawing = true;
    return point + dot;
  }).join("");
}

const newest = (curve) => curve.values.findLast((value) => Number.isFinite(value));

const spoken = (title, curves) =>
  `${title}: ${curves.map((curve) => `${curve.label} is ${short(newest(curve) ?? NaN)}`).join(", ")}`;

function legend(curves) {
  return make("ul", { class: "legend" }, ...curves.map((curve, index) =>
    make("li", { class: `tone-${index % 6}` }, make("span", { textContent: `${curve.label} ${short(newest(curve) ?? NaN)}` }))));
}
