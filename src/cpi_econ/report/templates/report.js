"use strict";
(() => {
  const data = JSON.parse(document.getElementById("explorer-data").textContent);
  const box = document.getElementById("explorer");
  if (!data || !box) return;
  box.hidden = false;
  const get = (id) => document.getElementById(id);
  const minus = (text) => text.replace(/^-/, "\u2212");
  const grouped = (value, digits) => minus(value.toLocaleString("en-GB",
    {minimumFractionDigits: digits, maximumFractionDigits: digits}));
  const wordy = data.currency.length > 1;
  const money = (value) => (value < 0 ? "\u2212" : "") + data.currency + (wordy ? " " : "") +
    Math.abs(value).toLocaleString("en-GB", {maximumFractionDigits: 2});
  const W = 360, H = 320, L = 58, R = 24, T = 14, B = 42;

  function put(svg, name, attributes, text) {
    const node = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    if (text !== undefined) node.textContent = text;
    svg.append(node);
    return node;
  }
  function ticks(low, high, most) {
    const raw = (high - low) / most, power = 10 ** Math.floor(Math.log10(raw));
    const step = [1, 2, 2.5, 5, 10].map((one) => one * power).find((one) => one >= raw);
    const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9) + (step / power === 2.5 ? 1 : 0));
    const found = [];
    for (let at = Math.ceil(low / step); at * step <= high + 1e-9 * step; at += 1) found.push(at * step);
    return {found, digits};
  }
  const short = (text, most) => ([...text].length > most ? [...text].slice(0, most - 1).join("") + "\u2026" : text);
  function axes(svg, x, y, xTitle, yTitle) {
    const px = (v) => L + (W - L - R) * (v - x[0]) / (x[1] - x[0]);
    const py = (v) => H - B - (H - T - B) * (v - y[0]) / (y[1] - y[0]);
    for (const [low, high, most, across] of [[...x, 5, true], [...y, 6, false]]) {
      const {found, digits} = ticks(low, high, most);
      for (const v of found) {
        const place = across ? {x: px(v), y: H - B + 14, "text-anchor": "middle"}
          : {x: L - 6, y: py(v) + 3.5, "text-anchor": "end"};
        put(svg, "line", across ? {x1: px(v), x2: px(v), y1: H - B, y2: H - B + 4, class: "zero"}
          : {x1: L, x2: W - R, y1: py(v), y2: py(v), class: "grid"});
        put(svg, "text", {...place, class: "quiet"}, grouped(v + 0, digits));
      }
    }
    put(svg, "rect", {x: L, y: T, width: W - L - R, height: H - T - B, class: "frame"});
    put(svg, "text", {x: (L + W - R) / 2, y: H - 8, "text-anchor": "middle"}, short(xTitle, 54));
    put(svg, "text", {x: 0, y: 0, "text-anchor": "middle",
      transform: `translate(12 ${(T + H - B) / 2}) rotate(-90)`}, short(yTitle, 44));
    return [px, py];
  }
  function span(values) {
    let low = 0, high = 0;
    for (const v of values) { if (v < low) low = v; if (v > high) high = v; }
    const room = 0.08 * ((high - low) || 1);
    return [low - room, high + room];
  }

  let effect, arm, plane, curve;
  function drawPlane() {
    const svg = get("plane"), one = effect.comparisons[arm];
    svg.replaceChildren();
    const x = span([...one.effect, one.estimate[0]]), y = span([...one.cost, one.estimate[1]]);
    const [px, py] = axes(svg, x, y, `Incremental effect (${effect.units})`, `Incremental cost (${data.currency})`);
    put(svg, "line", {x1: px(0), x2: px(0), y1: T, y2: H - B, class: "zero"});
    put(svg, "line", {x1: L, x2: W - R, y1: py(0), y2: py(0), class: "zero"});
    const clip = put(put(svg, "defs", {}), "clipPath", {id: "inside"});
    put(clip, "rect", {x: L, y: T, width: W - L - R, height: H - T - B});
    const above = put(svg, "path", {class: "dots above"}), below = put(svg, "path", {class: "dots below"});
    const line = put(svg, "line", {class: "wtp", "clip-path": "url(#inside)"});
    const [ex, ey] = [px(one.estimate[0]), py(one.estimate[1])];
    put(svg, "path", {d: `M${ex} ${ey - 6}l6 6l-6 6l-6 -6z`, class: "estimate"});
    const dots = one.effect.map((e, at) => `M${px(e).toFixed(1)} ${py(one.cost[at]).toFixed(1)}h0`);
    get("plane-title").textContent = `Cost-effectiveness plane: replicates of ${data.labels[arm]} minus ` +
      `${data.labels[data.reference]}.`;
    get("drawn").textContent = one.drawn < one.replicates
      ? `${grouped(one.drawn, 0)} of ${grouped(one.replicates, 0)} replicates are drawn; every number uses all of them.` : "";
    plane = (wtp) => {
      const lists = [[], []];
      one.effect.forEach((e, at) => lists[one.cost[at] > wtp * e ? 0 : 1].push(dots[at]));
      above.setAttribute("d", lists[0].join(""));
      below.setAttribute("d", lists[1].join(""));
      const ends = {x1: px(x[0]), y1: py(wtp * x[0]), x2: px(x[1]), y2: py(wtp * x[1])};
      for (const [key, value] of Object.entries(ends)) line.setAttribute(key, value);
    };
  }
  function drawCurve() {
    const svg = get("curve"), grid = effect.wtp, last = grid[grid.length - 1];
    svg.replaceChildren();
    const x = grid.length > 1 ? [grid[0], last] : [grid[0] - 1, grid[0] + 1];
    const [px, py] = axes(svg, x, [0, 1], `Willingness to pay (${data.currency} per ${effect.unit})`,
      "Probability cost-effective");
    const line = put(svg, "line", {y1: T, y2: H - B, class: "wtp"});
    const arms = Object.keys(effect.probability), dots = {}, key = get("curve-key");
    key.replaceChildren();
    let colour = 0;
    for (const name of arms) {
      const at = name === data.reference ? 5 : colour++ % 5;
      const chances = effect.probability[name];
      const d = grid.map((v, place) => `${place ? "L" : "M"}${px(v).toFixed(1)} ${py(chances[place]).toFixed(1)}`).join("");
      const drawn = put(svg, "path", {d, class: `arm c${at}`});
      if (name === data.reference) drawn.setAttribute("stroke-dasharray", "4 3");
      dots[name] = put(svg, "circle", {r: 4, class: `dot f${at}`});
      const word = document.createElement("span");
      word.className = `key c${at}`;
      word.textContent = `${name === data.reference ? "\u2505" : "\u2501"} ${data.labels[name]}`;
      key.append(word, " ");
    }
    get("curve-title").textContent = "Acceptability curve.";
    curve = (place) => {
      line.setAttribute("x1", px(grid[place]));
      line.setAttribute("x2", px(grid[place]));
      for (const name of arms) {
        dots[name].setAttribute("cx", px(grid[place]));
        dots[name].setAttribute("cy", py(effect.probability[name][place]));
      }
    };
  }
  function show() {
    const slider = get("wtp"), place = Number(slider.value), wtp = effect.wtp[place];
    const one = effect.comparisons[arm], chance = effect.probability[arm][place];
    const words = `${money(wtp)} per ${effect.unit}`;
    slider.setAttribute("aria-valuetext", words);
    get("wtp-value").textContent = money(wtp);
    get("sentence").textContent = one.sentence[place].replace(/\u2212(?=[^\d\s])/g, "\u2212\u2060");
    const told = get("probability"), benefit = get("inmb");
    told.textContent = one.chance_text[place];
    told.dataset.value = chance;
    benefit.textContent = one.inmb_text[place];
    benefit.dataset.value = one.inmb[place];
    plane(wtp);
    curve(place);
  }
  function choose() {
    get("unit").textContent = effect.unit;
    const slider = get("wtp");
    slider.max = effect.wtp.length - 1;
    const single = effect.wtp.length < 2;
    slider.hidden = slider.disabled = single;
    get("reported").hidden = single;
    get("curve").closest("figure").hidden = single;
    slider.value = Math.max(0, effect.wtp.indexOf(effect.start));
    const list = get("reported");
    list.replaceChildren();
    for (const wtp of effect.reported) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = money(wtp);
      button.addEventListener("click", () => { slider.value = effect.wtp.indexOf(wtp); show(); });
      list.append(button);
    }
    drawPlane();
    drawCurve();
    show();
  }
  function options(select, names, label, pick) {
    if (!select) return;
    for (const name of names) select.add(new Option(label(name), name));
    select.addEventListener("change", () => pick(select.value));
  }
  const effects = Object.keys(data.effects);
  effect = data.effects[effects[0]];
  const arms = Object.keys(effect.comparisons);
  arm = arms[0];
  options(get("effect"), effects, (name) => data.effects[name].name, (name) => { effect = data.effects[name]; choose(); });
  options(get("arm"), arms, (name) => data.labels[name], (name) => { arm = name; choose(); });
  get("arm-choice").hidden = arms.length < 2;
  get("wtp").addEventListener("input", show);
  document.querySelector(".controls").addEventListener("submit", (event) => event.preventDefault());
  choose();
})();
