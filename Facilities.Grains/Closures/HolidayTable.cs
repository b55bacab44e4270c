using System.Collections.Immutable;
using Facilities.Grains.Availability;

namespace Facilities.Grains.Closures;

/// <summary>The holidays of each region, with the law that names them, as in force in November 2026.</summary>
internal static class HolidayTable
{
    private const string NewYear = "New Year's Day", Labour = "Labour Day", Christmas = "Christmas Day";
    private const string Stephen = "St Stephen's Day", AllSaints = "All Saints' Day", Assumption = "Assumption Day";
    private const string GoodFriday = "Good Friday", EasterMonday = "Easter Monday", WhitMonday = "Whit Monday";
    private const string Epiphany = "Epiphany", Immaculate = "Immaculate Conception", Ascension = "Ascension Day";

    private static readonly ImmutableArray<HolidayRule> Germany =
    [
        On(1, 1, NewYear, "Neujahr"), After(-2, GoodFriday, "Karfreitag"), After(1, EasterMonday, "Ostermontag"),
        On(5, 1, Labour, "Tag der Arbeit"), After(39, Ascension, "Christi Himmelfahrt"),
        After(50, WhitMonday, "Pfingstmontag"), On(10, 3, "German Unity Day", "Tag der Deutschen Einheit"),
        On(12, 25, Christmas, "1. Weihnachtstag"), On(12, 26, Stephen, "2. Weihnachtstag"),
    ];

    internal static readonly ImmutableArray<HolidayRegion> Regions =
    [
        new("FR", "France", "FR", "Code du travail, art. L3133-1")
        {
            Rules =
            [
                On(1, 1, NewYear, "Jour de l'an"), After(1, EasterMonday, "Lundi de Pâques"),
                On(5, 1, Labour, "Fête du Travail"), On(5, 8, "Victory Day", "Victoire de 1945"),
                After(39, Ascension, "Ascension"), After(50, WhitMonday, "Lundi de Pentecôte"),
                On(7, 14, "National Day", "Fête nationale"), On(8, 15, Assumption, "Assomption"),
                On(11, 1, AllSaints, "Toussaint"), On(11, 11, "Armistice Day", "Armistice de 1918"),
                On(12, 25, Christmas, "Noël"),
            ],
        },
        new("DE-BE", "Berlin", "DE3", "Gesetz über die Sonn- und Feiertage (Berlin), § 1")
        {
            Rules = Germany.Add(On(3, 8, "International Women's Day", "Internationaler Frauentag", 2019)),
        },
        new("DE-BB", "Brandenburg", "DE4", "Feiertagsgesetz (Brandenburg), § 2")
        {
            Rules =
            [
                .. Germany, After(0, "Easter Sunday", "Ostersonntag"), After(49, "Whit Sunday", "Pfingstsonntag"),
                On(10, 31, "Reformation Day", "Reformationstag"),
            ],
        },
        new("ES-CT", "Catalonia", "ES51",
            "Real Decreto 2001/1983, art. 45, and the yearly order of the Generalitat; without its variable days")
        {
            Rules =
            [
                On(1, 1, NewYear, "Cap d'Any"), On(1, 6, Epiphany, "Reis"), After(-2, GoodFriday, "Divendres Sant"),
                After(1, EasterMonday, "Dilluns de Pasqua Florida"), On(5, 1, Labour, "Festa del Treball"),
                On(6, 24, "St John's Day", "Sant Joan"), On(8, 15, Assumption, "l'Assumpció"),
                On(9, 11, "National Day of Catalonia", "Diada Nacional de Catalunya"),
                On(10, 12, "National Day of Spain", "Festa Nacional d'Espanya"), On(11, 1, AllSaints, "Tots Sants"),
                On(12, 6, "Constitution Day", "Dia de la Constitució"), On(12, 8, Immaculate, "la Immaculada"),
                On(12, 25, Christmas, "Nadal"), On(12, 26, Stephen, "Sant Esteve"),
            ],
        },
        new("IT", "Italy", "IT", "Legge 27 maggio 1949, n. 260, art. 2, with Legge 8 ottobre 2025, n. 151")
        {
            Rules =
            [
                On(1, 1, NewYear, "Capodanno"), On(1, 6, Epiphany, "Epifania"), After(0, "Easter Sunday", "Pasqua"),
                After(1, EasterMonday, "Lunedì dell'Angelo"), On(4, 25, "Liberation Day", "Festa della Liberazione"),
                On(5, 1, Labour, "Festa del Lavoro"), On(6, 2, "Republic Day", "Festa della Repubblica"),
                On(8, 15, Assumption, "Assunzione"), On(10, 4, "St Francis's Day", "San Francesco d'Assisi", 2026),
                On(11, 1, AllSaints, "Ognissanti"), On(12, 8, Immaculate, "Immacolata Concezione"),
                On(12, 25, Christmas, "Natale"), On(12, 26, Stephen, "Santo Stefano"),
            ],
        },
        new("HU", "Hungary", "HU", "2012. évi I. törvény (Munka törvénykönyve), 102. §")
        {
            Rules =
            [
                On(1, 1, NewYear, "Újév"), On(3, 15, "Revolution Day", "Az 1848-as forradalom ünnepe"),
                After(-2, GoodFriday, "Nagypéntek", 2017), After(1, EasterMonday, "Húsvéthétfő"),
                On(5, 1, Labour, "A munka ünnepe"), After(50, WhitMonday, "Pünkösdhétfő"),
                On(8, 20, "State Foundation Day", "Az államalapítás ünnepe"),
                On(10, 23, "Republic Day", "Az 1956-os forradalom ünnepe"), On(11, 1, AllSaints, "Mindenszentek"),
                On(12, 25, Christmas, "Karácsony"), On(12, 26, Stephen, "Karácsony másnapja"),
            ],
        },
    ];

    private static HolidayRule On(int month, int day, string name, string local, int since = 0) =>
        new(month, day, 0, name, local, since);

    private static HolidayRule After(int easter, string name, string local, int since = 0) =>
        new(0, 0, easter, name, local, since);
}
