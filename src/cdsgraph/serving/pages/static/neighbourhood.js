// Lets arrow keys walk the drawing of a thing's relations, and shows those of a neighbour in place.
// Without it every node is a plain link.

const trail = [];

function nodes(drawing) {
  return [...drawing.querySelectorAll("svg a")];
}

function middle(node) {
  const box = node.getBoundingClientRect();
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

/** The nearest node in the direction of an arrow key: within the column up and down, across it left and right. */
function next(drawing, from, key) {
  const here = middle(from);
  const upright = key === "ArrowUp" || key === "ArrowDown";
  const sign = key === "ArrowUp" || key === "ArrowLeft" ? -1 : 1;
  let best = null;
  let least = Infinity;
  for (const node of nodes(drawing)) {
    const there = middle(node);
    const along = (upright ? there.y - here.y : there.x - here.x) * sign;
    const aside = Math.abs(upright ? there.x - here.x : there.y - here.y);
    if (along < 2 || (upright && aside > 10)) continue;
    if (along + aside < least) {
      least = along + aside;
      best = node;
    }
  }
  return best;
}

/** Keeps one node in the order of the Tab key, the others within reach of the arrows. */
function focus(drawing, node) {
  for (const each of nodes(drawing)) each.tabIndex = each === node ? 0 : -1;
  node.focus();
}

function show(drawing, fresh) {
  drawing.replaceWith(fresh);
  prepare(fresh);
  focus(fresh, fresh.querySelector(".centre"));
  fresh.querySelector(".told").textContent = fresh.dataset.now;
}

async function go(drawing, address) {
  try {
    const answer = await fetch(address, { headers: { Accept: "text/html" } });
    if (!answer.ok) throw new Error(answer.statusText);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector(".neighbourhood");
    if (!fresh) throw new Error("no drawing");
    trail.push(drawing);
    show(drawing, document.adoptNode(fresh));
  } catch {
    drawing.querySelector(".told").textContent = drawing.dataset.failed;
  }
}

function prepare(drawing) {
  if (drawing.dataset.ready) return;
  drawing.dataset.ready = "yes";
  drawing.querySelector(".keys").hidden = false;
  nodes(drawing).forEach((node, place) => {
    node.tabIndex = place ? -1 : 0;
  });
  drawing.addEventListener("keydown", (event) => {
    const node = event.target.closest("svg a");
    if (event.key === "Escape" && trail.length) {
      event.preventDefault();
      show(drawing, trail.pop());
    } else if (node && event.key.startsWith("Arrow")) {
      event.preventDefault();
      const to = next(drawing, node, event.key);
      if (to) focus(drawing, to);
    } else if (node?.dataset.relations && event.key === " ") {
      event.preventDefault();
      go(drawing, node.dataset.relations);
    }
  });
}

document.querySelectorAll(".neighbourhood").forEach(prepare);
