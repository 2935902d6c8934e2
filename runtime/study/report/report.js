// SPDX-License-Identifier: Apache-2.0
// What a report does beyond standing still: names of what is under the pointer, zoom, legends that hide, tables that sort.
// Everything is already drawn; positions are moved, never computed from data again.
"use strict";
(() => {
  if (!window.d3) return;
  document.documentElement.classList.add("live");
  const tip = d3.select("body").append("div").attr("class", "tip").attr("role", "status").classed("gone", true);

  // Our tip takes the place of the browser's, which would show a second one.
  d3.selectAll("svg title").each(function () {
    const owner = this.parentNode;
    owner.dataset.tip = this.textContent;
    owner.setAttribute("aria-label", this.textContent);
    this.remove();
  });

  function showTip(text, event) {
    tip.classed("gone", false).text(text);
    const box = tip.node().getBoundingClientRect();
    const left = event.clientX + 16 + box.width < innerWidth ? event.clientX + 16 : event.clientX - 16 - box.width;
    const top = Math.min(event.clientY + 14, innerHeight - box.height - 6);
    tip.style("left", Math.max(4, left) + "px").style("top", Math.max(4, top) + "px");
  }
  const hideTip = () => tip.classed("gone", true);

  function hoverRows(svg) {
    d3.select(svg).on("pointermove", () => {
      const owner = d3.event.target.closest("[data-tip]");
      if (owner) showTip(owner.dataset.tip, d3.event); else hideTip();
    }).on("pointerleave", hideTip);
  }

  // The scale that the chart was drawn with: "log 10 2000".
  function scaleOf(text, range) {
    const [kind, least, most] = text.split(" ");
    return (kind === "log" ? d3.scaleLog() : d3.scaleLinear()).domain([+least, +most]).range(range);
  }
  const placeOf = (node) => node.getAttribute("transform").match(/-?[\d.]+/g).map(Number);
  const pointsOf = (node) => node.getAttribute("d").match(/-?[\d.]+/g).map(Number);

  function redrawAxis(group, scale, across, frame) {
    group.selectAll("*").remove();
    let last = -Infinity;
    const apart = (value) => {
      const at = across ? scale(value) : -scale(value);
      if (at - last < (across ? 42 : 16)) return false;
      last = at;
      return true;
    };
    // Of a logarithmic scale round values come first: 1, 2, 5.
    const round = (value) => [1, 2, 5].includes(+value.toExponential().split("e")[0]);
    const all = scale.ticks(6), few = scale.base ? all.filter(round) : all;
    const ticks = (few.length > 2 ? few : all).filter(apart);
    const text = scale.base ? d3.format(",.3~r") : d3.format(",.12~g");
    for (const value of ticks) {
      const at = scale(value);
      group.append("path").attr("class", "grid")
        .attr("d", across ? `M${at},${frame.top}V${frame.bottom}` : `M${frame.left},${at}H${frame.right}`);
      group.append("text").attr("class", across ? "tick below" : "tick beside")
        .attr("x", across ? at : frame.left - 7).attr("y", across ? frame.bottom + 17 : at + 4).text(text(value));
    }
  }

  function zoomable(svg) {
    const chart = d3.select(svg), box = chart.select("rect.frame");
    const [left, top, width, height] = ["x", "y", "width", "height"].map((name) => +box.attr(name));
    const frame = { left, top, right: left + width, bottom: top + height };
    const x = scaleOf(svg.dataset.x, [frame.left, frame.right]), y = scaleOf(svg.dataset.y, [frame.bottom, frame.top]);
    const axes = { x: chart.select(".axis.x"), y: chart.select(".axis.y") };
    const drawn = { x: axes.x.html(), y: axes.y.html() };
    const marks = chart.selectAll(".content .mark").nodes().map((node) => ({ node, at: placeOf(node) }));
    const lines = chart.selectAll(".content .line").nodes().map((node) => ({ node, points: pointsOf(node) }));
    let now = d3.zoomIdentity;

    function move() {
      now = d3.event.transform;
      for (const { node, at } of marks)
        node.setAttribute("transform", `translate(${now.applyX(at[0])},${now.applyY(at[1])})`);
      for (const { node, points } of lines) {
        let path = "";
        for (let i = 0; i < points.length; i += 2)
          path += (i ? "L" : "M") + now.applyX(points[i]) + "," + now.applyY(points[i + 1]);
        node.setAttribute("d", path);
      }
      if (now.k === 1 && now.x === 0 && now.y === 0) {
        axes.x.html(drawn.x);
        axes.y.html(drawn.y);
      } else {
        redrawAxis(axes.x, now.rescaleX(x), true, frame);
        redrawAxis(axes.y, now.rescaleY(y), false, frame);
      }
      hideTip();
    }
    // A wheel alone scrolls the page, as everywhere.
    const zoom = d3.zoom().scaleExtent([1, 40]).extent([[frame.left, frame.top], [frame.right, frame.bottom]])
      .translateExtent([[frame.left, frame.top], [frame.right, frame.bottom]])
      .filter(() => d3.event.type === "wheel" ? d3.event.ctrlKey || d3.event.metaKey : !d3.event.button).on("zoom", move);
    chart.call(zoom);

    function nearest() {
      const [px, py] = d3.mouse(svg);
      let best = null, distance = 26;
      for (const mark of marks) {
        if (mark.node.classList.contains("gone")) continue;
        const away = Math.hypot(now.applyX(mark.at[0]) - px, now.applyY(mark.at[1]) - py);
        if (away < distance) [best, distance] = [mark, away];
      }
      return best;
    }
    const clear = () => { chart.selectAll(".near").classed("near", false); hideTip(); };
    chart.on("pointermove", () => {
      const found = nearest();
      clear();
      if (!found) return;
      found.node.classList.add("near");
      showTip(found.node.dataset.tip, d3.event);
    }).on("pointerleave", clear);
    return { reset: () => chart.call(zoom.transform, d3.zoomIdentity), by: (times) => chart.call(zoom.scaleBy, times) };
  }

  function tools(figure, charts) {
    if (!charts.length) return;
    const bar = figure.select("h3").append("span").attr("class", "tools");
    const button = (text, hint, action) => bar.append("button").attr("type", "button").attr("title", hint)
      .attr("aria-label", hint).text(text).on("click", () => charts.forEach(action));
    button("+", "zoom in (or Ctrl and the wheel; drag moves)", (chart) => chart.by(1.6));
    button("−", "zoom out", (chart) => chart.by(1 / 1.6));
    button("reset", "the whole range", (chart) => chart.reset());
  }

  function legend(list) {
    const home = list.closest(".figure");
    const off = new Set();
    const toggle = (item) => {
      const name = item.dataset.class, hidden = !off.delete(name);
      if (hidden) off.add(name);
      item.setAttribute("aria-pressed", String(!hidden));
      d3.select(home).selectAll("svg:not(.swatch) .mark, svg:not(.swatch) .line, svg:not(.swatch) .bar")
        .classed("gone", function () { return [...off].some((one) => this.classList.contains(one)); });
    };
    d3.select(list).selectAll("li").attr("role", "button").attr("tabindex", 0).attr("aria-pressed", "true")
      .attr("title", "hides and shows")
      .on("click", function () { toggle(this); })
      .on("keydown", function () {
        if (d3.event.key !== "Enter" && d3.event.key !== " ") return;
        d3.event.preventDefault();
        toggle(this);
      });
  }

  function sortable(table) {
    const heads = d3.select(table).selectAll("thead th").attr("aria-sort", "none").attr("tabindex", 0);
    const key = (row, column) => {
      const cell = row.cells[column];
      return cell.dataset.value === undefined ? cell.textContent : +cell.dataset.value;
    };
    const before = (a, b) => typeof a === typeof b ? d3.ascending(a, b) : typeof a === "number" ? -1 : 1;
    function sort(column) {
      const head = heads.nodes()[column], down = head.getAttribute("aria-sort") === "ascending";
      heads.attr("aria-sort", "none");
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const rows = [...table.tBodies[0].rows];
      rows.sort((a, b) => (down ? -1 : 1) * before(key(a, column), key(b, column)));
      table.tBodies[0].append(...rows);
    }
    heads.each(function (ignored, column) {
      d3.select(this).on("click", () => sort(column))
        .on("keydown", () => { if (d3.event.key === "Enter") sort(column); });
    });
  }

  d3.selectAll(".figure").each(function () {
    const figure = d3.select(this);
    tools(figure, figure.selectAll("svg.plot").nodes().map(zoomable));
    figure.selectAll("svg.rows").each(function () { hoverRows(this); });
    figure.selectAll(".legend").each(function () { legend(this); });
  });
  d3.selectAll("table.sortable").each(function () { sortable(this); });
})();
