"""Writing guides per category: example titles and what readers want to know. In Dutch, as all content is."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Guide:
    """Help with writing a post: an example title for an offer and for a request, and what the text should mention."""

    offer: str
    request: str
    tell: tuple[str, ...]

    def example(self, kind: str) -> str:
        """Return an example title for the kind "aanbod" or "vraag"."""
        return self.request if kind == "vraag" else self.offer


GENERAL = Guide(
    offer="Rondleiding in onze kas voor twee klassen vmbo",
    request="Wie laat onze klas een dag meekijken in de zorg?",
    tell=(
        "Zeg in de titel wat u biedt of vraagt, en voor wie.",
        "Beschrijf wat er gebeurt: hoe lang, waar en met hoeveel mensen.",
        "Schrijf wat u van de ander verwacht, en wat het kost of oplevert.",
    ),
)
"""Shown until a category is chosen."""

GUIDES = {
    "stageplaats": Guide(
        "Stage in de werkplaats voor twee leerlingen mbo 3",
        "Stageplek gezocht: tien weken administratie, mbo 4",
        (
            "Wat doet de stagiair op een gewone dag?",
            "Hoeveel dagen per week, van wanneer tot wanneer?",
            "Wie begeleidt, en is het leerbedrijf erkend (SBB)?",
            "Is er een vergoeding, en is een VOG nodig?",
        ),
    ),
    "afstudeerplaats": Guide(
        "Afstudeeropdracht: minder water in de kas",
        "Afstudeerplek gezocht voor een student logistiek",
        (
            "Welke vraag moet de student beantwoorden?",
            "Welke opleiding en welk niveau passen erbij?",
            "Wie begeleidt, en welke gegevens mag de student gebruiken?",
            "Wanneer begint het, en wanneer moet het af zijn?",
        ),
    ),
    "leerbaan": Guide(
        "Leerbaan installateur: vier dagen werk, één dag school",
        "Leerbanen gezocht voor twaalf leerlingen bbl techniek",
        (
            "Welk vak leert iemand er, en op welk niveau?",
            "Hoeveel uur per week, en wat is het salaris?",
            "Bij welke school of opleiding hoort de baan?",
            "Is er uitzicht op vast werk?",
        ),
    ),
    "leerwerkplek": Guide(
        "Drie leerwerkplekken in onze bakkerij",
        "Leerwerkplek gezocht voor jongeren zonder diploma",
        (
            "Welk werk kan iemand er leren?",
            "Hoeveel begeleiding is er, en door wie?",
            "Hoelang, en op welke dagen?",
        ),
    ),
    "praktijkplaats": Guide(
        "Praktijkplaats in het magazijn, één dag per week",
        "Praktijkplaatsen gezocht voor vmbo-leerlingen",
        (
            "Welke taken kan een leerling zelf doen?",
            "Welke leeftijd en welk niveau passen?",
            "Wie staat naast de leerling, en wat is nodig voor de veiligheid?",
        ),
    ),
    "traineeplek": Guide(
        "Traineeplek duurzaamheid bij de gemeente",
        "Traineeplek gezocht voor pas afgestudeerde hbo'ers",
        (
            "Aan welke opdrachten werkt de trainee?",
            "Hoelang duurt het, en wat is het salaris?",
            "Welke opleiding vraagt u, en wie is de mentor?",
        ),
    ),
    "werkervaringsplek": Guide(
        "Werkervaringsplek in de tuin, drie maanden",
        "Werkervaringsplek gezocht in de horeca",
        (
            "Wat kan iemand er leren, en hoelang duurt het?",
            "Blijft een uitkering doorlopen, en wie regelt dat?",
            "Wie begeleidt, en wat gebeurt er na afloop?",
        ),
    ),
    "startersbeurs": Guide(
        "Plek met startersbeurs bij een ontwerpbureau",
        "Werkgever gezocht voor een startersbeurs",
        (
            "Wat wil de starter leren, en wat kan het bedrijf bieden?",
            "Voor hoeveel maanden en hoeveel uur per week?",
            "Wie vraagt de beurs aan, en bij welke gemeente?",
        ),
    ),
    "leerwerkcheque": Guide(
        "Leerwerkcheque te besteden bij ons leerbedrijf",
        "Wie helpt een jongere met een leerwerkcheque?",
        (
            "Waar is de cheque voor bedoeld, en hoe hoog is het bedrag?",
            "Voor welke jongeren, en tot wanneer?",
            "Wat moet een werkgever of school ervoor doen?",
        ),
    ),
    "mobiliteitsvoucher": Guide(
        "Voucher voor omscholing naar de techniek",
        "Werkgevers gezocht die een voucher willen inzetten",
        (
            "Uit welk plan komt de voucher, en wat is ermee te betalen?",
            "Welke medewerkers komen in aanmerking?",
            "Hoe en tot wanneer is de voucher aan te vragen?",
        ),
    ),
    "gastdocent": Guide(
        "Verpleegkundige komt vertellen over de wijkzorg",
        "Gastdocent gezocht over drones, vmbo klas 3",
        (
            "Over welk onderwerp, en bij welk vak hoort het?",
            "Voor welke klas, hoe groot en hoelang?",
            "Op welke dagen, en op welke school of locatie?",
            "Is er een vergoeding, en is een VOG nodig?",
        ),
    ),
    "hybride-docent": Guide(
        "Monteur wil één dag per week lesgeven",
        "Hybride docent techniek gezocht, twee dagen",
        (
            "Welk vak, welk niveau en hoeveel uur?",
            "Is een bevoegdheid nodig, of is die nog te halen?",
            "Hoe zijn werkgever en school het samen eens geworden?",
        ),
    ),
    "gastles": Guide(
        "Gastles lassen in onze werkplaats, twee uur",
        "Gastles gezocht over geldzaken, mbo 2",
        (
            "Wat leren of doen de leerlingen in de les?",
            "Hoelang duurt de les, en voor hoeveel leerlingen?",
            "Op school of bij u? Wat moet er klaarstaan?",
            "In welke weken kan het?",
        ),
    ),
    "coach": Guide(
        "Coach voor eerstejaars in de zorg",
        "Coaches gezocht voor leerlingen die een stage zoeken",
        (
            "Wie wordt begeleid, en waarbij?",
            "Hoeveel uur per maand, en hoelang?",
            "Hoe worden coaches voorbereid?",
        ),
    ),
    "kennis": Guide(
        "Wij delen wat wij leerden over stagebegeleiding",
        "Wie weet hoe je een praktijklokaal inricht?",
        (
            "Welke vraag hebt u, of wat weet u?",
            "Voor wie is het nuttig?",
            "Hoe wilt u het delen: gesprek, bezoek, document?",
        ),
    ),
    "sparringspartner": Guide(
        "Ondernemer denkt mee over uw opleidingsplan",
        "Wie uit de bouw leest mee met ons nieuwe lesplan?",
        (
            "Over welk plan of welke keuze gaat het?",
            "Wat vraagt u: meelezen, één gesprek, vaker?",
            "Wanneer moet het besluit er zijn?",
        ),
    ),
    "docentstage": Guide(
        "Docent welkom: drie dagen meelopen in het lab",
        "Docentstage gezocht in de glastuinbouw",
        (
            "Wat gaat de docent zien en doen?",
            "Hoeveel dagen, en in welke weken?",
            "Wat neemt de docent mee terug naar de klas?",
        ),
    ),
    "directiestage": Guide(
        "Schoolleider welkom voor een dag in onze directie",
        "Directeur zoekt een bedrijf om mee te lopen",
        (
            "Wat wilt u zien, of wat laat u zien?",
            "Hoelang, en is een bezoek terug mogelijk?",
            "Welke gesprekken of vergaderingen horen erbij?",
        ),
    ),
    "docentenuitwisseling": Guide(
        "Onze planner ruilt een week met een docent",
        "Vakmens gezocht die wil ruilen met een docent",
        (
            "Wie ruilt met wie, en hoelang?",
            "Wie neemt de lessen en het werk zolang waar?",
            "Wat kunnen ze van elkaar leren?",
        ),
    ),
    "praktijkopdracht": Guide(
        "Ontwerp een nieuwe verpakking voor onze winkel",
        "Opdrachten gezocht voor havo 4, twintig uur",
        (
            "Welke vraag krijgen de leerlingen, en waarom is die echt?",
            "Hoeveel uur kost het, en voor hoeveel leerlingen is het?",
            "Wie beantwoordt vragen, en wie beoordeelt het werk?",
            "Wat gebeurt er met het resultaat?",
        ),
    ),
    "onderzoeksopdracht": Guide(
        "Onderzoek: waarom stoppen monteurs na een jaar?",
        "Onderzoeksvraag gezocht voor een hbo-minor",
        (
            "Wat wilt u weten, en wat is al bekend?",
            "Welke gegevens zijn er, en mogen studenten die gebruiken?",
            "Wanneer moet er antwoord zijn, en in welke vorm?",
        ),
    ),
    "innovatieteam": Guide(
        "Plek in een team rond slimme zorg",
        "Studenten en vakmensen gezocht voor één vraagstuk",
        (
            "Welk vraagstuk pakt het team aan?",
            "Wie doet al mee, en wie ontbreekt nog?",
            "Hoe vaak komt het team bij elkaar, en waar?",
        ),
    ),
    "leeratelier": Guide(
        "Plekken in ons leeratelier houtbewerking",
        "Ruimte en vakmensen gezocht voor een leeratelier",
        (
            "Wat maken of leren de deelnemers?",
            "Voor welk niveau, en op welke dagen?",
            "Hoe past het bij de opleiding van de leerling?",
        ),
    ),
    "jobtwinning": Guide(
        "Kok zoekt een docent om een jaar mee op te trekken",
        "Docent economie zoekt iemand uit een bedrijf",
        (
            "Wat willen beide mensen van elkaar leren?",
            "Hoe vaak zien zij elkaar, en hoelang?",
            "Wat merken leerlingen ervan?",
        ),
    ),
    "adoptie-van-een-vak": Guide(
        "Ons bedrijf denkt een jaar mee met het vak techniek",
        "Bedrijven gezocht voor het vak ondernemen",
        (
            "Om welk vak en welke klassen gaat het?",
            "Wat doet een bedrijf: lessen, opdrachten, bezoek, materiaal?",
            "Hoelang, en wie is het vaste aanspreekpunt?",
        ),
    ),
    "scholingsmodule": Guide(
        "Module Duits voor de receptie, acht avonden",
        "Module gezocht: werken met een warmtepomp",
        (
            "Wat kunnen deelnemers na afloop?",
            "Voor wie is het, en wat moeten deelnemers al kunnen?",
            "Wanneer, waar, en wat kost het?",
            "Krijgen deelnemers een certificaat?",
        ),
    ),
    "smaakles": Guide(
        "Smaakles over tomaten in onze kas",
        "Smaakles gezocht voor groep 6",
        (
            "Wat proeven en doen de kinderen?",
            "Voor welke groep, en hoeveel kinderen tegelijk?",
            "Wat is er nodig, en hoe zit het met allergie?",
        ),
    ),
    "collegiale-inhuur": Guide(
        "Twee chauffeurs te leen in de zomer",
        "Tijdelijk een planner nodig van een andere werkgever",
        (
            "Welk werk, en wat moet iemand kunnen?",
            "Hoeveel mensen, wanneer en hoelang?",
            "Wie betaalt wat, en wie geeft leiding?",
        ),
    ),
    "werknemerspool": Guide(
        "Plek in onze pool van zorgmedewerkers",
        "Werkgevers gezocht voor een gezamenlijke pool",
        (
            "Voor welk werk is de pool?",
            "Wie doet al mee, en hoe wordt het werk verdeeld?",
            "Wat vraagt u van deelnemers?",
        ),
    ),
    "locatie-en-faciliteiten": Guide(
        "Laslokaal vrij op dinsdagmiddag",
        "Ruimte gezocht voor een beroepenmarkt, 200 leerlingen",
        (
            "Wat is er te gebruiken, en voor hoeveel mensen?",
            "Op welke dagen en uren?",
            "Wat kost het, en wie houdt toezicht?",
            "Is het gebouw toegankelijk voor een rolstoel?",
        ),
    ),
    "samenwerkingspartner": Guide(
        "Wij willen meedoen met een actie rond techniek",
        "Partner gezocht voor onze actie rond taal op het werk",
        (
            "Om welke actie of welk plan gaat het?",
            "Wat wilt u samen bereiken, en wanneer?",
            "Wat vraagt u van een partner: tijd, geld, mensen, ruimte?",
        ),
    ),
}
"""By category slug (`categories.json`, type board); a test checks that each category has a guide."""


def guide_for(category: str) -> Guide:
    """Return the guide of a category slug; the general guide when no category is chosen."""
    return GUIDES.get(category, GENERAL)
