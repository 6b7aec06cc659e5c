"""Drawing the public pages: the templates, and the lists that every form offers, once for each language."""

from functools import cache
from hashlib import sha256
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import HTMLResponse

from hbcore.domain.names import traditional
from hbcore.domain.vocabulary import PROVINCE
from hbcore.public_sentences import ANSWERS, KINDS, SEXES
from hbcore.public_words import PUBLIC_LANGUAGES, said
from hbcore.services import settings, units
from hbcore.services.countries import country_codes, country_name
from hbcore.services.units import UnitSeen

HERE = Path(__file__).parent
SCRIPT, STYLE = (HERE / "apply.js").read_bytes(), (HERE / "apply.css").read_bytes()
VERSION = sha256(SCRIPT + STYLE).hexdigest()[:12]
"""Stands behind the addresses of script and style, so that a browser may keep them."""

Options = tuple[tuple[str, str], ...]

_OPTION, _GROUP = Markup('<option value="{}">{}</option>\n'), Markup('<optgroup label="{}">\n{}</optgroup>\n')

_TEMPLATES = Environment(
    loader=FileSystemLoader(HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    auto_reload=False,
    trim_blocks=True,
    lstrip_blocks=True,
)


def page(template: str, language: str, *, status: int = 200, **values: object) -> HTMLResponse:
    """A page in a language; whatever people typed is escaped on its way into it."""

    def here(text: str, **inner: object) -> str:
        return said(text, language, **inner)

    text = _TEMPLATES.get_template(template).render(
        _=here,
        chosen=chosen,
        language=language,
        languages=PUBLIC_LANGUAGES,
        version=VERSION,
        hotline=settings.hotline_for_all(),
        **{"problems": {}, "refused": "", **values},
    )
    return HTMLResponse(text, status)


@cache
def choices(language: str) -> dict[str, object]:
    """The lists of the form: kinds of document, countries, sexes, answers, places; drawn once, 600 lines of a page."""
    return {
        "kinds": _drawn(_said(KINDS, language)),
        "sexes": _drawn(_said(SEXES, language)),
        "answers": _said(ANSWERS, language),
        "countries": _drawn(_countries(language)),
        "places": Markup("").join(_GROUP.format(name, _drawn(within)) for name, within in _places(language)),
    }


def chosen(options: Markup, value: str) -> Markup:
    """Options of which the one with `value` is chosen; of a value that is none of them none is."""
    option = Markup('<option value="{}"').format(value)
    return Markup(options.replace(option, option + Markup(" selected"), 1)) if value else options  # noqa: S704 - both are drawn here


def _drawn(options: Options) -> Markup:
    return Markup("").join(_OPTION.format(value, words) for value, words in options)


def _said(words: dict[str, str], language: str) -> Options:
    return tuple((value, said(text, language)) for value, text in words.items())


def _countries(language: str) -> Options:
    named = ((code, country_name(code, language)) for code in country_codes())
    return tuple(sorted(named, key=lambda one: one[1].casefold()))


def _places(language: str) -> tuple[tuple[str, Options], ...]:
    """Each prefecture with its counties; first the prefecture itself, for who does not know the county."""
    known = units.listed()
    whole = said("{city}: I do not know the district", language)
    return tuple(
        (
            _named(city, language),
            (
                *(((city.code, whole.format(city=_named(city, language))),) if city.level == "prefecture" else ()),
                *((one.code, _named(one, language)) for one in known if one.parent == city.code and one.level == "county"),
            ),
        )
        for city in known
        if city.parent == PROVINCE
    )


def _named(unit: UnitSeen, language: str) -> str:
    """A place in Chinese alone, or as it is written on a map with the Chinese that stands on people's papers."""
    if language == "zh":
        return unit.name_zh
    chinese = traditional(unit.name_zh)
    return chinese if language == "zh-Hant" else f"{unit.name_en} {unit.name_zh}"
