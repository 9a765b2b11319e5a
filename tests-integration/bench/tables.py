"""The measured as text. Every ratio is to the hand-written app of the same run."""

from statistics import median


def rows_of(header, rows) -> str:
    """Set columns side by side: the first to the left, the others to the right."""
    cells = [header, *rows]
    widths = [max(len(row[n]) for row in cells) for n in range(len(header))]
    lines = [
        "  ".join(
            cell.ljust(width) if n == 0 else cell.rjust(width)
            for n, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in cells
    ]
    lines.insert(1, "-" * len(lines[0]))
    return "\n".join(lines)


def cost_table(measured, scenarios, measure) -> str:
    """Give the fastest round of each: microseconds, then times the hand-written app's."""
    names = list(next(iter(measured.values())))
    rows = []
    for scenario in scenarios:
        row = {name: min(costs) for name, costs in measured[scenario.name].items()}
        others = [f"{row[n]:.2f} us {row[n] / row[measure]:5.2f}x" for n in names if n != measure]
        rows.append(
            [
                scenario.title,
                f"<= {scenario.budget}x" if scenario.budget else "",
                f"{row[measure]:.2f} us",
                *others,
            ]
        )
    return rows_of(["in process", "budget", measure, *(n for n in names if n != measure)], rows)


def speed_table(measured, scenarios, measure) -> str:
    """Give the median of the rounds: requests a second, and the share of the hand-written app's.

    The second line of a scenario is the processor time the server spent on one request: it does not
    change when something else takes the processor.
    """
    names = list(next(iter(measured.values())))
    rows = []
    for scenario in scenarios:
        rounds = measured[scenario.name]
        speed = {n: median(r["per_second"] for r in rounds[n]) for n in names}
        spent = {n: median(r["server_us"] for r in rounds[n]) for n in names}
        rows.append([scenario.title, *(against(speed[n], speed[measure], "/s") for n in names)])
        rows.append(["  server time", *(against(spent[n], spent[measure], " us") for n in names)])
    return rows_of(["under uvicorn", *names], rows)


def against(value, measure, unit) -> str:
    return f"{value:.0f}{unit} {value / measure:5.0%}"
