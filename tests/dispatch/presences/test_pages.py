# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages of presences as a coordinator uses them, without JavaScript: the list, the form, one presence."""

from __future__ import annotations

import re
from typing import Any

from tests.dispatch.presences.conftest import Coordinator

FORM: dict[str, Any] = {
    "name": "Sportello in segreteria",
    "desk": "ic-trescore",
    "kind": "mediation",
    "weekdays": ["mon", "thu"],
    "from": "09:00",
    "to": "13:00",
    "first_day": "2026-11-30",
    "last_day": "2026-12-21",
    "every": "week",
    "languages-0-code": "arabo",
    "languages-0-level": "2",
    "languages-1-code": "",
    "languages-1-level": "1",
    "cover": "may_leave",
}
CHANGE = {name: value for name, value in FORM.items() if name not in ("desk", "first_day")}


def test_a_presence_is_entered_on_the_page_and_then_seen_in_the_list(marta: Coordinator) -> None:
    """The form's words become the same body that the API takes; the list shows days, cover and share."""
    door = marta.client
    assert "Inserisci il primo presidio" in door.get("/presences").text
    entered = door.post("/presences/new", data=FORM)
    assert entered.status_code == 303, entered.text
    page = door.get(entered.headers["location"]).text
    assert "Lunedì, giovedì, 9:00–13:00" in page
    assert page.count("Da assegnare") == 7
    listed = door.get("/presences").text
    assert "può uscire per un’urgenza" in listed
    assert "0 su 6 confermate" in listed
    assert "Niente con questi filtri" in door.get("/presences?state=ended").text
    asked = marta.read(entered.headers["location"].rpartition("/")[2])["entered"]
    assert asked["languages"] == [{"code": "ar", "level": 2}]


def test_a_refusal_shows_the_form_again_with_everything_typed(marta: Coordinator) -> None:
    """Nine hours: the field says what to do, and name, days and language are still there."""
    refused = marta.client.post("/presences/new", data=FORM | {"to": "18:00"})
    assert refused.status_code == 422
    assert "Dividilo in due presidi" in refused.text
    assert 'id="to-error"' in refused.text
    for kept in ('value="Sportello in segreteria"', 'value="arabo"', 'value="18:00"'):
        assert kept in refused.text
    assert len(re.findall(r'name="weekdays" value="(?:mon|thu)" checked', refused.text)) == 2


def test_a_level_of_five_thousand_digits_is_refused_like_any_other(marta: Coordinator) -> None:
    """What is no level stays a text, and the form comes back with the field named."""
    refused = marta.client.post("/presences/new", data=FORM | {"languages-0-level": "9" * 5000})
    assert refused.status_code == 422
    assert 'value="Sportello in segreteria"' in refused.text


def test_a_change_from_a_day_on_starts_from_what_is_there(marta: Coordinator) -> None:
    """The form is filled with the presence; unticking and emptying says so, and a passed day comes back with its error."""
    code = marta.entered(keep_holidays=True, mediator="m1")["code"]
    form = marta.client.get(f"/presences/{code}/change").text
    assert 'value="Sportello in segreteria"' in form
    assert 'name="keep_holidays" value="true" checked' in form
    assert 'name="first_day"' not in form
    refused = marta.client.post(f"/presences/{code}/change", data=CHANGE | {"since": "2026-11-01"})
    assert refused.status_code == 422
    assert 'id="since-error"' in refused.text
    done = marta.client.post(f"/presences/{code}/change", data=CHANGE | {"since": "2026-12-08"})
    assert done.status_code == 303, done.text
    entered = marta.read(code)["entered"]
    assert (entered["mediator"], entered["keep_holidays"], entered["weekdays"]) == (None, False, ["mon", "thu"])


def test_it_is_ended_on_a_day_from_its_page(marta: Coordinator) -> None:
    """A day that cannot be the last is said beside the field; then the later dates are gone."""
    code = marta.entered()["code"]
    refused = marta.client.post(f"/presences/{code}/end", data={"last_day": "2026-10-01"})
    assert refused.status_code == 422
    assert 'id="last_day-error"' in refused.text
    assert marta.client.post(f"/presences/{code}/end", data={"last_day": "2026-12-07"}).status_code == 303
    assert len(marta.read(code)["dates"]) == 2


def test_a_refused_change_leaves_the_presence_as_it_was(marta: Coordinator) -> None:
    """Moved onto another shift of the same service, the form comes back, and neither name nor hours are kept."""
    marta.entered()
    code = marta.entered(name="Pomeriggio", **{"from": "14:00", "to": "16:00"})["code"]
    before = marta.read(code)
    refused = marta.client.post(f"/presences/{code}/change", data=CHANGE | {"since": "2026-12-08", "name": "Mattina"})
    assert refused.status_code == 422
    assert 'id="weekdays-error"' in refused.text
    assert 'value="Mattina"' in refused.text
    assert marta.read(code) == before
