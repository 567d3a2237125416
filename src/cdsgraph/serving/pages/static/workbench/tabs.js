// Tabs by the ARIA pattern: arrow keys move between them, Tab goes on into the panel.

/** Make tabs of the buttons of a tablist; `shown` is called with the name of the view that comes up. */
export function tabs(list, shown) {
  const buttons = [...list.querySelectorAll("[role=tab]")];
  const nameOf = (button) => button.id.replace("tab-", "");

  function select(name, { focus = false } = {}) {
    const chosen = buttons.find((button) => nameOf(button) === name && !button.hidden) ?? buttons[0];
    for (const button of buttons) {
      const on = button === chosen;
      button.setAttribute("aria-selected", String(on));
      button.tabIndex = on ? 0 : -1;
      document.getElementById(button.getAttribute("aria-controls")).hidden = !on;
    }
    if (focus) chosen.focus();
    shown(nameOf(chosen));
  }

  list.addEventListener("click", (event) => {
    const button = event.target.closest("[role=tab]");
    if (button) select(nameOf(button));
  });
  list.addEventListener("keydown", (event) => {
    const open = buttons.filter((button) => !button.hidden);
    const at = open.indexOf(event.target);
    const steps = { ArrowRight: at + 1, ArrowLeft: at - 1 + open.length, Home: 0, End: open.length - 1 };
    if (at < 0 || !(event.key in steps)) return;
    event.preventDefault();
    select(nameOf(open[steps[event.key] % open.length]), { focus: true });
  });
  return { select, button: (name) => buttons.find((button) => nameOf(button) === name) };
}
