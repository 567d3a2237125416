// The texts of the page, which come with it in the reader's language, and numbers written the local way.

export const language = document.documentElement.lang;

/** The same for numbers and dates: English ones are written the British way, day before month. */
export const locale = language === "en" ? "en-GB" : "vi-VN";

const texts = JSON.parse(document.getElementById("workbench").dataset.words);

/** A text with its `{places}` filled. */
export function word(key, values = {}) {
  return texts[key].replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/** Whether there is a text of that key. */
export const hasWord = (key) => key in texts;

const counts = new Intl.NumberFormat(locale);
const seconds = new Intl.NumberFormat(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 });

/** A count with its thousands set apart. */
export const count = (value) => counts.format(value);

/** Milliseconds as seconds with two decimals. */
export const inSeconds = (milliseconds) => seconds.format(milliseconds / 1000);
