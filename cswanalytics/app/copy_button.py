"""A button that copies a sentence: Streamlit has none. A real button, with words for a screen reader."""

from functools import cache

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

LABEL = "Copy sentence"

HTML = '<button type="button">{label}</button><span role="status" aria-live="polite"></span>'

CSS = """
:host { display: inline-block; }
button {
  font: inherit; font-family: var(--st-font); font-size: 0.875rem; line-height: 1.6; min-height: 2.5rem;
  padding: 0.25rem 0.75rem; color: var(--st-text-color);
  background: color-mix(in srgb, var(--st-background-color) 97%, white);
  border: 1px solid var(--st-border-color); border-radius: var(--st-button-radius, 3px); cursor: pointer;
}
button:hover { border-color: var(--st-primary-color); color: var(--st-primary-color); }
button:focus-visible { outline: 3px solid var(--st-primary-color); outline-offset: 2px; }
span { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
"""

# The clipboard API exists only on https and localhost; on a council's plain intranet the older way stands by.
JS = """
export default function ({ parentElement, data }) {
  const button = parentElement.querySelector("button");
  const status = parentElement.querySelector("[role=status]");
  const label = button.dataset.label || button.textContent;
  button.dataset.label = label;
  const what = label.replace("Copy ", "");
  let timer;
  button.onclick = async () => {
    let copied = false;
    try {
      await navigator.clipboard.writeText(data);
      copied = true;
    } catch {
      const area = document.createElement("textarea");
      area.value = data;
      area.style.position = "fixed";
      area.style.opacity = "0";
      document.body.appendChild(area);
      area.select();
      copied = document.execCommand("copy");
      area.remove();
      button.focus();
    }
    button.textContent = copied ? "Copied" : "Not copied";
    status.textContent = copied ? `Copied: ${what}` : "The browser did not allow copying";
    clearTimeout(timer);
    timer = setTimeout(() => { button.textContent = label; status.textContent = ""; }, 2500);
  };
  return () => clearTimeout(timer);
}
"""


@cache
def _component(label: str) -> ComponentRenderer:
    name = label.lower().replace(" ", "_")
    return st.components.v2.component(f"cswanalytics.{name}", html=HTML.format(label=label), css=CSS, js=JS)


def copy_button(text: str, label: str = LABEL) -> None:
    """Offer a text to be copied: the page's sentence, or what `label` says after 'Copy'."""
    _component(label)(data=text, key=label.lower().replace(" ", "_"), width="content")
