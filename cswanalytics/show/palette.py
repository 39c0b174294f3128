"""The colours, each with what it is for: the one place that names a colour, beside `.streamlit/config.toml`.

Children with a social worker are always `cwsw` and solid, their peers always `peers` and hollow, so that
neither colour nor shape has to be told apart alone. Nothing is red or green for bad or good.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Ink:
    """A filled area's colour and the colour of a figure written inside it."""

    fill: str
    text: str


@dataclass(frozen=True)
class Palette:
    """One theme's colours. `band` is the opacity of an interval round a line."""

    name: str
    page: str
    wash: str
    ink: str
    mute: str
    cwsw: str
    peers: str
    aim: str
    gap_line: str
    school: str
    rule: str
    track: str
    invented: str
    band: float
    chart_colours: tuple[str, ...]
    illness: Ink
    unauthorised: Ink
    suspended: Ink
    part_time: Ink

    def faint(self, colour: str) -> str:
        """Give a colour at the opacity of a band, as CSS."""
        red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
        return f"rgba({red}, {green}, {blue}, {self.band})"


LIGHT = Palette(
    name="light",
    page="#FFFFFF",
    wash="#F5F3EE",
    ink="#1B232B",
    mute="#55606C",
    cwsw="#AD4510",
    peers="#1D5B8F",
    aim="#0F766E",
    gap_line="#8C8577",
    school="#7F8992",
    rule="#D3D0C8",
    track="#E8E5DE",
    invented="#FFEFB8",
    band=0.14,
    chart_colours=(
        "#AD4510",
        "#1D5B8F",
        "#578E86",
        "#1B361E",
        "#5779ED",
        "#3B2B48",
        "#4F9A57",
        "#281F94",
        "#5B8DAE",
        "#423AEC",
    ),
    illness=Ink("#8B96A1", "#1B232B"),
    unauthorised=Ink("#0B5F59", "#FFFFFF"),
    suspended=Ink("#A9528F", "#FFFFFF"),
    part_time=Ink("#6B4A00", "#FFFFFF"),
)

DARK = Palette(
    name="dark",
    page="#15191E",
    wash="#1E242B",
    ink="#ECEEF0",
    mute="#ABB5BF",
    cwsw="#FFA366",
    peers="#82BFF0",
    aim="#4FC9BC",
    gap_line="#7E8893",
    school="#7E8893",
    rule="#3A434D",
    track="#2B323A",
    invented="#3D3514",
    band=0.18,
    chart_colours=(
        "#FFA366",
        "#82BFF0",
        "#4EBC9F",
        "#986141",
        "#9AF4BA",
        "#3664E6",
        "#53738A",
        "#ADE126",
        "#3974BF",
        "#B6EAF4",
    ),
    illness=Ink("#7C8894", "#15191E"),
    unauthorised=Ink("#4FC9BC", "#15191E"),
    suspended=Ink("#C777B0", "#15191E"),
    part_time=Ink("#F2D27A", "#15191E"),
)


def palette_for(theme: str | None) -> Palette:
    """Give the palette of a theme as the browser names it: 'dark', or anything else for light."""
    return DARK if theme == "dark" else LIGHT
