"""The countries and states that addresses mean, however they are written."""

import re
from functools import cache

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from odoo.fields import Domain
from odoo.tools import escape_psql

from .spellings import (
    COUNTRIES,
    plain,
    usual_spellings,
    without_kind,
    without_kind_of_country,
    without_the,
)


def find_country(env, text):
    """A country by its code of ISO 3166-1, of two letters, three, or digits, or by its name, as it
    is said or as a list is sorted by it: *Korea (the Republic of)*.

    :return: ``res.country``, at most one
    """
    if found := _country(env, text) or _country(env, without_the(text)):
        return found
    parts = [part for part in map(without_the, re.split(r"[],()[]+", text)) if plain(part)]
    if len(parts) > 2 or not parts:
        return found
    name = " ".join(reversed(parts))
    if found := _country(env, name) or _country(env, without_kind_of_country(name)):
        return found
    # the United Kingdom (UK)
    said_twice = {_country(env, part) for part in parts}
    return said_twice.pop() if len(said_twice) == 1 else found


def _country(env, text):
    Country = env["res.country"]
    name = plain(text)
    # Odoo would look for the first two letters of a longer one
    codes = [code for code in (name.upper(), _present_code(name)) if len(code) == 2]
    if found := Country.search([("code", "in", codes)], limit=1):
        return found
    languages = [code for code, _name in env["res.lang"].get_installed()]
    for language in languages:
        if found := Country.with_context(lang=language).search(
            Domain("name", "=ilike", escape_psql(text)), limit=1,
        ):
            return found.with_env(env)
    codes = {
        names[name] for names in (COUNTRIES, *map(_country_names, ("en", *languages)))
        if name in names
    }
    return Country.search([("code", "in", list(codes))]) if len(codes) == 1 else Country


def find_state(country, text):
    """A state by its code, with or without the country's before it, by its name, or as it is
    usually written; two of them beside each other, and the country's name, are understood, too.

    :return: ``res.country.state``, at most one
    """
    found = country.env["res.country.state"]
    if not country:
        return found
    known = _states(country)
    if state := _known(known, text):
        return state
    for part in filter(plain, re.split(r"[-,;:/()]+", text)):
        if state := _known(known, part):
            found |= state
        elif find_country(country.env, part.strip()) != country:
            return found.browse()
    return found if len(found) == 1 else found.browse()


def _known(states, text):
    return states.get(plain(text)) or states.get(plain(without_kind(text)))


def _states(country):
    """``{plain spelling: state}``: codes first, then names, then usual spellings."""
    prefix = country.code.lower()
    states = {}
    for state in country.state_ids:
        # Odoo has some with the country's code, and most without
        code = plain(state.code).removeprefix(prefix) or prefix
        states.update({code: state, prefix + code: state})
    for state in country.state_ids:
        states.setdefault(plain(state.name), state)
    for state in country.state_ids:
        # A Coruña (La Coruña)
        for name in re.split(r"[()/]", state.name):
            states.setdefault(plain(name), state)
    for spellings in usual_spellings(country.code):
        meant = {states[spelling] for spelling in spellings if spelling in states}
        if len(meant) == 1:
            [state] = meant
            for spelling in spellings:
                states.setdefault(spelling, state)
                states.setdefault(prefix + spelling, state)
    return states


def _present_code(code):
    """The two letters for a code of three letters or digits, or for one that has been replaced;
    "" where there are none or several."""
    codes = get_global("territory_aliases").get(code.upper(), ())
    return codes[0] if len(codes) == 1 else ""


@cache
def _country_names(language):
    """``{plain name: code}`` by Unicode's CLDR.

    :param str language: as Odoo has it
    """
    try:
        territories = Locale.parse(language.partition("@")[0]).territories
    except (ValueError, UnknownLocaleError):
        return {}
    return {
        plain(name): code for code, name in territories.items() if re.fullmatch("[A-Z]{2}", code)
    }
