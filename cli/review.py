"""`workforce review`: which links need a person's decision, what is known of each, and the decisions taken.

Belongs here: asking and showing. Does not: what is listed and why, contradictions (linkage). Without --values nothing
of a person is printed, only which fields agree.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING

from cli.terminal import console, count, say, show_table
from home import Home

if TYPE_CHECKING:
    from rich.console import Console

    from linkage.clerical import ReviewedItem, ReviewItem, ReviewQueue
    from linkage.decisions import Decision

MEMBERS_SHOWN = 50
RESTRICTED = (
    "Restricted: names, birth dates and digits of numbers of real persons. For deciding this item only; do not copy, "
    "photograph or send them."
)
SAYS = {"must_link": "one person", "cannot_link": "two people"}


class ReviewRefused(RuntimeError):
    """What was asked is not complete, or not allowed here."""


def show_list(reason: str | None, limit: int, as_json: bool) -> None:
    """Open items, most consequential first."""
    from linkage.clerical import review_queue

    queue = review_queue(Home.from_env(), reason, limit)
    if as_json:
        items = [asdict(item) | {"why": item.why} for item in queue.items]
        print(json.dumps({"open_by_reason": queue.open_by_reason, "items": items}, indent=2))
        return
    show_queue(console(), queue, reason)


def show_queue(out: Console, queue: ReviewQueue, reason: str | None) -> None:
    """The items, then how many are open by reason and what the reasons mean."""
    from linkage.review import REASONS

    if not queue.open_by_reason:
        say(out, "Nothing is open.")
        return
    total = sum(n for name, n in queue.open_by_reason.items() if reason in (None, name))
    shown = [[item.item_id, item.reason, *_sides(item), _weight(item.weight)] for item in queue.items]
    title = f"{len(shown):,} of {total:,} open items, most consequential first"
    show_table(out, title, ["item", "reason", "this", "and this", "weight"], shown, left=4)
    meant = [[name, REASONS[name], count(n)] for name, n in queue.open_by_reason.items()]
    show_table(out, "Open by reason", ["reason", "what it means", "items"], meant, left=2)


def show(item_id: str, values: bool) -> None:
    """One item side by side; with `values` on a terminal only, after a sentence that says what they are."""
    from linkage.clerical import review_item

    if values and not is_watched():
        raise ReviewRefused(
            "--values shows what agencies know of persons on a terminal only, not to a file or another program."
        )
    found = review_item(Home.from_env(), item_id, values=values)
    out = console()
    if values:
        say(out, f"{RESTRICTED}\n")
    item = found.item
    state = "decided" if item.is_decided else "open"
    weight = "" if item.weight is None else f", weight {_weight(item.weight)}"
    say(out, f"{item.item_id}: {item.reason}, {state}{weight}")
    say(out, f"  {item.why}\n")
    _show_comparison(out, found)
    _show_identities(out, found)
    if found.decisions:
        show_decisions(out, found.decisions)


def is_watched() -> bool:
    """Standard output is a terminal."""
    return sys.stdout.isatty()


def _show_comparison(out: Console, found: ReviewedItem) -> None:
    if found.comparisons:
        title = "Field by field (missing: one side has none that can be used; both: some agree, some differ)"
        shown = [[one.field, one.outcome, one.of_all] for one in found.comparisons]
        show_table(out, title, ["field", "these two", "all records of both"], shown, left=3)
    if found.evidence:
        shown = [
            [
                one.match_rule,
                one.evidence,
                one.refused_reason or "linked",
                one.why,
                count(one.pairs),
                _weight(one.weight),
            ]
            for one in found.evidence
        ]
        show_table(out, "What rules say", ["rule", "evidence", "outcome", "why", "pairs", "weight"], shown, left=4)


def _show_identities(out: Console, found: ReviewedItem) -> None:
    from rich.markup import escape

    is_pair = found.item.other_identity_key is not None
    heads = ["side", "source", "person", "linked by", "identity key"]
    shown = []
    for one in found.identities[:MEMBERS_SHOWN]:
        side = f"{one.side} *" if one.is_asked else one.side
        row = [side, one.source, one.person_key, one.match_rule, one.identity_key]
        if one.values:
            born = one.values.birth_date.isoformat() if one.values.birth_date else ""
            row += [escape(one.values.name), born, one.values.last_four or ""]
        shown.append(row)
    if any(one.values for one in found.identities):
        heads += ["name as sent", "born", "number ends in"]
    title = "All identities of the persons (* the two that are asked about)" if is_pair else "The records it is about"
    rest = len(found.identities) - len(shown)
    show_table(out, title + (f", {rest:,} more are not shown" if rest else ""), heads, shown, left=len(heads))


def decide(
    item_id: str | None, pair: tuple[str, str] | None, same: bool | None, by: str, why: str, on: date | None
) -> None:
    """Record that the two are one person or two people."""
    from linkage.decisions import CANNOT_LINK, MUST_LINK
    from linkage.decisions import decide as record

    if (item_id is None) == (pair is None):
        raise ReviewRefused("Name a review item, or two identities with --pair KEY KEY.")
    if same is None:
        raise ReviewRefused("Say --same (one person) or --different (two people).")
    about = pair if item_id is None else item_id
    made = record(Home.from_env(), about, MUST_LINK if same else CANNOT_LINK, by, why, _day(on))
    say(
        console(),
        f"Decision {made.decision_seq}: the two are {SAYS[made.decision]}. The next `workforce run` keeps it.",
    )


def withdraw(decision_seq: int, by: str, why: str, on: date | None) -> None:
    """Take a decision back; it stays on record."""
    from linkage.decisions import withdraw as record

    made = record(Home.from_env(), decision_seq, by, why, _day(on))
    told = f"Decision {made.decision_seq} no longer stands; it stays on record."
    say(console(), f"{told} The next `workforce run` links without it.")


def show_all_decisions() -> None:
    """Every decision ever taken."""
    from linkage.decisions import decisions

    taken = decisions(Home.from_env())
    out = console()
    if not taken:
        say(out, "Nothing has been decided yet.")
        return
    show_decisions(out, taken)


def show_decisions(out: Console, taken: list[Decision]) -> None:
    """Who decided what, when and why; one line more for what was withdrawn."""
    from rich.markup import escape

    shown = []
    for one in taken:
        pair = f"{one.identity_key} {one.other_identity_key}"
        said = SAYS[one.decision] if one.stands else f"{SAYS[one.decision]} (withdrawn)"
        shown.append(
            [str(one.decision_seq), said, escape(one.decided_by), str(one.decided_on), escape(one.reason), pair]
        )
        if not one.stands:
            shown.append(["", "", escape(one.withdrawn_by), str(one.withdrawn_on), escape(one.withdrawn_reason), ""])
    heads = ["decision", "says", "by", "on", "why", "identity keys"]
    show_table(out, f"{len(taken):,} decisions", heads, shown, left=len(heads))


def _day(on: date | None) -> date:
    """The day given, not one to come; else today."""
    today = date.today()
    if on and on > today:
        raise ReviewRefused(f"{on} is still to come: a decision is dated on the day it is taken, or earlier.")
    return on or today


def _sides(item: ReviewItem) -> tuple[str, str]:
    this = f"{item.source} {item.person_key}"
    if item.other_identity_key is None:
        return this, f"and {item.member_count - 1:,} more"
    if item.other_person_key == item.person_key:
        return this, f"{item.other_source}, same person"
    return this, f"{item.other_source} {item.other_person_key}"


def _weight(weight: float | None) -> str:
    return "" if weight is None else f"{weight:+.1f}"
