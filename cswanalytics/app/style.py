"""All the CSS there is: what the theme in `.streamlit/config.toml` cannot say.

Only `data-testid` and `st-key-` names are used, never a generated class, and a browser test holds that each
rule matches something: an update of Streamlit breaks a test and not the page.
"""

from cswanalytics.show.palette import DARK, LIGHT, Palette

PHONE, LAPTOP = "40rem", "82rem"
"""Up to which a window is a phone, and up to which four controls are too narrow for their words."""


def css(palette: Palette) -> str:
    """Give the style sheet for a theme."""
    assert palette in (LIGHT, DARK)
    return f"""<style>
/* Streamlit knows a column of 736 px or the whole window. */
[data-testid="stMainBlockContainer"] {{ max-width: 62rem; margin-inline: auto; }}
/* The theme has no size for a paragraph. */
.st-key-answer p
  {{ font-size: 1.24rem; line-height: 1.45; font-weight: 700; max-width: none; text-wrap: pretty; }}
/* The one fact that limits a page. */
.st-key-inset {{ border-left: 5px solid {palette.gap_line}; padding-left: 1rem; }}
/* The page one is on looks the same in the menu with the focus on it as without. */
[data-testid="stSidebarNavLink"]:focus-visible {{ outline: 3px solid {palette.peers}; outline-offset: -3px; }}
/* Lines no longer than the eye can follow. */
[data-testid="stMarkdownContainer"] p {{ max-width: 44em; }}
/* Streamlit's captions are faded under 4.5 : 1. */
[data-testid="stCaptionContainer"], [data-testid="stCaptionContainer"] p
  {{ color: {palette.mute}; opacity: 1; font-size: 0.92rem; }}
[data-testid="stTable"] th {{ color: {palette.mute}; font-weight: 400; font-size: 0.92rem; }}
[data-testid="stTable"] td {{ font-variant-numeric: tabular-nums; }}
[data-testid="stTable"] p {{ max-width: none; }}
/* A table wider than its place scrolls: a shadow at its edge, which goes at its end, says that it goes on. */
[data-testid="stTable"] > div
  {{ background: linear-gradient(to left, {palette.page} 40%, transparent) right / 2rem 100% no-repeat local,
     linear-gradient(to left, {palette.gap_line}, transparent) right / 0.8rem 100% no-repeat; }}
/* On a phone a picture in a cell would shrink to nothing. */
[data-testid="stTable"] img {{ min-width: 132px; max-width: none; }}
[data-testid="stHeading"] h1, [data-testid="stHeading"] h2 {{ text-wrap: balance; }}
/* Four controls need a wide window; on a phone any two, or two cards of a strip, stand side by side. */
@media (max-width: {LAPTOP}) {{
  .st-key-controls [data-testid="stHorizontalBlock"]:has(> [data-testid="stColumn"]:nth-child(4))
    > [data-testid="stColumn"] {{ flex: 1 1 calc(50% - 0.5rem); min-width: calc(50% - 0.5rem); }}
}}
@media (max-width: {PHONE}) {{
  .st-key-controls [data-testid="stColumn"], .st-key-strip [data-testid="stColumn"]
    {{ flex: 1 1 calc(50% - 0.5rem); min-width: calc(50% - 0.5rem); }}
  [data-testid="stMainBlockContainer"] {{ padding-inline: 1rem; }}
  [data-testid="stHeading"] h1 {{ font-size: 1.75rem; }}
  .st-key-answer p {{ font-size: 1.1rem; }}
  /* Streamlit gives cells 17 px, and its selector is stronger. */
  [data-testid="stTable"] th, [data-testid="stTable"] td
    {{ font-size: 0.8rem; padding: 0.4rem 0.2rem !important; overflow-wrap: normal; }}
  [data-testid="stTable"] td p, [data-testid="stTable"] th p {{ font-size: 0.8rem; }}
  [data-testid="stTable"] th:first-child, [data-testid="stTable"] td:first-child
    {{ position: sticky; left: 0; background: {palette.page}; }}
  /* The board's grid is wider than a phone: a row stands in four lines there, and its heading alike. */
  .st-key-grid [data-testid="stTableStyledTable"], .st-key-grid thead, .st-key-grid tbody
    {{ display: block; }}
  .st-key-grid tr
    {{ display: grid; grid-template-columns: 1fr 1fr minmax(0, 1.5fr); align-items: center;
       padding-block: 0.3rem; border-bottom: 1px solid {palette.rule}; }}
  .st-key-grid [data-testid="stTable"] th, .st-key-grid [data-testid="stTable"] td
    {{ border: none; padding-block: 0.1rem !important; }}
  .st-key-grid tr > :nth-child(1) {{ grid-column: 1 / -1; }}
  .st-key-grid tr > :nth-child(5), .st-key-grid tr > :nth-child(7) {{ grid-column: 1 / span 2; }}
  .st-key-grid tr:has(> :first-child strong) > :nth-child(n + 2) {{ display: none; }}
}}
@page {{ size: A4; margin: 1cm; }}
@media print {{
  [data-testid="stSidebar"], [data-testid="stHeader"], .st-key-controls, .st-key-downloads, .st-key-documents,
  .st-key-copies, [data-testid="stSelectbox"], [data-testid="stTextArea"], [data-testid="stForm"],
  [data-testid="stCheckbox"], [data-testid="stButton"], [data-testid="stExpander"] details:not([open])
    {{ display: none; }}
  /* As one block: what is laid out in boxes of its own is cut in two, and a heading left alone. */
  [data-testid="stAppViewContainer"], [data-testid="stMain"], [data-testid="stVerticalBlock"]
    {{ display: block; position: static; overflow: visible; height: auto; }}
  [data-testid="stVerticalBlock"] > * {{ margin-bottom: 0.8rem; }}
  [data-testid="stMainBlockContainer"] {{ padding: 0; }}
  /* A chart keeps the width it has on screen, which is wider than paper. */
  [data-testid="stPlotlyChart"] {{ zoom: 0.8; }}
  [data-testid="stPlotlyChart"], [data-testid="stTable"] tr, [data-testid="stHeading"]
    {{ break-inside: avoid; }}
  [data-testid="stElementContainer"]:has([data-testid="stHeading"]),
  [data-testid="stElementContainer"]:has([data-testid="stCaptionContainer"]):not(:last-child)
    {{ break-after: avoid; }}
}}
</style>"""
