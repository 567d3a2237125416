// Comfort for the page of a source text: a card for the facts under the pointer or the focus, and a list that follows.
const text = document.querySelector(".text");
const list = document.querySelector(".reading aside");
const facts = (element) => (element.dataset.facts ?? "").split(" ").filter(Boolean);
const card = (anchor) => document.getElementById(`card-${anchor}`);

if (text && list) {
  const links = [...text.querySelectorAll("[data-facts]")];
  const places = new Map();
  for (const link of links) {
    link.removeAttribute("title"); // the card tells it
    for (const anchor of facts(link)) places.set(anchor, [...(places.get(anchor) ?? []), link]);
  }
  const pop = document.createElement("div");
  pop.className = "pop";
  pop.id = "pop";
  pop.hidden = true;
  document.querySelector("main").append(pop);
  let closing = 0;
  let opening = 0;
  let current = null;

  const mark = (anchors, inside) => {
    for (const each of document.querySelectorAll(".reading .shown")) each.classList.remove("shown");
    for (const anchor of anchors) card(anchor)?.classList.add("shown");
    for (const link of places.get(anchors[0]) ?? []) link.classList.add("shown");
    if (inside) reveal(card(anchors[0]), true);
  };

  const beside = () => getComputedStyle(list).position === "sticky";

  const reveal = (item, open) => {
    if (!item || !beside()) return;
    const group = item.closest("details");
    if (!group.open && !open) return;
    group.open = true;
    const top = item.getBoundingClientRect().top - list.getBoundingClientRect().top;
    if (top < 40 || top > list.clientHeight - 80) list.scrollTop += top - list.clientHeight / 3;
  };

  const hide = () => {
    clearTimeout(opening);
    pop.hidden = true;
    current?.removeAttribute("aria-describedby");
    current = null;
    mark([], false);
  };

  const show = (link) => {
    clearTimeout(closing);
    if (current === link) return;
    current?.removeAttribute("aria-describedby");
    current = link;
    link.setAttribute("aria-describedby", "pop");
    pop.replaceChildren(
      ...facts(link).slice(0, 4).map((anchor) => {
        const entry = document.createElement("div");
        for (const part of card(anchor)?.children ?? []) {
          if (part.matches(".gist") && card(anchor).querySelector(".more")) continue;
          if (!part.matches(".open")) entry.append(part.cloneNode(true));
        }
        const name = entry.querySelector(".name a");
        if (name) name.href = card(anchor).querySelector(".open a").href;
        return entry;
      }),
    );
    pop.hidden = false;
    const at = link.getClientRects()[0];
    const room = document.documentElement.clientWidth;
    const left = Math.max(16, Math.min(at.left, room - pop.offsetWidth - 16));
    const below = at.bottom + 8 + pop.offsetHeight < innerHeight || at.top < pop.offsetHeight + 8;
    pop.style.left = `${left + scrollX}px`;
    pop.style.top = `${(below ? at.bottom + 8 : at.top - pop.offsetHeight - 8) + scrollY}px`;
    mark(facts(link), true);
  };

  const later = () => {
    clearTimeout(opening);
    clearTimeout(closing);
    closing = setTimeout(hide, 250);
  };

  for (const link of links) {
    link.addEventListener("pointerenter", () => {
      clearTimeout(closing);
      clearTimeout(opening);
      opening = setTimeout(() => show(link), 120);
    });
    link.addEventListener("pointerleave", later);
    link.addEventListener("focus", () => show(link));
    link.addEventListener("blur", later);
  }
  pop.addEventListener("pointerenter", () => clearTimeout(closing));
  pop.addEventListener("pointerleave", later);
  pop.addEventListener("focusin", () => clearTimeout(closing));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") hide();
  });

  for (const item of list.querySelectorAll("[data-fact]")) {
    for (const kind of ["pointerenter", "focusin"]) item.addEventListener(kind, () => mark([item.dataset.fact], false));
    for (const kind of ["pointerleave", "focusout"]) item.addEventListener(kind, () => mark([], false));
  }

  // The list follows the text within the group that was looked at last.
  let followed = list.querySelector("details[open]");
  for (const group of list.querySelectorAll("details")) {
    group.addEventListener("toggle", () => {
      if (group.open) followed = group;
    });
  }
  const inOrder = [...text.querySelectorAll(".at")];
  let waiting = false;
  const follow = () => {
    waiting = false;
    if (!followed?.open || !beside() || current || list.matches(":hover, :focus-within")) return;
    const line = innerHeight / 3;
    let near = null;
    for (const place of inOrder) {
      const item = card(place.id);
      if (!item || !followed.contains(item)) continue;
      if (near && place.getBoundingClientRect().top > line) break;
      near = item;
    }
    if (!near) return;
    for (const each of list.querySelectorAll(".shown")) each.classList.remove("shown");
    near.classList.add("shown");
    reveal(near, false);
  };
  addEventListener("scroll", () => {
    if (!waiting) requestAnimationFrame(follow);
    waiting = true;
  }, { passive: true });
}
