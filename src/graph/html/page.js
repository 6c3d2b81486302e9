"use strict";
(() => {
  const graph = JSON.parse(document.getElementById("graph").textContent);
  const number = new Map(graph.nodes.map((node, i) => [node.id, i]));
  const edges = graph.edges.map(edge => ({ ...edge, a: number.get(edge.from), b: number.get(edge.to) }));
  const svg = document.querySelector("#canvas svg");
  const canvas = document.getElementById("canvas");
  const details = document.getElementById("details");
  const find = document.getElementById("find");
  const found = document.getElementById("found");
  const boxes = [...svg.querySelectorAll(".node")];
  const lines = [...svg.querySelectorAll(".edge")];
  const size = { width: +svg.getAttribute("width"), height: +svg.getAttribute("height") };
  const at = boxes.map(box => {
    const [x, y] = box.getAttribute("transform").match(/-?[\d.]+/g).map(Number);
    return { x, y };
  });
  const hint = [...details.children].map(child => child.cloneNode(true));
  let chosen = null;

  // What can be made of text; nothing is ever read as HTML.
  const make = (tag, text, children = []) => {
    const element = document.createElement(tag);
    if (text) element.textContent = text;
    element.append(...children);
    return element;
  };
  const place = at => at ? `${at.path}:${at.line}` : "";
  const shown = i => !boxes[i].classList.contains("gone") && !boxes[i].classList.contains("dim");

  // All that leads to a node, and all to which it leads.
  const kin = i => {
    const nodes = new Set([i]), near = new Set();
    for (const [own, other] of [["a", "b"], ["b", "a"]]) {
      const open = [i], seen = new Set(open);
      while (open.length) {
        const node = open.pop();
        edges.forEach((edge, e) => {
          if (edge[own] !== node) return;
          near.add(e);
          nodes.add(edge[other]);
          if (!seen.has(edge[other])) { seen.add(edge[other]); open.push(edge[other]); }
        });
      }
    }
    return { nodes, near };
  };

  const matches = node => {
    const wanted = find.value.trim().toLowerCase();
    const text = [node.name, node.about, node.kind, ...node.facts.map(fact => fact.text)];
    return !wanted || text.some(part => part.toLowerCase().includes(wanted));
  };

  const draw = () => {
    const hidden = new Set([...document.querySelectorAll("[name=kind]:not(:checked)")].map(box => box.value));
    const all = chosen === null ? null : chosen.node !== undefined ? kin(chosen.node)
      : { nodes: new Set([edges[chosen.edge].a, edges[chosen.edge].b]), near: new Set([chosen.edge]) };
    const bad = node => node.findings.length > 0;
    const kept = graph.nodes.map((node, i) => matches(node) && (!all || all.nodes.has(i))
      && (!found.checked || bad(node) || edges.some(edge => bad(edge) && (edge.a === i || edge.b === i))));
    boxes.forEach((box, i) => {
      box.classList.toggle("gone", hidden.has(graph.nodes[i].kind));
      box.classList.toggle("dim", !kept[i]);
      box.classList.toggle("chosen", !!chosen && chosen.node === i);
      box.setAttribute("aria-pressed", String(!!chosen && chosen.node === i));
    });
    lines.forEach((line, e) => {
      const { a, b } = edges[e];
      line.classList.toggle("gone", hidden.has(graph.nodes[a].kind) || hidden.has(graph.nodes[b].kind));
      line.classList.toggle("dim", !(kept[a] && kept[b]) || !!(all && !all.near.has(e)));
      line.classList.toggle("near", !!(all && all.near.has(e) && !bad(edges[e])));
    });
  };

  const facts = list => {
    const dl = make("dl");
    for (const fact of list) {
      const where = make("span", ` ${place(fact.at)}`);
      where.className = "place";
      dl.append(make("dt", fact.label), make("dd", fact.text, [where]));
    }
    return dl;
  };
  const problems = list => make("ul", "", list.map(i => {
    const { severity, message, help, rule, at } = graph.findings[i];
    const item = make("li", "", [make("b", severity), ` ${message} `, make("small", `${rule} · ${place(at)}`), make("p", help)]);
    item.className = `problem ${severity}`;
    item.style.paddingLeft = "8px";
    return item;
  }));
  const link = (text, choice) => {
    const button = make("button", text);
    button.type = "button";
    button.addEventListener("click", () => choose(choice, true));
    return make("li", "", [button]);
  };

  const describe = () => {
    if (!chosen) return details.replaceChildren(...hint.map(child => child.cloneNode(true)));
    if (chosen.node === undefined) {
      const edge = edges[chosen.edge];
      details.replaceChildren(
        make("h2", `${graph.nodes[edge.a].name} ${edge.verb} ${graph.nodes[edge.b].name}`),
        make("p", edge.certain ? edge.label : `${edge.label} (rests on a default or on names)`),
        problems(edge.findings), facts(edge.facts),
        make("h3", "Ends"),
        make("ul", "", [link(graph.nodes[edge.a].name, { node: edge.a }), link(graph.nodes[edge.b].name, { node: edge.b })]));
      return;
    }
    const i = chosen.node, node = graph.nodes[i];
    const out = edges.flatMap((edge, e) => edge.a === i ? [link(`${edge.verb} ${graph.nodes[edge.b].name}${edge.label ? `, ${edge.label}` : ""}`, { edge: e })] : []);
    const into = edges.flatMap((edge, e) => edge.b === i ? [link(`${graph.nodes[edge.a].name} ${edge.verb} it${edge.label ? `, ${edge.label}` : ""}`, { edge: e })] : []);
    details.replaceChildren(make("h2", node.name), make("p", node.about), make("p", place(node.at)),
      problems(node.findings), facts(node.facts),
      ...(into.length ? [make("h3", "From"), make("ul", "", into)] : []),
      ...(out.length ? [make("h3", "To"), make("ul", "", out)] : []));
  };

  const choose = (choice, look) => {
    chosen = choice;
    draw();
    describe();
    if (!look || !choice) return;
    const target = choice.node !== undefined ? boxes[choice.node] : lines[choice.edge];
    target.scrollIntoView({ block: "nearest", inline: "nearest" });
  };

  const go = i => {
    boxes.forEach((box, other) => box.setAttribute("tabindex", other === i ? "0" : "-1"));
    boxes[i].focus();
    boxes[i].scrollIntoView({ block: "nearest", inline: "nearest" });
  };
  const ahead = (i, sign) => {
    const ends = edges.flatMap(edge => edge.a === i ? [edge.b] : edge.b === i ? [edge.a] : []);
    const there = ends.filter(end => (at[end].x - at[i].x) * sign > 0 && shown(end));
    const far = end => Math.abs(at[end].x - at[i].x) * 1000 + Math.abs(at[end].y - at[i].y);
    return there.sort((a, b) => far(a) - far(b))[0];
  };
  const beside = (i, sign) => {
    const same = at.map((_, other) => other).filter(other => at[other].x === at[i].x && (at[other].y - at[i].y) * sign > 0 && shown(other));
    return same.sort((a, b) => Math.abs(at[a].y - at[i].y) - Math.abs(at[b].y - at[i].y))[0];
  };

  boxes.forEach((box, i) => {
    box.addEventListener("click", () => { go(i); choose({ node: i }); });
    box.addEventListener("keydown", event => {
      const moves = { ArrowRight: () => ahead(i, 1), ArrowLeft: () => ahead(i, -1), ArrowDown: () => beside(i, 1), ArrowUp: () => beside(i, -1) };
      if (event.key in moves) {
        event.preventDefault();
        const next = moves[event.key]();
        if (next !== undefined) go(next);
      } else if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        choose({ node: i });
        details.focus();
      }
    });
  });
  lines.forEach((line, e) => line.addEventListener("click", () => choose({ edge: e })));
  svg.addEventListener("click", event => { if (!event.target.closest(".node, .edge")) choose(null); });
  document.addEventListener("keydown", event => {
    if (event.key === "Escape") {
      const last = chosen;
      find.value = "";
      choose(null);
      if (last && last.node !== undefined) go(last.node);
    } else if (event.key === "/" && event.target !== find) {
      event.preventDefault();
      find.focus();
    }
  });
  document.querySelectorAll(".problem[data-problem]").forEach(button => {
    const i = Number(button.dataset.problem);
    const edge = edges.findIndex(edge => edge.findings.includes(i));
    const node = graph.nodes.findIndex(node => node.findings.includes(i));
    if (edge < 0 && node < 0) { button.disabled = true; return; }
    button.addEventListener("click", () => choose(edge >= 0 ? { edge } : { node }, true));
  });
  document.querySelector("form").addEventListener("submit", event => {
    event.preventDefault();
    const first = graph.nodes.findIndex((node, i) => matches(node) && shown(i));
    if (first >= 0) { go(first); choose({ node: first }); }
  });
  document.querySelector("form").addEventListener("input", draw);

  let scale = 1;
  const headings = document.getElementById("headings");
  canvas.addEventListener("scroll", () => headings.setAttribute("transform", `translate(0 ${canvas.scrollTop / scale})`));
  const zoom = to => {
    scale = Math.min(2, Math.max(0.2, to));
    svg.setAttribute("width", size.width * scale);
    svg.setAttribute("height", size.height * scale);
  };
  document.getElementById("larger").addEventListener("click", () => zoom(scale * 1.25));
  document.getElementById("smaller").addEventListener("click", () => zoom(scale / 1.25));
  document.getElementById("fit").addEventListener("click", () =>
    zoom(Math.min(1, canvas.clientWidth / size.width, canvas.clientHeight / size.height)));
  // What is a little too wide is shown smaller, as long as it can be read.
  if (size.width > canvas.clientWidth) zoom(Math.max(0.6, canvas.clientWidth / size.width));
  draw();
})();
