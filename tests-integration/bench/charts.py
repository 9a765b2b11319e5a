"""Charts as SVG: a row for each thing measured, a dot for each contender."""

import matplotlib as mpl

mpl.use("svg")
from matplotlib import pyplot as plt  # noqa: E402

COLOURS = {
    "hand-written": "#888888",
    "Pleiad": "#d6336c",
    "Litestar": "#1c7ed6",
    "FastAPI": "#099268",
    "Starlette": "#7048e8",
    "BlackSheep": "#e8890c",
    "Falcon": "#846358",
    "Sanic": "#66a80f",
    "Robyn": "#0c8599",
}
STYLE = {
    "svg.fonttype": "none",  # text stays text
    "svg.hashsalt": "pleiad",  # the same figures make the same file
    "font.family": "sans-serif",
    "text.color": "#777777",  # to be read on light and on dark
    "axes.labelcolor": "#777777",
    "axes.edgecolor": "#999999",
    "xtick.color": "#777777",
    "ytick.color": "#777777",
}


def dots(path, rows, *, axis, title) -> None:
    """Draw `{row: {contender: value}}`, the first row at the top, on a logarithmic scale."""
    with mpl.rc_context(STYLE):
        figure, axes = plt.subplots(figsize=(9, 1.4 + 0.34 * len(rows)))
        for height, row in enumerate(reversed(rows.values())):
            axes.axhline(height, color="#99999944", linewidth=0.8, zorder=0)
            for name, value in row.items():
                first = name == "Pleiad"
                axes.scatter(
                    value,
                    height,
                    s=70 if first else 36,
                    color=COLOURS.get(name, "#495057"),
                    zorder=3 if first else 2,
                    label=name,
                )
        axes.set_yticks(range(len(rows)), list(reversed(rows)))
        axes.set_xscale("log")
        axes.xaxis.set_major_formatter("{x:g}")
        axes.set_xlabel(axis)
        axes.set_title(title, color="#777777")
        handles, labels = axes.get_legend_handles_labels()
        named = dict(zip(labels, handles, strict=True))
        figure.legend(
            named.values(), named.keys(), loc="outside lower center", ncol=5, frameon=False
        )
        figure.tight_layout(rect=(0, 0.3 / figure.get_figheight() + 0.03, 1, 1))
        figure.savefig(path, transparent=True, metadata={"Date": None})
        plt.close(figure)
