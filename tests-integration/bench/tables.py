"""The measured as text. Every ratio is to the hand-written app of the same run."""


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


def cost_table(costs, scenarios, measure, *, unit="us", head="in process") -> str:
    """Give the cost of each, then times the hand-written app's."""
    names = [name for name in named(costs) if name != measure]
    rows = []
    for scenario in scenarios:
        row = costs[scenario.name]
        others = [
            f"{row[n]:.2f} {unit} {row[n] / row[measure]:5.2f}x" if n in row else "-" for n in names
        ]
        budget = f"<= {scenario.budget}x" if scenario.budget else ""
        rows.append([scenario.title, budget, f"{row[measure]:.2f} {unit}", *others])
    return rows_of([head, "budget", measure, *names], rows)


def named(rows) -> list[str]:
    """Give everybody who stands in a row; some are left out of some."""
    return list(dict.fromkeys(name for row in rows.values() for name in row))


def share_table(head, rows, measure, unit) -> str:
    """Give `{row: {contender: value}}`, and each value's share of the measure's in its row."""
    names = named(rows)
    return rows_of(
        [head, *names],
        [[title, *(against(row, n, measure, unit) for n in names)] for title, row in rows.items()],
    )


def against(row, name, measure, unit) -> str:
    if name not in row:
        return "-"
    return f"{row[name]:.0f}{unit} {row[name] / row[measure]:5.0%}"
