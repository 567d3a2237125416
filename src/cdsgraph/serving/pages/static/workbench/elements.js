// Elements of the page: found by id, made with attributes and children.

/** The element of that id. */
export const byId = (id) => document.getElementById(id);

/** A new element; `attributes` that are null or false are left out, true ones are empty. */
export function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(key, "");
    else if (value !== null && value !== false) element.setAttribute(key, value);
  }
  element.append(...children);
  return element;
}

/** Copy a text to the clipboard; tells whether the browser let it. */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
