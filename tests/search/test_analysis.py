"""How text becomes terms."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.search.language.analysis import (
    MAX_WORD,
    STOP_WORDS,
    analyse,
    fold,
    known_as,
    part_stems,
    parts,
    stems,
    surfaces,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Kenniscafé", ["kenniscafe"]),
        ("e\u0301e\u0301n cafe\u0301", ["cafe"]),
        ("één de het Eén", []),
        ("mbo-school", ["mboschool", "mbo", "school"]),
        ("kant-en-klaar", ["kantenklaar", "kant", "klaar"]),
        ("e-mail", ["email", "mail"]),
        ("foto's en auto’s", ["fotos", "foto", "autos", "auto"]),
        ("zo'n z’n", []),
        ("m.b.o. R.O.C. t.a.v.", ["mbo", "roc", "tav"]),
        ("Vraag&Aanbod", ["vraagaanbod", "vraag", "aanbod"]),
        ("versie 2.0 om 15.30", ["versie", "2.0", "15.30"]),
        ("c++ c# c 4 4vmbo", ["c++", "c#", "4", "4vmbo"]),
        ("po/vo en/of", ["po", "vo"]),
        ("on\u00adder\u00adwijs", ["onderwijs"]),
        ("straße Øresund Łódź ĳs", ["strasse", "oresund", "lodz", "ijs"]),
        ("😀 — … (!)", []),
        ("a" * (MAX_WORD + 1), []),
    ],
)
def test_text_becomes_surfaces(text: str, expected: list[str]) -> None:
    assert [surface for surface, _position in surfaces(text)] == expected


def test_positions_count_stop_words_and_parts() -> None:
    assert list(surfaces("geslaagd in het vak")) == [("geslaagd", 0), ("vak", 3)]
    assert list(surfaces("een mbo-school hier vlakbij"))[-1] == ("vlakbij", 4)


FORMS = """
    gastles gastlessen, les lessen, coach coaches, kind kinderen, lid leden, stad steden, bedrijf bedrijven,
    docent docenten, docent docente, leraar leraren, leraar lerares, werkgever werkgevers, school scholen,
    museum musea, technicus technici, weg wegen, ei eieren, blad bladeren, schip schepen,
    verkoper verkopers, zoek zoekt, zoeken gezocht, zoekt gezocht, geef geven, geeft gegeven, bieden biedt,
    aanbieden aangeboden, begeleiden begeleidt, begeleiden begeleid, begeleider begeleiders,
    organiseren organiseert, organiseren georganiseerd, werken werkt, werken gewerkt, leren leert,
    leren geleerd, volgen gevolgd, lopen loopt, lopen gelopen, beginnen begonnen, komen kwam,
    helpen geholpen, schrijven geschreven, kiezen gekozen, stage stages, stageplek stageplekken,
    stageplaats stageplaatsen, opleiding opleidingen, beroep beroepen, gemeente gemeenten,
    gemeente gemeentes, vakman vakmensen, vakman vaklieden, timmerman timmerlieden, kringlid kringleden,
    gastdocent gastdocenten, zijinstromer zijinstromers, kenniscafe kenniscafes, idee ideeen, baan banen,
    leerbaan leerbanen, plan plannen, project projecten, beurs beurzen, leerwerkplek leerwerkplekken,
    monteur monteurs, student studente, medewerker medewerkster, klein kleine, groot grote,
    technisch technische, jongere jongeren, werkzoekende werkzoekenden, vrijwilliger vrijwilligers,
    ondernemer ondernemers, duurzaam duurzame, digitaal digitale, bezoek bezoeken,
    bedrijfsbezoek bedrijfsbezoeken, vacature vacatures, workshop workshops, praktijkschool praktijkscholen,
    kwekerij kwekerijen, tuinder tuinders, wijkverpleegkundige wijkverpleegkundigen,
    verpleegkundig verpleegkundige, instelling instellingen, centrum centra, huis huizen, boek boeken,
    opdracht opdrachten, leerlijn leerlijnen, mentor mentoren, decaan decanen, advies adviezen, uur uren,
    week weken, dag dagen, beroepskeuze beroepskeuzes, vergadering vergaderingen, subsidie subsidies,
    training trainingen, zorgmedewerker zorgmedewerkers,
    opleiding opleiden, werk werken, bezoek bezoeken, zorg zorgen, samenwerking samenwerken, training trainen,
    veilig veiligheid, duurzaam duurzaamheid, inzetbaar inzetbaarheid, begeleider begeleiding,
    begeleider begeleiden, ondernemer ondernemen, opleider opleiding, bezoeker bezoeken, gepensioneerd gepensioneerden,
    afgestudeerd afgestudeerden, werkende werkend, aanmelden aanmelding, leraar lerares, zzp zzp'ers, mbo mbo'er
"""
OTHERS = """
    begeleiden beleid, overheid over, gelegenheid liggen, water waten, mogelijkheid mogen,
    band bank, arts artist, bol bolle, stage stag, gemeente gemeen, leer leger, leraar leerling,
    werk wereld, werkgever werknemer, docent document, bedrijf bedrog, kas kast, kast kasteel, kind kin,
    lid lied, stad staat, stad stand, baan ban, baan bank, plan plant, plant plank, markt mark, beurs beer,
    school schol, vak vaak, zorg zorro, bouw bout, haven haver, water wat, plaats plaat, recht rechter,
    rij rijk, toets toetsenbord, bus buis, hal half, lab laf, post poster, regio regie, techniek tekening,
    monteur monitor, metaal mentaal, pact pacht, dag dak, haag haar, test tas, kunst kust, leiding lijden,
    onderwijs onderweg, beroep beroerd, klus kluis
"""


def pairs(listed: str) -> list[list[str]]:
    """Return the pairs of a list."""
    return [pair.split() for pair in listed.split(",")]


@pytest.mark.parametrize(("one", "other"), pairs(FORMS))
def test_forms_share_a_stem(one: str, other: str) -> None:
    assert set(known_as(one)[1]) & set(known_as(other)[1])


@pytest.mark.parametrize(("one", "other"), pairs(OTHERS))
def test_other_words_share_none(one: str, other: str) -> None:
    assert not set(stems(one)) & set(stems(other))


def test_stop_words_are_folded() -> None:
    assert all(word == fold(word) for word in STOP_WORDS)


@given(st.text(max_size=200))
def test_any_text_gives_terms_that_are_themselves_found(text: str) -> None:
    for surface, position in surfaces(text):
        assert surface
        assert position >= 0
        assert fold(surface) == surface


ODD = st.text(max_size=300) | st.text(alphabet="aeiou’'-&.é ij0\u00ad\u0301😀ßIİ", max_size=120)


@given(ODD)
def test_any_text_is_analysed_and_the_same_each_time(text: str) -> None:
    once = analyse(text)
    for remembered in (fold, stems, part_stems):
        remembered.cache_clear()
    assert analyse(text) == once
    assert once.end > 0
    assert set(once.positions) == set(once.words)
    assert all(stem for stem in (*once.stems, *once.parts))


@given(st.text(max_size=60))
def test_any_word_has_stems_and_its_parts_have_too(word: str) -> None:
    surface = fold(word)
    assert stems(surface)
    assert all(stems(part) for part in parts(surface))


def test_parts_of_compounds_are_terms_of_their_own() -> None:
    found = analyse("Lerarentekort in arbeidsmarktregio's")
    assert set(found.parts) >= {"tekort", "arbeidsmarkt", "markt", "regio", "arbeid", *stems("leraar")}
    assert "lerarentekort" in found.words
    assert "tekort" not in found.words
