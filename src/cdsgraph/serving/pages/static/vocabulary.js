// Leaves of a vocabulary the terms that hold every word sought, diacritics aside.
const box = document.getElementById("sought");
const plain = (text) =>
  text.normalize("NFD").replace(/\p{M}/gu, "").replace(/[đĐ]/g, "d").toLowerCase();
const terms = [...document.querySelectorAll(".terms > li")].map((item) => [item, plain(item.textContent)]);

function leave() {
  const words = plain(box.querySelector("input").value).split(/\s+/).filter(Boolean);
  let left = 0;
  for (const [item, text] of terms) {
    item.hidden = !words.every((word) => text.includes(word));
    left += item.hidden ? 0 : 1;
  }
  box.querySelector("output").value = words.length ? `${left} / ${terms.length}` : "";
}

box.hidden = false;
box.addEventListener("input", leave);
leave();
