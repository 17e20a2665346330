"""The Dutch catalogue: complete, tidy, and compiled safely."""

from gettext import GNUTranslations
from pathlib import Path

import pytest

from portal.build import translations

HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'
PLURAL = 'msgid "%(count)s post"\nmsgid_plural "%(count)s posts"\nmsgstr[0] "%(count)s bericht"\nmsgstr[1] "{}"\n'


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project with one message in Python, one in a template, and Dutch for both."""
    (tmp_path / "portal" / "translations" / "nl").mkdir(parents=True)
    (tmp_path / "templates").mkdir()
    (tmp_path / "portal" / "views.py").write_text('title = _("Agenda of %(name)s", name=name)\n')
    (tmp_path / "templates" / "page.html").write_text(
        '{% block main %}\n{{ ngettext("%(count)s post", "%(count)s posts", n, count=n) }}{% endblock %}'
    )
    write(tmp_path, "agenda", 'msgid "Agenda of %(name)s"\nmsgstr "Agenda van %(name)s"\n')
    write(tmp_path, "board", PLURAL.format("%(count)s berichten"))
    return tmp_path


def write(root: Path, name: str, entries: str) -> None:
    (root / "portal" / "translations" / "nl" / f"{name}.po").write_text(HEADER + entries)


def load(root: Path) -> GNUTranslations:
    with (root / "portal" / "translations" / translations.COMPILED).open("rb") as file:
        return GNUTranslations(file)


def test_every_message_of_the_portal_has_dutch_and_no_dutch_is_idle() -> None:
    assert translations.problems() == []


def test_features_are_merged(root: Path) -> None:
    translations.ensure_compiled(root)
    dutch = load(root)
    assert dutch.gettext("Agenda of %(name)s") == "Agenda van %(name)s"
    assert dutch.ngettext("%(count)s post", "%(count)s posts", 1) == "%(count)s bericht"
    assert dutch.ngettext("%(count)s post", "%(count)s posts", 2) == "%(count)s berichten"
    assert translations.problems(root) == []


def test_only_a_change_compiles_again(root: Path) -> None:
    translations.ensure_compiled(root)
    compiled = root / "portal" / "translations" / translations.COMPILED
    first = compiled.stat().st_ino
    translations.ensure_compiled(root)
    assert compiled.stat().st_ino == first
    write(root, "agenda", 'msgid "Agenda of %(name)s"\nmsgstr "De agenda van %(name)s"\n')
    translations.ensure_compiled(root)
    assert load(root).gettext("Agenda of %(name)s") == "De agenda van %(name)s"
    assert list(compiled.parent.iterdir()) == [compiled]


def test_the_same_message_in_two_files_must_agree(root: Path) -> None:
    write(root, "home", 'msgid "Agenda of %(name)s"\nmsgstr "Agenda van %(name)s"\n')
    assert translations.problems(root) == []
    write(root, "home", 'msgid "Agenda of %(name)s"\nmsgstr "Rooster van %(name)s"\n')
    with pytest.raises(translations.CatalogueError, match=r"home\.po: 'Agenda of .* otherwise in agenda\.po"):
        translations.compile_catalogues(root)


def test_a_message_twice_in_one_file_and_a_broken_file_are_refused(root: Path) -> None:
    write(root, "home", 'msgid "Home"\nmsgstr "Begin"\n\nmsgid "Home"\nmsgstr "Voorpagina"\n')
    with pytest.raises(translations.CatalogueError, match=r"home\.po: a message stands in it twice"):
        translations.compile_catalogues(root)
    write(root, "home", 'msgid "Home"\nBegin\n')
    with pytest.raises(translations.CatalogueError, match=r"home\.po"):
        translations.compile_catalogues(root)


@pytest.mark.parametrize(
    ("entries", "problem"),
    [
        ("", "templates/page.html:2: no Dutch for '%(count)s post'"),
        (PLURAL.format("%(count)s berichten") + '\nmsgid "Old"\nmsgstr "Oud"\n', "catalogue: 'Old' is used nowhere"),
        (PLURAL.format(""), "catalogue: '%(count)s post' has no translation"),
        ("#, fuzzy\n" + PLURAL.format("%(count)s berichten"), "catalogue: '%(count)s post' is marked fuzzy"),
        (PLURAL.format("%(n)s berichten"), "catalogue: '%(n)s berichten' has other placeholders than '%(count)s post'"),
        (
            'msgid "%(count)s post"\nmsgstr "%(count)s bericht"\n',
            "templates/page.html:2: '%(count)s post' has a plural that the catalogue lacks",
        ),
    ],
)
def test_each_fault_is_named(root: Path, entries: str, problem: str) -> None:
    write(root, "board", entries)
    assert translations.problems(root) == [problem]
