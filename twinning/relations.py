"""Derive the relation of each town to the home town from the agreements."""

from collections.abc import Iterable, Mapping

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Relation(TextChoices):
    """What a town is to the city. Derived from its partnerships, never typed in."""

    HOME = "home", _("home town")
    TWIN = "twin", _("twin town")
    FRIEND = "friendship", _("friendship town")
    LINK = "link", _("contact")
    FORMER = "former", _("former partnership")
    WIDER = "wider", _("part of the twin-town network")
    NONE = "none", _("no agreement")


# Whose partners are the wider network: more than a mere link.
BETWEEN = {Relation.TWIN, Relation.FRIEND}


def derive_relations(
    towns: Mapping[int, bool], agreements: Iterable[tuple[int, int, str, bool]]
) -> dict[int, Relation]:
    """What each town is, by primary key; one without any agreement may be left out.

    `towns` tells of each public town whether it is the home town; `agreements` have two towns, a kind and whether they
    are in force, else they have ended. An agreement in force with the home town decides, else a former one, else one in
    force with a public twin town or friend of the home town. Of several the first in `Relation` counts.
    """
    found = {pk: Relation.HOME for pk, is_home in towns.items() if is_home}

    def note(pk: int, relation: Relation) -> None:
        found[pk] = min(found.get(pk, Relation.NONE), relation, key=list(Relation).index)

    home = set(found)
    directed = [way for a, b, kind, in_force in agreements for way in ((a, b, kind, in_force), (b, a, kind, in_force))]
    for one, other, kind, in_force in directed:
        if one in home:
            note(other, Relation(kind) if in_force else Relation.FORMER)
    between = {pk for pk, relation in found.items() if relation in BETWEEN and pk in towns}
    for one, other, _kind, in_force in directed:
        if one in between and in_force:
            note(other, Relation.WIDER)
    return found
