// Suggestions under the header's search box: an editable combobox with a list (ARIA 1.2). Without this script the box
// is a plain form that leads to the page of results.

const PAUSE = 120; // milliseconds without a key before the server is asked

const box = document.querySelector(".find input[name=q]");
if (box && box.dataset.suggest) {
  const list = document.createElement("ul");
  const status = document.createElement("p");
  list.id = "suggestions";
  list.className = "suggestions";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", box.dataset.label);
  list.hidden = true;
  status.className = "unseen";
  status.setAttribute("role", "status");
  box.after(list, status);
  box.setAttribute("role", "combobox");
  box.setAttribute("aria-autocomplete", "list");
  box.setAttribute("aria-controls", list.id);
  box.setAttribute("aria-expanded", "false");
  box.autocomplete = "off";

  let timer = 0;
  let asking = null;
  let chosen = -1;

  const close = () => {
    clearTimeout(timer);
    asking?.abort();
    list.hidden = true;
    list.replaceChildren();
    chosen = -1;
    box.setAttribute("aria-expanded", "false");
    box.removeAttribute("aria-activedescendant");
    status.textContent = "";
  };

  const choose = (number) => {
    const options = [...list.children];
    chosen = number < -1 ? options.length - 1 : number >= options.length ? -1 : number;
    options.forEach((option, at) => option.setAttribute("aria-selected", String(at === chosen)));
    if (chosen < 0) {
      box.removeAttribute("aria-activedescendant");
    } else {
      box.setAttribute("aria-activedescendant", options[chosen].id);
      options[chosen].scrollIntoView({ block: "nearest" });
    }
  };

  const option = (told, number) => {
    const item = document.createElement("li");
    item.id = `suggestion-${number}`;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    item.dataset.href = told.href;
    const kind = document.createElement("span");
    kind.className = "quiet";
    kind.textContent = told.alias ? `${told.alias} · ${told.kind}` : told.kind;
    item.append(told.label, " ", kind);
    return item;
  };

  const show = (suggestions) => {
    list.replaceChildren(...suggestions.map(option));
    list.hidden = suggestions.length === 0;
    box.setAttribute("aria-expanded", String(!list.hidden));
    choose(-1);
    status.textContent = box.dataset.found.replace("{n}", String(suggestions.length));
  };

  const ask = async () => {
    asking?.abort();
    asking = new AbortController();
    const asked = box.value.trim();
    if (!asked) return close();
    const address = new URL(box.dataset.suggest, location.href);
    address.searchParams.set("q", asked);
    try {
      const answer = await fetch(address, { signal: asking.signal, headers: { Accept: "application/json" } });
      if (answer.ok && box.value.trim() === asked && document.activeElement === box) {
        show((await answer.json()).suggestions);
      }
    } catch (error) {
      if (error.name !== "AbortError") close();
    }
  };

  box.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  });
  box.addEventListener("keydown", (event) => {
    if (event.isComposing) return; // an input method for Vietnamese is still at work on the word
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) ask();
      else choose(chosen + (event.key === "ArrowDown" ? 1 : -1));
    } else if (event.key === "Enter" && chosen >= 0) {
      event.preventDefault();
      location.assign(list.children[chosen].dataset.href);
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      close();
    }
  });
  box.addEventListener("blur", close);
  list.addEventListener("mousedown", (event) => event.preventDefault()); // keeps the focus in the box
  list.addEventListener("click", (event) => {
    const item = event.target.closest("[role=option]");
    if (item) location.assign(item.dataset.href);
  });
}
